"""SQLite files of what can be made again: a broken or outdated one is begun anew."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from acumen.errors import problem
from acumen.logs import logger

WAIT_SECONDS = 60
# Up to this size a file is checked as a whole when it is opened; that takes milliseconds.
CHECKED_BYTES = 16 * 1024 * 1024


class Cache:
    """One such file, or memory where there is none; one connection, which threads may share.

    Writers of several processes wait for each other. Who reads after `hold` sees
    the file as it was then, whatever is written meanwhile.
    """

    def __init__(self, file: Path | None, schema: str, made_with: str) -> None:
        """Open a cache; where the file cannot be used, memory serves and the log says so (ACU220).

        Args:
            file: the file; its folder is made.
            schema: the SQL that makes its tables.
            made_with: names what the content was made with; a file made with anything else is begun anew.
        """
        self.file = file
        self._schema = schema
        self._made_with = made_with
        self._connection = self._open()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query finds."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # Whoever opens it next begins anew.
            self._discard()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are all kept, or none where an exception leaves the block."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def hold(self) -> None:
        """From now on show the file as it is; nothing more can be written."""
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchall()

    def close(self) -> None:
        self._connection.close()

    def _open(self) -> sqlite3.Connection:
        if self.file is None:
            return self._connect(":memory:")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self._alone():
                try:
                    return self._connect(str(self.file))
                except sqlite3.OperationalError:
                    raise
                except sqlite3.DatabaseError:
                    self._discard()
                    return self._connect(str(self.file))
        except (OSError, sqlite3.OperationalError) as error:
            logger.warning(problem("ACU220", file=self.file, detail=error))
            self.file = None
            return self._connect(":memory:")

    def _connect(self, name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA mmap_size=1073741824")
            self._check(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new file; see that those of an old one are sound and as wanted."""
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in (*self._schema.split(";\n"), "CREATE TABLE made_with (name TEXT)"):
                connection.execute(statement)
            connection.execute("INSERT INTO made_with VALUES (?)", [self._made_with])
        connection.execute("COMMIT")
        try:
            made_with = connection.execute("SELECT name FROM made_with").fetchall()
        except sqlite3.OperationalError as error:
            raise sqlite3.DatabaseError("another program's file") from error
        if made_with != [(self._made_with,)]:
            raise sqlite3.DatabaseError("made with something else")
        small = self.file is not None and self.file.stat().st_size <= CHECKED_BYTES
        if small and connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError("damaged")

    def _discard(self) -> None:
        if self.file is not None:
            for suffix in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    self.file.with_name(self.file.name + suffix).unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time decide whether a file is to be thrown away."""
        assert self.file is not None  # noqa: S101
        with self.file.with_name(self.file.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
