"""One turn of a conversation at a time: the three lock stores."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

from acumen.errors import AcumenError
from acumen.runtime.stores import redis_lock
from acumen.runtime.stores.local_lock import LocalLockStore
from acumen.runtime.stores.postgres_lock import PostgresLockStore
from acumen.runtime.stores.redis_lock import RedisLockStore
from acumen.storage.database import ADDRESS
from benchmarks.servers import Server, free_port

SERVERS = [pytest.param("redis", marks=pytest.mark.servers), pytest.param("postgres", marks=pytest.mark.servers)]
KINDS = {"redis": RedisLockStore, "postgres": PostgresLockStore}

MakeStore = Callable[[], LockStore]


@pytest.fixture
async def make(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[MakeStore]:
    """Makes stores of a kind, as several processes would have them; the local one is made once."""
    made: list[Any] = []

    def one() -> LockStore:
        if kind == "local":
            made[:] = made or [LocalLockStore()]
        else:
            made.append(KINDS[kind](EndpointConfig(request.getfixturevalue(kind).url)))
        return made[-1]

    yield one
    if kind != "local":
        await asyncio.gather(*(store.close() for store in made))


kinds = pytest.mark.parametrize("kind", ["local", *SERVERS])
of_servers = pytest.mark.parametrize("kind", SERVERS)


@kinds
async def test_one_at_a_time_and_in_order(make: MakeStore):
    """Turns of one conversation never overlap, and go in the order in which they came, in all processes."""
    stores, order, inside = [make(), make()], [], []

    async def turn(number: int) -> None:
        async with stores[number % 2].lock("one"):
            inside.append(number)
            await asyncio.sleep(0.005)
            assert inside == [number]
            inside.remove(number)
            order.append(number)

    tasks = []
    for number in range(12):
        tasks.append(asyncio.create_task(turn(number)))
        await asyncio.sleep(0.02 if number < 3 else 0.005)
    await asyncio.gather(*tasks)

    assert sorted(order) == list(range(12))
    if stores[0] is stores[1]:
        assert order == sorted(order)


@kinds
async def test_conversations_do_not_wait_for_each_other(make: MakeStore):
    """Whoever holds one conversation does not hold another."""
    async with asyncio.timeout(20), make().lock("one"), make().lock("two"):
        pass


@kinds
async def test_who_waits_is_woken(make: MakeStore, monkeypatch: pytest.MonkeyPatch):
    """A lock is handed on by a message: nobody has to look again and again, as in Rasa's stores."""
    monkeypatch.setattr(redis_lock, "RENEWAL_SECONDS", 600)
    monkeypatch.setattr(redis_lock, "LIFE_SECONDS", 600)
    one, two = make(), make()
    async with asyncio.timeout(60):
        for _ in range(3):
            async with one.lock("one"):
                waiting = asyncio.create_task(take(two))
                await asyncio.sleep(0.5)
            await waiting


async def take(store: LockStore) -> float:
    """Take the lock, and say when."""
    async with store.lock("one"):
        return time.monotonic()


@kinds
async def test_who_waits_too_long_gives_up(make: MakeStore):
    """After the time it was given, a turn fails, and leaves the queue to the others."""
    async with make().lock("one"):
        with pytest.raises(LockError):
            async with make().lock("one", lock_lifetime=0.3):
                pytest.fail("two hold it")

    async with asyncio.timeout(20), make().lock("one"):
        pass


@kinds
async def test_a_turn_that_fails_or_is_cancelled_frees_the_lock(make: MakeStore):
    """However a turn ends, or a wait for it, the next one goes on."""
    store = make()
    with suppress(ValueError):
        async with store.lock("one"):
            raise ValueError
    async with store.lock("one"):
        for other in (store, make()):
            waiting = asyncio.create_task(take(other))
            await asyncio.sleep(0.1)
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting

    async with asyncio.timeout(5):
        await take(make())


async def test_nothing_is_left_of_old_locks():
    """The local store forgets conversations that nobody holds."""
    store = LocalLockStore()
    for number in range(100):
        async with store.lock(str(number)):
            pass

    assert not store._locks
    assert not store._interested


@pytest.mark.servers
async def test_redis_forgets_old_locks(redis: Server):
    """No key stays in Redis when all turns are done."""
    store = RedisLockStore(EndpointConfig(redis.url))
    await asyncio.gather(*(take(store) for _ in range(5)))

    client = redis_lock.redis.Redis.from_url(redis.url)
    assert await client.keys("acumen:lock:one") == []
    await client.close()
    await client.connection_pool.disconnect()
    await store.close()


@pytest.mark.servers
async def test_a_dead_holders_lock_ends(redis: Server, monkeypatch: pytest.MonkeyPatch):
    """A process that died while it held or waited keeps the others waiting for a moment only."""
    monkeypatch.setattr(redis_lock, "LIFE_SECONDS", 0.5)
    monkeypatch.setattr(redis_lock, "RENEWAL_SECONDS", 60)
    dead, other = (RedisLockStore(EndpointConfig(redis.url)) for _ in range(2))
    held = dead.lock("one")
    await held.__aenter__()
    dying = asyncio.create_task(take(dead))
    await asyncio.sleep(0.1)

    async with asyncio.timeout(10), other.lock("one"):
        pass

    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    await held.__aexit__(None, None, None)
    await dead.close()
    await other.close()


@pytest.mark.servers
async def test_a_long_turn_keeps_its_lock(redis: Server, monkeypatch: pytest.MonkeyPatch):
    """A turn that takes longer than a dead holder's lock would last is not passed by."""
    monkeypatch.setattr(redis_lock, "LIFE_SECONDS", 0.4)
    monkeypatch.setattr(redis_lock, "RENEWAL_SECONDS", 0.1)
    one, two = (RedisLockStore(EndpointConfig(redis.url)) for _ in range(2))
    async with one.lock("one"):
        waiting = asyncio.create_task(take(two))
        await asyncio.sleep(1.2)
        ended = time.monotonic()

    assert await waiting >= ended
    await one.close()
    await two.close()


@pytest.mark.servers
async def test_tickets_grow(redis: Server):
    """A later holder has a higher ticket, also when the queue was empty in between."""
    store, tickets = RedisLockStore(EndpointConfig(redis.url)), []
    for _ in range(3):
        async with store.lock("one") as lock:
            tickets.append(lock.now_serving)

    assert tickets == sorted(set(tickets))
    await store.close()


@of_servers
async def test_the_server_starts_again(kind: str, make: MakeStore, request: pytest.FixtureRequest):
    """Who waits while the server of the locks starts again gets the lock all the same."""
    one, two = make(), make()
    server: Server = request.getfixturevalue(kind)
    async with one.lock("one"):
        waiting = asyncio.create_task(take(two))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(server.restart)

    async with asyncio.timeout(30):
        await waiting
        await take(one)


@pytest.mark.parametrize("kind", ["redis", "postgres"])
async def test_no_server(kind: str, caplog: pytest.LogCaptureFixture):
    """Where nobody answers, a turn fails after its time, and the operator reads why."""
    scheme = {"redis": "redis", "postgres": "postgresql"}[kind]
    store: Any = KINDS[kind](EndpointConfig(f"{scheme}://nobody:secret@127.0.0.1:{free_port()}/0"))
    with pytest.raises(LockError):
        async with store.lock("one", lock_lifetime=0.3):
            pytest.fail("nobody can hold it")
    await store.close()

    assert "ACU308" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("kind", ["redis", "postgres"])
@pytest.mark.parametrize("settings", [{"url": "sqlite:///file"}, {"socket_timeout": 5}])
def test_wrong_settings(kind: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    """An address of another kind, or a setting that does not exist, is named at the start."""
    monkeypatch.delenv(ADDRESS, raising=False)
    with pytest.raises(AcumenError, match="ACU304 lock_store"):
        KINDS[kind](EndpointConfig.from_dict(settings))


@of_servers
def test_rasa_loads_it_by_its_path(kind: str, request: pytest.FixtureRequest):
    """Named in endpoints.yml, a lock store is made by Rasa."""
    path = f"{KINDS[kind].__module__}.{KINDS[kind].__name__}"
    store = LockStore.create(EndpointConfig(request.getfixturevalue(kind).url, type=path))

    assert isinstance(store, KINDS[kind])


@pytest.mark.servers
async def test_closing_waits_for_nobody(postgres: Server):
    """A store that is closed lets go at once, also where a turn still waits in the database, and others go on."""
    leaving, staying = (PostgresLockStore(EndpointConfig(postgres.url)) for _ in range(2))

    async def wait() -> None:
        async with leaving.lock("one"):
            pass

    async with staying.lock("one"):
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.3)
        # Far below the minute that the turn would wait.
        await asyncio.wait_for(leaving.close(), 5)
        waiting.cancel()
        with suppress(Exception, asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(30), staying.lock("one"):
        pass
    await staying.close()
