"""What is kept of conversations: listed, handed out and deleted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from acumen.errors import AcumenError
from acumen.privacy import records as module
from acumen.privacy.records import BATCH, Records
from acumen.privacy.reference import reference
from acumen.storage import messaging, website
from acumen.storage.database import Database
from acumen.storage.messaging import inbox, offers, outbox
from acumen.storage.tables import CONVERSATIONS, conversations, events, feedback
from acumen.storage.website import conversations as website_conversations
from acumen.storage.website import turns
from benchmarks.servers import Server

DAY = 24 * 60 * 60.0
SECRET = "my very private complaint"
# Each names a conversation, and holds nothing that anybody said.
WORDLESS = {website.ended, messaging.lanes}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database in a file."""
    database = Database(f"sqlite:///{tmp_path}/acumen.db")
    yield database
    database.close()


@pytest.fixture
def records(database: Database) -> Records:
    """What is kept in it."""
    return Records(database)


@pytest.fixture
def keep(database: Database, records: Records) -> Callable[[str, float], None]:
    """Keeps a conversation that was used last at a moment, in seconds since 1970."""
    return keeping(database)


def keeping(database: Database) -> Callable[[str, float], None]:
    """What keeps such conversations in a database."""

    def keep(name: str, at: float) -> None:
        said = {"event": "user", "text": f"{SECRET} of {name}", "timestamp": at}
        with database.transaction() as connection:
            connection.execute(
                sa.insert(conversations).values(id=name, channel="website", version=1, started=at, last_active=at)
            )
            connection.execute(
                sa.insert(events).values(conversation_id=name, position=0, type="user", at=at, data=json.dumps(said))
            )
            connection.execute(
                sa.insert(feedback).values(conversation_id=name, reply_id="r", helpful=True, data='"good"', at=at)
            )
            connection.execute(sa.insert(website_conversations).values(id=name, last_event=1, size=1, used=at))
            shown = {"text": f"{SECRET} of {name}", "at": at, "size": 1, "over": True, "server": ""}
            connection.execute(sa.insert(turns).values(conversation_id=name, id="t", number=1, **shown))
            for done in (True, False):
                words = "" if done else f"sealed {SECRET} of {name}"
                taken = {"at": at, "received": at, "attempts": 1, "done": done, "sealed": words}
                row = {"channel": "whatsapp", "conversation": name, "event": f"{done} {name}", **taken}
                connection.execute(sa.insert(inbox).values(row))
            for state in ("waiting", "dead"):
                tried = {"attempts": 1, "due": at, "made": at, "reason": "", "sealed": f"sealed {SECRET} of {name}"}
                row = {"channel": "whatsapp", "conversation": name, "key": f"{state} {name}", "state": state, **tried}
                connection.execute(sa.insert(outbox).values(row))
            connection.execute(sa.insert(offers).values(conversation=name, token="t", title="Tell me more", at=at))

    return keep


def test_conversations_are_listed_without_their_words(records: Records, keep: Callable[[str, float], None]):
    """The newest comes first, with its reference."""
    keep("a", DAY)
    keep("b", 2 * DAY)

    assert [(each.id, each.reference) for each in records.listed()] == [("b", reference("b")), ("a", reference("a"))]
    assert SECRET not in str(records.listed())


def test_a_patient_gets_all_that_is_kept(records: Records, keep: Callable[[str, float], None]):
    """An export has the messages and the feedback of one conversation, and of no other."""
    keep("a", DAY)
    keep("b", DAY)
    export = records.export(records.find(reference("a").lower()))

    assert export["events"] == [{"event": "user", "text": f"{SECRET} of a", "timestamp": DAY}]
    assert export["feedback"][0]["said"] == "good"
    assert export["website"][0]["text"] == f"{SECRET} of a"
    assert "of b" not in json.dumps(export)


def test_an_export_tells_what_a_messenger_keeps(records: Records, keep: Callable[[str, float], None]):
    """Of what is encrypted it says that it is there; its channel alone can read it."""
    keep("a", DAY)
    kept = records.export(records.find("a"))["messenger"]

    at = "1970-01-02T00:00:00+00:00"
    assert kept["unanswered"] == [{"at": at}]
    assert kept["unsent"] == [{"state": "waiting", "at": at}, {"state": "dead", "at": at}]
    assert kept["offered"] == [{"title": "Tell me more", "at": at}]


def test_a_message_that_was_answered_is_still_known(
    records: Records, database: Database, keep: Callable[[str, float], None]
):
    """Of a messenger's conversation nothing stays but what keeps it from answering the same message again."""
    keep("a", DAY)
    keep("b", DAY)
    records.delete(records.find("a"))
    records.purge(2 * DAY)

    with database.transaction() as connection:
        left = connection.execute(sa.select(inbox.c.event, inbox.c.sealed)).all()
        assert [tuple(row) for row in left] == [("True a", ""), ("True b", "")]
        assert not connection.execute(sa.select(outbox)).all()
        assert not connection.execute(sa.select(offers)).all()


def test_every_table_with_words_is_reached():
    """A table that names a conversation is deleted from, hangs on one that is, or is known to hold no words."""
    every = [*CONVERSATIONS.sorted_tables, *website.WEBSITE.sorted_tables, *messaging.MESSAGING.sorted_tables]
    naming = {each for each in every if {"conversation", "conversation_id"} & set(each.c.keys())}
    reached = {kept.table for kept in module.KEPT}
    hanging = {
        table
        for table in every
        if any(key.column.table in reached and key.ondelete == "CASCADE" for key in table.foreign_keys)
    }

    assert naming <= reached | hanging | WORDLESS
    assert not WORDLESS & reached


def test_what_is_deleted_is_gone_from_the_disk(records: Records, keep: Callable[[str, float], None], tmp_path: Path):
    """Nothing of a deleted conversation is left in the tables, nor in the files of the database."""
    keep("a", DAY)
    keep("b", DAY)
    records.delete(records.find("a"))

    assert [each.id for each in records.listed()] == ["b"]
    assert records.export(records.find("b"))["events"]
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert f"{SECRET} of a".encode() not in files
    assert f"{SECRET} of b".encode() in files


def test_what_is_too_old_goes(records: Records, keep: Callable[[str, float], None], tmp_path: Path):
    """What was used last before the moment is deleted, feedback too, and what was used since stays."""
    keep("old", DAY)
    keep("new", 3 * DAY)

    assert records.purge(2 * DAY) == 1
    assert [each.id for each in records.listed()] == ["new"]
    assert b"of old" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert records.purge(2 * DAY) == 0


def test_what_the_website_alone_kept_goes_from_the_disk(records: Records, database: Database, tmp_path: Path):
    """Where Rasa keeps its record elsewhere, the words that were here are overwritten too."""
    shown = {"text": SECRET, "at": DAY, "size": 1, "over": True, "server": ""}
    with database.transaction() as connection:
        connection.execute(sa.insert(website_conversations).values(id="a", last_event=1, size=1, used=DAY))
        connection.execute(sa.insert(turns).values(conversation_id="a", id="t", number=1, **shown))

    assert records.purge(2 * DAY) == 0
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_more_than_a_batch_goes(records: Records, database: Database):
    """A first purge of years of conversations ends, in small steps."""
    rows = [
        {"id": str(number), "channel": "website", "version": 1, "started": 0.0, "last_active": 0.0}
        for number in range(2 * BATCH + 1)
    ]
    with database.transaction() as connection:
        connection.execute(sa.insert(conversations), rows)

    assert records.purge(DAY) == len(rows)
    assert records.listed() == []


def test_two_servers_purge_at_once(records: Records, keep: Callable[[str, float], None]):
    """Each deletes what it finds, and neither fails."""
    for number in range(50):
        keep(str(number), 0.0)
    faults: list[BaseException] = []

    def purge() -> None:
        try:
            records.purge(DAY)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=purge) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not faults
    assert records.listed() == []


@pytest.mark.servers
def test_servers_that_share_a_postgresql_purge_at_once(postgres: Server):
    """Together they delete all of it, and each conversation is counted once."""
    databases = [Database(postgres.url) for _ in range(3)]
    keep = keeping(databases[0])
    shared = [Records(database) for database in databases]
    for number in range(BATCH + 50):
        keep(f"purged {number}", 0.0)

    with ThreadPoolExecutor() as threads:
        counts = list(threads.map(lambda each: each.purge(DAY), shared))
    # One that found all locked had nothing to do.
    counts.append(shared[0].purge(DAY))

    assert sum(counts) == BATCH + 50
    with databases[0].transaction() as connection:
        for kept in module.KEPT:
            assert not connection.execute(sa.select(kept.table).where(kept.which)).all()
    for database in databases:
        database.close()


@pytest.mark.parametrize("name", ["", "AAAA-AAAA", "website-1", "' OR 1=1 --"])
def test_unknown_conversation(records: Records, keep: Callable[[str, float], None], name: str):
    """Who names a conversation that is not kept learns so."""
    keep("a", DAY)

    with pytest.raises(AcumenError, match="ACU321"):
        records.find(name)


def test_shared_reference(records: Records, keep: Callable[[str, float], None], monkeypatch: pytest.MonkeyPatch):
    """Where two conversations share a reference, none is taken for the other."""
    monkeypatch.setattr(module, "reference", lambda _: "AAAA-AAAA")
    keep("a", DAY)
    keep("b", DAY)

    with pytest.raises(AcumenError, match="ACU322"):
        records.find("aaaa aaaa")
    assert records.find("a").id == "a"
