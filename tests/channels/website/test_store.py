"""The conversations in the database: bounds, deletion, and processes that die."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from acumen.channels.website import servers, tidying
from acumen.channels.website.conversation import Note
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.sessions import SESSION_SECONDS
from acumen.channels.website.store import ConversationStore
from acumen.storage.database import database_url, shared_database
from acumen.storage.website import conversations, ended

Moving = Callable[[float], None]


@pytest.fixture
def store() -> ConversationStore:
    """A store in a database of its own."""
    return ConversationStore(shared_database(database_url()))


def another() -> ConversationStore:
    """The store of another process at the same database."""
    return ConversationStore(shared_database(database_url()))


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Moving:
    """Moves the clock on by so many seconds."""
    moved = 0.0
    real = time.time

    def by(seconds: float) -> None:
        nonlocal moved
        moved += seconds
        monkeypatch.setattr(time, "time", lambda: real() + moved)

    return by


def admit() -> None:
    """Let every message in."""


def reply(outcome: str = "answer") -> Note:
    return Note("reply", {"reply_id": "r", "reply": {"outcome": outcome}, "text": "Hello."})


async def say(store: ConversationStore, name: str, text: str = "hello", *, over: bool = True) -> None:
    """Take a turn in somebody's conversation."""
    await store.accept(name, str(time.time_ns()), text, admit)
    if over:
        for turn_id in await store.running(name):
            await store.add(name, turn_id, [reply(), Note("done")], over=True)


async def tidied(store: ConversationStore) -> None:
    while await store.tidy():
        pass


async def kept(store: ConversationStore, names: str) -> str:
    """Those of the names whose conversation is kept."""
    return "".join([name for name in names if (await store.load(name)).turns])


def kinds(events: list[Any]) -> list[str]:
    return [event.kind for event in events]


async def test_conversation_is_found_again(store: ConversationStore) -> None:
    """Every process sees the same conversation; looking for one that is not there keeps nothing."""
    await say(store, "a")

    (turn,) = (await another().load("a")).turns
    assert (turn.text, turn.over, list(turn.replies)) == ("hello", True, ["r"])
    assert (await store.load("b")).turns == ()


async def test_message_is_taken_once(store: ConversationStore) -> None:
    """The same message again, at whichever process, is no new turn; one that is refused leaves nothing."""

    def refuse() -> None:
        raise RefusedError("too_many")

    assert await store.accept("a", "11111111", "hello", admit)
    assert not await another().accept("a", "11111111", "hello", refuse)
    with pytest.raises(RefusedError, match="too_many"):
        await store.accept("b", "11111111", "hello", refuse)
    assert await kept(store, "ab") == "a"


async def test_numbers_grow_over_processes(store: ConversationStore) -> None:
    """Whoever writes, a later event has a higher number."""
    for each in (store, another(), store):
        await say(each, "a")

    numbers = [event.id for turn in (await store.load("a")).turns for event in turn.events]
    assert numbers == sorted(set(numbers))
    assert (await store.load("a")).last_event == numbers[-1]


async def test_turn_has_one_end(store: ConversationStore) -> None:
    """What comes after the end of a turn is left out."""
    await store.accept("a", "11111111", "hello", admit)
    await another().add("a", "11111111", [Note("done")], over=True)
    await store.add("a", "11111111", [reply(), Note("done")], over=True)

    assert kinds((await store.read("a", 0, "11111111")).events) == ["status", "done"]


@pytest.mark.parametrize(
    ("bound", "value"), [("MOST_CONVERSATIONS", 2), ("MOST_CHARACTERS", 3_000)], ids=["number", "size"]
)
async def test_used_longest_ago_go_first(
    bound: str, value: int, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are too many conversations, or too long ones, those used last stay."""
    monkeypatch.setattr(tidying, bound, value)
    for name in "abac":
        await say(store, name, "word " * 100)
    await tidied(store)

    assert await kept(store, "abc") == "ac"


async def test_many_are_tidied_a_few_at_a_time(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """No deletion is a long one, and all of them together do the work."""
    monkeypatch.setattr(tidying, "MOST_CONVERSATIONS", 1)
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    for name in "abcde":
        await say(store, name)

    assert await store.tidy()
    assert await kept(store, "abcde") == "cde"
    await tidied(store)
    assert await kept(store, "abcde") == "e"


async def test_running_conversation_stays(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody loses a conversation in the middle of an answer."""
    monkeypatch.setattr(tidying, "MOST_CONVERSATIONS", 1)
    await say(store, "a", over=False)
    for name in "bc":
        await say(store, name)
    await tidied(store)

    assert await kept(store, "abc") == "a"


async def test_conversation_is_kept_for_a_day(store: ConversationStore, move: Moving) -> None:
    """A conversation whose session has ended is not kept, even if its last turn never ended."""
    for name in "ab":
        await say(store, name)
    await say(store, "d", over=False)
    move(SESSION_SECONDS - 10)
    await say(store, "b")
    await tidied(store)
    assert await kept(store, "abd") == "abd"
    move(10)
    await tidied(store)

    assert await kept(store, "abd") == "b"


async def test_deleted_conversation_is_seen_as_such_by_all(store: ConversationStore) -> None:
    """From the beginning of a deletion nobody may write, and from its end nobody may read."""
    await say(store, "a")
    await store.rate("a", "r", True, None)
    await store.begin_deletion("a")
    other = another()
    with pytest.raises(RefusedError, match="no_session"):
        await other.accept("a", "11111111", "hello", admit)
    with pytest.raises(RefusedError, match="no_session"):
        await other.rate("a", "r", False, None)
    await store.finish_deletion("a")

    for refused in (other.load("a"), other.check_session("a"), other.begin_deletion("a")):
        with pytest.raises(RefusedError, match="no_session"):
            await refused


async def test_deletion_that_was_given_up_changes_nothing(store: ConversationStore) -> None:
    """What could not be deleted goes on."""
    await say(store, "a")
    await store.begin_deletion("a")
    await store.give_up_deletion("a")
    await say(store, "a")

    assert len((await store.load("a")).turns) == 2


async def test_deleted_sessions_are_remembered_for_a_day(store: ConversationStore, move: Moving) -> None:
    """Once the token is too old by itself, nothing is left of a conversation."""
    await say(store, "a")
    await store.begin_deletion("a")
    await store.finish_deletion("a")
    move(SESSION_SECONDS)
    await store.tidy()

    with shared_database(database_url()).transaction() as connection:
        assert [connection.execute(sa.select(table)).all() for table in (ended, conversations)] == [[], []]


@pytest.mark.parametrize(
    ("said", "end"), [(None, "error"), ("answer", "error"), ("emergency", "done")], ids=["nothing", "part", "alarm"]
)
async def test_turn_of_a_dead_process_is_ended(
    said: str | None, end: str, store: ConversationStore, move: Moving, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asks for a turn that nobody answers any more is told to send again, but never beside an alarm."""
    await store.accept("a", "11111111", "hello", admit)
    if said:
        await store.add("a", "11111111", [reply(said)], over=False)
    other = another()
    assert not (await other.read("a", 0, "11111111")).over

    move(servers.DEAD_SECONDS + 1)
    news = await other.read("a", 0, "11111111")

    assert (news.over, news.events[-1].kind) == (True, end)
    if end == "error":
        assert news.events[-1].data["code"] == "interrupted"
        assert "Please send your question again." in news.events[-1].data["message"]
    assert "ACU153" in caplog.text


async def test_turn_of_a_living_process_goes_on(store: ConversationStore, move: Moving) -> None:
    """A process that says that it is alive may take its time."""
    await store.accept("a", "11111111", "hello", admit)
    move(servers.DEAD_SECONDS + 1)
    await store.beat()

    assert await another().running("a") == {"11111111"}


async def test_database_that_does_not_answer_is_reported(
    store: ConversationStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The patient is asked to try again, and the operator reads the kind of the fault alone."""
    with shared_database(database_url()).transaction() as connection:
        connection.execute(sa.text("DROP TABLE website_turns"))

    with pytest.raises(RefusedError, match="unavailable"):
        await store.accept("a", "11111111", "my private complaint", admit)

    assert "ACU152" in caplog.text
    assert "private" not in caplog.text
