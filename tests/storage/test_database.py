"""The database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from acumen.errors import AcumenError
from acumen.storage.database import ADDRESS, DEFAULT, Database, database_url, shared_database
from acumen.storage.tables import CONVERSATIONS, conversations, feedback

PRIVATE = "xylophonist"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database in a folder that is not there yet."""
    opened = Database(f"sqlite:///{tmp_path}/var/acumen.db")
    opened.create(CONVERSATIONS)
    yield opened
    opened.close()


def names(connection: sa.engine.Connection) -> list[str]:
    """The ids of all conversations."""
    return list(connection.execute(sa.select(conversations.c.id)).scalars())


def conversation(name: str) -> sa.sql.Insert:
    """The statement that adds a conversation."""
    return conversations.insert().values(id=name, channel="website", version=1, started=1.0, last_active=1.0)


async def test_work_is_kept(database: Database):
    """What a transaction changed is there for the next, and for who opens the database anew."""
    await database.run(lambda connection: connection.execute(conversation("one")))

    assert await database.run(names) == ["one"]
    again = Database(str(database.engine.url))
    assert await again.run(names) == ["one"]
    again.close()


@pytest.mark.parametrize("url", ["sqlite:///{folder}/acumen.db", "sqlite://", "sqlite:///:memory:"])
async def test_what_is_kept_is_read(url: str, tmp_path: Path):
    """Reading finds what was kept just before, in a file and in memory."""
    opened = Database(url.format(folder=tmp_path))
    opened.create(CONVERSATIONS)
    await opened.run(lambda connection: connection.execute(conversation("one")))

    assert await opened.read(names) == ["one"]
    opened.close()


async def test_reading_waits_for_no_writer(database: Database):
    """While another changes the database, its state before can be read."""
    await database.run(lambda connection: connection.execute(conversation("one")))

    with database.transaction() as connection:
        connection.execute(conversation("two"))
        assert await database.read(names) == ["one"]
    assert await database.read(names) == ["one", "two"]


async def test_failed_work_leaves_nothing(database: Database):
    """An exception takes back what the transaction did before it."""

    def fail(connection: sa.engine.Connection) -> None:
        connection.execute(conversation("one"))
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        await database.run(fail)

    assert await database.run(names) == []


async def test_work_is_done_in_another_thread(database: Database):
    """The event loop's thread never waits for the database."""
    assert await database.run(lambda _: threading.get_ident()) != threading.get_ident()


def test_tables_are_made_once(database: Database):
    """Making the tables again changes nothing."""
    with database.transaction() as connection:
        connection.execute(conversation("one"))

    database.create(CONVERSATIONS)

    with database.transaction() as connection:
        assert names(connection) == ["one"]


def test_many_processes_may_write(database: Database):
    """A writer that finds the database taken waits for its turn."""
    other = Database(str(database.engine.url))

    def write(writer: Database, prefix: str) -> None:
        for number in range(20):
            with writer.transaction() as connection:
                assert f"{prefix}{number}" not in names(connection)
                connection.execute(conversation(f"{prefix}{number}"))

    threads = [threading.Thread(target=write, args=(each, name)) for each, name in ((database, "a"), (other, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()

    with database.transaction() as connection:
        assert len(names(connection)) == 40


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "sqlite+nothing:///file"])
def test_address_that_cannot_be_used(url: str):
    """An address of another kind is refused with what to do."""
    with pytest.raises(AcumenError, match="ACU302"):
        Database(url)


def test_folder_that_cannot_be_made(tmp_path: Path):
    """Where the file cannot be, the operator reads so."""
    (tmp_path / "var").write_text("")

    with pytest.raises(AcumenError, match="ACU303"):
        Database(f"sqlite:///{tmp_path}/var/acumen.db")


def test_database_that_is_not_there():
    """A server that does not answer is reported without any values."""
    database = Database("postgresql://nobody:secret@127.0.0.1:1/none")

    with pytest.raises(AcumenError, match="ACU303") as caught:
        database.create(CONVERSATIONS)

    assert "secret" not in str(caught.value)
    database.close()


def test_deleted_words_are_overwritten(database: Database, tmp_path: Path):
    """Once deletions are erased, no file holds the words any more."""
    row = {"conversation_id": "one", "reply_id": "r", "helpful": True, "data": PRIVATE, "at": 1.0}
    with database.transaction() as connection:
        connection.execute(feedback.insert().values(row))
    with database.transaction() as connection:
        connection.execute(feedback.delete())
    database.erase()

    assert all(PRIVATE.encode() not in file.read_bytes() for file in (tmp_path / "var").iterdir())


def test_the_address_is_a_setting(monkeypatch: pytest.MonkeyPatch):
    """`ACUMEN_DATABASE` says where; without it, a file in the project's folder serves."""
    monkeypatch.setenv(ADDRESS, "postgresql://host/name")
    assert database_url() == "postgresql://host/name"

    monkeypatch.setenv(ADDRESS, "")
    assert database_url() == DEFAULT


def test_one_database_a_process(tmp_path: Path):
    """Who asks for the same address gets the same database."""
    url = f"sqlite:///{tmp_path}/acumen.db"

    assert shared_database(url) is shared_database(url)
    shared_database(url).close()
