"""One turn of a conversation at a time, among all processes that share a Redis."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rasa.core.lock import Ticket, TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis import asyncio as redis
from redis.exceptions import RedisError

from acumen.errors import AcumenError, problem

logger = logging.getLogger("acumen")

DEFAULT_URL = "redis://localhost:6379/1"
# The lock of a process that died ends after this; one that lives renews it several times in between.
LIFE_SECONDS = 10.0
RENEWAL_SECONDS = 2.5
PAUSE_SECONDS = 0.2
TIMEOUT_SECONDS = 5
CONNECTIONS = 8


@dataclass
class _Seat:
    """A place in a conversation's queue."""

    key: str
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    ticket: int = 0
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    call: asyncio.Future[Any] | None = None


class RedisLockStore(LockStore):
    """Locks in Redis: in order of arrival, renewed while their holder lives, handed on by a message.

    Rasa's own store reads, changes and writes a lock in steps, so two can hold it at once.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """Set up the store; it connects with the first lock.

        Args:
            endpoint_config: `url`, as in redis://:password@host:6379/1, and `key_prefix`, which
                keeps apart several bots that share a Redis.

        Raises:
            AcumenError: ACU304 for a setting.
        """
        super().__init__()
        settings = dict(endpoint_config.kwargs)
        self._prefix = settings.pop("key_prefix", "acumen")
        self._url = endpoint_config.url or DEFAULT_URL
        if settings:
            raise AcumenError(problem("ACU304", part="lock_store", detail=f"no setting `{next(iter(settings))}`"))
        try:
            redis.Redis.from_url(self._url)
        except ValueError as error:
            raise AcumenError(problem("ACU304", part="lock_store", detail=error)) from error
        self._connection: _Connection | None = None

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[TicketLock]:
        """Holds a conversation's lock, in all processes.

        Args:
            conversation_id: the conversation.
            lock_lifetime: seconds to wait for it; it is held for as long as it takes.
            wait_time_in_seconds: unused; who waits is woken.

        Raises:
            LockError: when it was not free in that time, or Redis could not be used.
        """
        connection = self._connected()
        seat = _Seat(f"{self._prefix}:lock:{conversation_id}")
        connection.waiting[seat.name] = seat.woken
        try:
            await _acquire(connection, seat, lock_lifetime)
            renewal = asyncio.create_task(_renew(connection, seat))
            try:
                yield TicketLock(conversation_id, deque([Ticket(seat.ticket, float("inf"))]))
            finally:
                renewal.cancel()
        finally:
            del connection.waiting[seat.name]
            await _leave(connection, seat)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._connection:
            await self._connection.close()
            self._connection = None

    def _connected(self) -> _Connection:
        # Connections belong to the event loop they were made in.
        loop = asyncio.get_running_loop()
        if self._connection is None or self._connection.loop is not loop:
            self._connection = _Connection(self._url, self._prefix)
        return self._connection


class _Connection:
    """This process's connections to Redis, in one event loop, and those it has to wake."""

    def __init__(self, url: str, prefix: str) -> None:
        self.loop = asyncio.get_running_loop()
        self.waiting: dict[str, asyncio.Event] = {}
        self.listening = False
        self._channel = f"{prefix}:wake:{uuid.uuid4().hex}"
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            decode_responses=True,
        )
        self._client = redis.Redis(connection_pool=pool)
        self._script = self._client.register_script(Path(__file__).with_name("redis_lock.lua").read_text("utf-8"))
        self._listener = self.loop.create_task(self._listen())

    async def queue(self, seat: _Seat, life: float) -> tuple[bool, float]:
        """Enter the queue, stay in it, or leave it with a `life` of no seconds.

        Returns:
            Whether the lock is held, and the seconds after which that can change unannounced.
        """
        arguments = [seat.name, int(life * 1e6), self._channel, seat.ticket]
        seat.call = asyncio.ensure_future(self._script(keys=[seat.key], args=arguments))
        ticket, held, left = await asyncio.shield(seat.call)
        seat.ticket = int(ticket)
        return bool(held), int(left) / 1e6

    async def close(self) -> None:
        self._listener.cancel()
        with suppress(asyncio.CancelledError):
            await self._listener
        await self._client.close()
        await self._client.connection_pool.disconnect()

    async def _listen(self) -> None:
        while True:
            with suppress(RedisError, OSError):
                async with self._client.pubsub(ignore_subscribe_messages=True) as messages:
                    await messages.subscribe(self._channel)
                    self.listening = True
                    self._wake(*self.waiting)
                    while True:
                        message = await messages.get_message(timeout=LIFE_SECONDS)
                        if message:
                            self._wake(message["data"])
            self.listening = False
            await asyncio.sleep(PAUSE_SECONDS)

    def _wake(self, *names: str) -> None:
        for name in names:
            if name in self.waiting:
                self.waiting[name].set()


async def _acquire(connection: _Connection, seat: _Seat, seconds: float) -> None:
    deadline = connection.loop.time() + seconds
    while True:
        fault = None
        try:
            held, pause = await connection.queue(seat, LIFE_SECONDS)
        except (RedisError, OSError) as error:
            fault, held, pause = error, False, PAUSE_SECONDS
        if held:
            return
        left = deadline - connection.loop.time()
        if left <= 0:
            raise _given_up(fault) from fault
        # Woken by a message; where that went astray, by the clock.
        with suppress(TimeoutError):
            async with asyncio.timeout(min(pause, left, RENEWAL_SECONDS if connection.listening else PAUSE_SECONDS)):
                await seat.woken.wait()
        seat.woken.clear()


def _given_up(fault: Exception | None) -> LockError:
    if fault is None:
        return LockError("the conversation's other turns take too long")
    described = problem("ACU308", detail=type(fault).__name__)
    logger.error(described)
    return LockError(str(described))


async def _renew(connection: _Connection, seat: _Seat) -> None:
    while True:
        await asyncio.sleep(RENEWAL_SECONDS)
        with suppress(RedisError, OSError):
            await connection.queue(seat, LIFE_SECONDS)


async def _leave(connection: _Connection, seat: _Seat) -> None:
    # If Redis is away, the place ends by itself; the turn is done all the same.
    with suppress(RedisError, OSError):
        if seat.call:
            # A call that was given up may still be under way on another connection, and would enter again.
            await seat.call
    with suppress(RedisError, OSError):
        await connection.queue(seat, 0)
