"""Files of what can be made again."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from acumen.storage.cache import Cache

SCHEMA = """
CREATE TABLE things (name TEXT);
CREATE INDEX things_by_name ON things (name)"""


def names(cache: Cache) -> list[str]:
    """What a cache holds."""
    return [name for (name,) in cache.rows("SELECT name FROM things ORDER BY name")]


def keep(cache: Cache, name: str) -> None:
    """Write one thing."""
    with cache.transaction() as connection:
        connection.execute("INSERT INTO things VALUES (?)", (name,))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file in a folder that is not there yet."""
    return tmp_path / "var" / "things.db"


def test_what_is_written_is_there_at_the_next_start(file: Path):
    """A file is made with its folder, and read again."""
    cache = Cache(file, SCHEMA, "one")
    keep(cache, "a")
    cache.close()

    assert names(Cache(file, SCHEMA, "one")) == ["a"]


def test_what_was_made_with_something_else_is_forgotten(file: Path):
    """Another encoder, or another layout, begins anew."""
    cache = Cache(file, SCHEMA, "one")
    keep(cache, "a")
    cache.close()

    assert names(Cache(file, SCHEMA, "two")) == []


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"SQLite format 3\0" + b"x" * 5000], ids=["empty", "foreign", "garbage"]
)
def test_a_foreign_file_is_begun_anew(file: Path, content: bytes):
    """What is no such file is thrown away."""
    file.parent.mkdir()
    file.write_bytes(content)

    cache = Cache(file, SCHEMA, "one")
    keep(cache, "a")
    cache.close()

    assert names(Cache(file, SCHEMA, "one")) == ["a"]


def test_another_programs_database_is_begun_anew(file: Path):
    """A database without the mark is not used."""
    file.parent.mkdir()
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE things (something INTEGER)")
    other.commit()
    other.close()

    assert names(Cache(file, SCHEMA, "one")) == []


@pytest.mark.parametrize("start", [0.3, 0.6, 0.9])
def test_a_damaged_file_is_begun_anew(file: Path, start: float):
    """Pages that are overwritten are noticed when the file is opened."""
    cache = Cache(file, SCHEMA, "one")
    with cache.transaction() as connection:
        connection.executemany("INSERT INTO things VALUES (?)", [(f"{n} " * 50,) for n in range(300)])
    cache.close()
    content = bytearray(file.read_bytes())
    at = int(len(content) * start) // 4096 * 4096
    content[at : at + 4096] = b"\xff" * 4096
    file.write_bytes(content)

    cache = Cache(file, SCHEMA, "one")
    keep(cache, "a")

    assert names(cache) == ["a"]


def test_a_truncated_file_is_begun_anew(file: Path):
    """A file that was cut off is noticed."""
    cache = Cache(file, SCHEMA, "one")
    with cache.transaction() as connection:
        connection.executemany("INSERT INTO things VALUES (?)", [(f"{n} " * 50,) for n in range(300)])
    cache.close()
    file.write_bytes(file.read_bytes()[:9000])

    assert names(Cache(file, SCHEMA, "one")) == []


def test_damage_found_later_is_gone_at_the_next_start(file: Path, monkeypatch: pytest.MonkeyPatch):
    """A large file is not checked as a whole; what turns out broken is thrown away."""
    monkeypatch.setattr("acumen.storage.cache.CHECKED_BYTES", 0)
    cache = Cache(file, SCHEMA, "one")
    with cache.transaction() as connection:
        connection.executemany("INSERT INTO things VALUES (?)", [(f"{n} " * 50,) for n in range(300)])
    cache.close()
    content = bytearray(file.read_bytes())
    content[4096 * 4 :] = b"\xff" * (len(content) - 4096 * 4)
    file.write_bytes(content)
    cache = Cache(file, SCHEMA, "one")

    with pytest.raises(sqlite3.DatabaseError):
        names(cache)

    assert names(Cache(file, SCHEMA, "one")) == []


def test_memory_serves_where_no_file_can_be(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Where the folder cannot be made the work goes on, and the operator reads so."""
    (tmp_path / "var").write_text("")

    with caplog.at_level(logging.WARNING):
        cache = Cache(tmp_path / "var" / "things.db", SCHEMA, "one")
    keep(cache, "a")

    assert names(cache) == ["a"]
    assert "ACU220" in caplog.text


def test_a_failed_transaction_leaves_nothing(file: Path):
    """An exception takes back what was written before it."""
    cache = Cache(file, SCHEMA, "one")
    with pytest.raises(ValueError), cache.transaction() as connection:  # noqa: PT011, PT012
        connection.execute("INSERT INTO things VALUES ('a')")
        raise ValueError

    assert names(cache) == []


def test_what_is_held_does_not_change(file: Path):
    """Who holds a file sees it as it was, while another writes; who opens it then sees both."""
    reader, writer = Cache(file, SCHEMA, "one"), Cache(file, SCHEMA, "one")
    keep(writer, "a")
    reader.hold()
    keep(writer, "b")

    assert names(reader) == ["a"]
    assert names(Cache(file, SCHEMA, "one")) == ["a", "b"]
