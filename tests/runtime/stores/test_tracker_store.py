"""Rasa's tracker store in a database."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import (
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    TrackerStore,
    check_if_tracker_store_async,
)
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.exc import OperationalError

from acumen.errors import AcumenError
from acumen.privacy.records import Records
from acumen.runtime.stores import patience
from acumen.runtime.stores.events import from_text, to_text
from acumen.runtime.stores.tracker_store import DatabaseTrackerStore
from acumen.storage.database import ADDRESS, Database, shared_database
from acumen.storage.tables import conversations, feedback
from acumen.storage.tables import events as stored_events
from tests.runtime.stores.conftest import DOMAIN, session, turn


def data(events: Any) -> list[dict[str, Any]]:
    """Events as they would be sent: Rasa takes events of different times for equal."""
    return [event.as_dict() for event in events]


async def say(store: TrackerStore, text: str, *more: Event, name: str = "one") -> DialogueStateTracker:
    """Go through a turn as Rasa's processor does."""
    tracker = await store.get_or_create_tracker(name, append_action_listen=False)
    for event in [*([] if tracker.events else session()), *turn(text, *more)]:
        tracker.update(event, DOMAIN)
    await store.save(tracker)
    return tracker


async def texts(store: TrackerStore, name: str = "one") -> list[str]:
    """All that the patient has said."""
    tracker = await store.retrieve_full_tracker(name)
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def rows(url: str, table: sa.Table) -> list[sa.engine.Row]:
    """All rows of a table."""
    with shared_database(url).transaction() as connection:
        return connection.execute(sa.select(table)).all()


async def test_what_was_saved_is_read(store: DatabaseTrackerStore, url: str):
    """Another process finds events and slots as they were left."""
    saved = await say(store, "does it hurt?")

    other = DatabaseTrackerStore(DOMAIN, host=url)
    read = await other.retrieve("one")

    assert data(read.events) == data(saved.events)
    assert read.current_slot_values() == saved.current_slot_values()
    assert read.latest_message.text == "does it hurt?"


async def test_same_state_as_in_memory(store: DatabaseTrackerStore):
    """After many turns and sessions, the processor gets the state that Rasa's own store would give it."""
    stock = InMemoryTrackerStore(DOMAIN)
    for number in range(20):
        more = [SlotSet("name", f"name {number}")] if number in (2, 15) else []
        if number == 14:
            more = session()
        for each in (store, stock):
            await say(each, f"message {number}", *more)

    read, expected = await store.retrieve("one"), await stock.retrieve("one")

    ours, theirs = read.current_state(), expected.current_state()
    for state in (ours, theirs):
        state.pop("latest_event_time")
    assert ours == theirs
    assert len(read.applied_events()) > 6


@pytest.mark.parametrize("turns", [1, 3, 10, 40])
async def test_a_turn_is_given_few_events(store: DatabaseTrackerStore, turns: int):
    """However long a conversation is, a turn is given at least three turns and at most twice as many."""
    for number in range(turns):
        await say(store, f"message {number}")

    read = await store.retrieve("one")

    said = [event.text for event in read.events if isinstance(event, UserUttered)]
    assert min(turns, 3) <= len(said) <= 6
    assert said == [f"message {number}" for number in range(turns - len(said), turns)]
    assert await texts(store) == [f"message {number}" for number in range(turns)]


async def test_what_was_set_long_ago_still_holds(store: DatabaseTrackerStore):
    """Slots, an active loop and a pause outlast the turns in which they were set."""
    await say(store, "first", SlotSet("name", "Ada"), ActiveLoop("form"))
    for number in range(20):
        await say(store, f"message {number}")
    await say(store, "pause", ConversationPaused())
    for number in range(20):
        await say(store, f"message {number}")

    read = await store.retrieve("one")

    assert read.get_slot("name") == "Ada"
    assert read.active_loop_name == "form"
    assert read.is_paused()
    # Rasa runs each action on a copy, which is made from the events.
    assert read.copy().current_state() == read.current_state()


async def test_state_that_stands_for_events_is_not_stored_again(store: DatabaseTrackerStore, url: str):
    """Each event is in the database once, at its place."""
    for number in range(30):
        await say(store, f"message {number}", SlotSet("name", str(number)))

    stored = rows(url, stored_events)

    assert [row.position for row in stored] == list(range(3 + 30 * 6))
    assert sum(row.type == "slot" for row in stored) == 60


async def test_a_new_session_forgets(store: DatabaseTrackerStore):
    """After a session has begun, the processor gets no older event and no older slot, the whole tracker has all."""
    for number in range(5):
        await say(store, f"message {number}", SlotSet("name", "Ada"))
    await say(store, "later", *session())
    await say(store, "after that")

    read = await store.retrieve("one")

    assert read.get_slot("name") is None
    assert [event.text for event in read.events if isinstance(event, UserUttered)] == ["after that"]
    assert len(await texts(store)) == 7


async def test_a_restart_is_kept_to(store: DatabaseTrackerStore):
    """What was set before a restart does not come back."""
    await say(store, "first", SlotSet("name", "Ada"))
    await say(store, "restart", Restarted())
    for number in range(10):
        await say(store, f"message {number}")

    assert (await store.retrieve("one")).get_slot("name") is None


async def test_two_writers_lose_nothing(store: DatabaseTrackerStore):
    """Who read before another wrote adds events after those, and none is there twice."""
    await say(store, "first")
    one, two = await store.retrieve("one"), await store.retrieve("one")
    for tracker, text in ((one, "second"), (two, "third")):
        tracker.update_with_events(turn(text), DOMAIN)
        await store.save(tracker)
    for number in range(10):
        two.update_with_events(turn(f"message {number}"), DOMAIN)
        await store.save(two)

    assert await texts(store) == ["first", "second", "third", *(f"message {number}" for number in range(10))]


async def test_two_first_turns_at_once(store: DatabaseTrackerStore):
    """Where both find no conversation, both turns are kept."""
    await asyncio.gather(say(store, "a"), say(store, "b"))

    assert sorted(await texts(store)) == ["a", "b"]


async def test_saving_again_adds_nothing(store: DatabaseTrackerStore):
    """A tracker that was saved can be saved again, and only what is new is added."""
    tracker = await say(store, "first")
    await store.save(tracker)
    tracker.update_with_events(turn("second"), DOMAIN)
    await store.save(tracker)
    await store.save(tracker)

    assert await texts(store) == ["first", "second"]


@pytest.mark.parametrize("kept", [False, True], ids=["lost", "kept"])
async def test_connection_that_breaks_while_saving(
    store: DatabaseTrackerStore, monkeypatch: pytest.MonkeyPatch, *, kept: bool
):
    """A save whose end nobody learnt of is done once, whether the database had kept it or not."""
    await say(store, "first")
    run, failures = Database.run, [OperationalError("statement", {}, Exception("gone"))]

    async def break_once(self: Database, work: Any) -> Any:
        if failures and (not kept or await run(self, work)):
            raise failures.pop()
        return await run(self, work)

    tracker = await store.retrieve("one")
    tracker.update_with_events(turn("second"), DOMAIN)
    with monkeypatch.context() as patch:
        patch.setattr(Database, "run", break_once)
        await store.save(tracker)

    assert not failures
    assert await texts(store) == ["first", "second"]


async def test_database_that_stays_away(store: DatabaseTrackerStore, monkeypatch: pytest.MonkeyPatch):
    """After a while a turn fails with a fault that an operator can read, and that quotes no patient."""

    async def fail(self: Database, work: Any) -> Any:
        raise OperationalError("INSERT", {"data": "xylophonist"}, Exception("gone\nDETAIL: xylophonist"))

    monkeypatch.setattr(Database, "run", fail)
    monkeypatch.setattr(Database, "read", fail)
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(AcumenError, match="ACU303") as caught:
        await store.retrieve("one")

    assert "xylophonist" not in str(caught.value)


async def test_deleted_conversation_does_not_come_back(
    store: DatabaseTrackerStore, url: str, caplog: pytest.LogCaptureFixture
):
    """A turn that was under way when its conversation was deleted brings nothing of it back."""
    tracker = await say(store, "first")
    await say(store, "first", name="two")
    await store.delete("one")
    tracker.update_with_events(turn("second"), DOMAIN)
    with caplog.at_level(logging.WARNING):
        await store.save(tracker)

    assert "ACU305" in caplog.text
    assert not await store.exists("one")
    assert await store.retrieve("one") is None
    assert {row.conversation_id for row in rows(url, stored_events)} == {"two"}


async def test_deleted_words_leave_the_disk(store: DatabaseTrackerStore, tmp_path: Any):
    """After a deletion no file holds the patient's words."""
    await say(store, "xylophonist")
    await store.delete("one")

    assert all(b"xylophonist" not in file.read_bytes() for file in tmp_path.iterdir())


async def test_names(store: DatabaseTrackerStore):
    """Conversations are listed, and found by their names; one that nobody wrote in is none."""
    await store.get_or_create_tracker("empty", append_action_listen=False)
    await say(store, "hello")
    await say(store, "hello", name="two")

    assert sorted(await store.keys()) == ["one", "two"]
    assert await store.exists("one")
    assert not await store.exists("empty")


async def test_purge(store: DatabaseTrackerStore, url: str):
    """What is old is deleted with all that belongs to it, in any number; what is new stays."""
    for number in range(205):
        await say(store, "old", name=f"old {number}")
    rating = {"conversation_id": "old 1", "reply_id": "r", "helpful": True, "data": "{}", "at": time.time()}
    with shared_database(url).transaction() as connection:
        connection.execute(feedback.insert().values(rating))
        connection.execute(feedback.insert().values({**rating, "conversation_id": "elsewhere", "at": 1.0}))
    between = time.time()
    await say(store, "new", name="new")
    await say(store, "again", name="old 7")

    kept = Records(shared_database(url))
    assert kept.purge(between) == 204
    assert kept.purge(between) == 0
    assert sorted(await store.keys()) == ["new", "old 7"]
    assert {row.conversation_id for row in rows(url, stored_events)} == {"new", "old 7"}
    assert rows(url, feedback) == []


async def test_what_is_noted_of_a_conversation(store: DatabaseTrackerStore, url: str):
    """Channel and times stand beside the events, for whoever reads the database."""
    begun = time.time()
    await say(store, "first")

    (row,) = rows(url, conversations)
    assert (row.id, row.channel) == ("one", "website")
    assert begun <= row.started < row.last_active <= time.time()


async def test_the_event_loop_is_never_held_up(store: DatabaseTrackerStore, monkeypatch: pytest.MonkeyPatch):
    """All work on the database is done in other threads."""
    used = set()
    transaction = Database.transaction

    def note(self: Database) -> Any:
        used.add(threading.get_ident())
        return transaction(self)

    monkeypatch.setattr(Database, "transaction", note)
    await say(store, "first")
    await store.delete("one")

    assert used
    assert threading.get_ident() not in used


class Published(EventBroker):
    """A broker that remembers."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def publish(self, event: dict[str, Any]) -> None:
        self.events.append(event)


async def test_events_are_published_once(url: str):
    """Each event is sent with its conversation, as Rasa's own stores do."""
    broker, stock = Published(), Published()
    for each in (DatabaseTrackerStore(DOMAIN, broker, host=url, turns=1), InMemoryTrackerStore(DOMAIN, stock)):
        for number in range(6):
            await say(each, f"message {number}")

    sent = [{**event, "timestamp": 0} for event in broker.events]
    assert sent == [{**event, "timestamp": 0} for event in stock.events]
    assert json.dumps(sent)


async def test_history_that_rasa_rewrites(store: DatabaseTrackerStore):
    """A history sent to Rasa's API takes the place of the old one, as `rasa interactive` needs it to go back."""
    await say(store, "first")
    await say(store, "second")
    history = data((await store.retrieve("one")).events)[:8]
    await store.save(DialogueStateTracker.from_dict("one", history, DOMAIN.slots))

    assert await texts(store) == ["first"]
    await say(store, "third")
    assert await texts(store) == ["first", "third"]


async def test_conversation_that_rasa_began_anew(store: DatabaseTrackerStore):
    """Where Rasa could not read a conversation and began another, both are kept, one after the other."""
    await say(store, "first")
    tracker = DialogueStateTracker.from_events("one", [*session(), *turn("second")], DOMAIN.slots)
    await store.save(tracker)

    assert await texts(store) == ["first", "second"]


async def test_it_works_in_rasas_wrapper(store: DatabaseTrackerStore):
    """Stock `rasa run` puts the store in a wrapper of its own."""
    wrapped = FailSafeTrackerStore(store)
    for number in range(4):
        await say(wrapped, f"message {number}")

    assert await texts(wrapped) == [f"message {number}" for number in range(4)]


def test_rasa_loads_it_by_its_path(url: str):
    """Named in endpoints.yml, it is made as it is, without a wrapper for stores that are not asynchronous."""
    kind = "acumen.runtime.stores.tracker_store.DatabaseTrackerStore"
    store = TrackerStore.create(EndpointConfig(url, type=kind, turns=7), DOMAIN)

    assert isinstance(store, DatabaseTrackerStore)
    assert check_if_tracker_store_async(store)
    assert Agent(tracker_store=store).tracker_store.domain


def test_the_address_comes_from_the_environment(url: str, monkeypatch: pytest.MonkeyPatch):
    """Without `url`, the database is the one that all parts share."""
    monkeypatch.setenv(ADDRESS, url)
    DatabaseTrackerStore(DOMAIN)

    assert rows(url, conversations) == []


@pytest.mark.parametrize("settings", [{"turns": 0}, {"turns": "ten"}, {"window": 3}, {"db": "rasa.db"}])
def test_wrong_settings(url: str, settings: dict[str, Any]):
    """A setting that does not exist or makes no sense is named."""
    with pytest.raises(AcumenError, match="ACU304 tracker_store"):
        DatabaseTrackerStore(DOMAIN, host=url, **settings)


@pytest.mark.parametrize("text", ["", "\u0000\ud800 𝔘", "x" * 1_000_000, "'); DROP TABLE events; --"])
async def test_any_text_comes_back(store: DatabaseTrackerStore, text: str):
    """Whatever is written, it is read as it was."""
    await say(store, text)

    assert await texts(store) == [text]


def test_events_of_ones_own():
    """An event of a class that was made after the first events were read is found as well."""
    listen = ActionExecuted("action_listen")
    assert data(from_text(to_text([listen]))) == data([listen])

    class Waved(Restarted):
        type_name = "waved"

    assert [type(event) for event in from_text(to_text([Waved(), listen]))] == [Waved, ActionExecuted]


async def test_who_wrote_is_not_stored(store: DatabaseTrackerStore) -> None:
    """A patient's name and number are masked in the stored message, wherever Rasa has it; the question stays."""
    await say(store, "My name is Jane Smith, ring 07700 900123. How long?")
    tracker = await store.retrieve("one")

    assert await texts(store) == ["My name is [name], ring [phone]. How long?"]
    assert tracker is not None
    said = [event.as_dict() for event in tracker.events if isinstance(event, UserUttered)]
    assert "Jane" not in str(said)
    assert "900123" not in str(said)
