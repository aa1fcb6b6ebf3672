"""The database: opened, set up, and used without holding up the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from acumen.errors import AcumenError, problem

Result = TypeVar("Result")

ADDRESS = "ACUMEN_DATABASE"
DEFAULT = "sqlite:///var/acumen.db"
# PostgreSQL allows 100 connections by default, which several processes share.
CONNECTIONS = 4
WAIT_SECONDS = 10
# The values of a statement that failed would stand in the exception, and they may be a patient's.
COMMON = {"future": True, "hide_parameters": True}


class Database:
    """One database and the threads that speak to it."""

    def __init__(self, url: str) -> None:
        """Open a database; the folder of an SQLite file is made.

        Args:
            url: as SQLAlchemy writes it, `sqlite:///file` or `postgresql://user:password@host/name`.

        Raises:
            AcumenError: ACU302 when the address is not one of these, ACU303 when the database cannot be reached.
        """
        self.engine = _engine(url)
        # In its file's log (WAL), who reads waits for nobody; what is in memory has one connection.
        in_file = self.is_sqlite and self.engine.url.database not in {None, "", ":memory:"}
        self._reading = _sqlite(self.engine.url, "BEGIN") if in_file else None
        # SQLite has one writer: more threads would only wait for each other.
        threads = 1 if self.is_sqlite else CONNECTIONS
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file on this machine."""
        return bool(self.engine.dialect.name == "sqlite")

    def create(self, tables: sa.MetaData) -> None:
        """Make the tables that are missing; several processes may do so at once.

        Raises:
            AcumenError: ACU303 when the database cannot be reached.
        """
        try:
            with self.transaction() as connection:
                if not self.is_sqlite:
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('acumen.tables'))"))
                tables.create_all(connection)
        except SQLAlchemyError as error:
            raise AcumenError(problem("ACU303", detail=reason(error))) from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose changes are all kept, or none where an exception leaves the block."""
        with self.engine.begin() as connection:
            yield connection

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Do `work` in a transaction of its own, in another thread."""

        def transact() -> Result:
            with self.transaction() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads, transact)

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Do `work` that changes nothing and finds little: in SQLite right here, as another thread is further away."""
        if self._reading is None:
            return await self.run(work)
        with self._reading.begin() as connection:
            return work(connection)

    def erase(self) -> None:
        """Overwrite what was deleted in SQLite's log too, which holds on to older pages; call it after deletions."""
        if self.is_sqlite:
            connection = self.engine.raw_connection()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    def close(self) -> None:
        """Let go of threads and connections; what was begun is finished first."""
        self._threads.shutdown()
        self.engine.dispose()
        if self._reading:
            self._reading.dispose()


def database_url() -> str:
    """The address of the database: `ACUMEN_DATABASE`, or a file in `var/`."""
    return os.environ.get(ADDRESS) or DEFAULT


@cache
def shared_database(url: str) -> Database:
    """The one database of this process at an address: its parts are made apart from each other, by Rasa."""
    return Database(url)


def reason(error: SQLAlchemyError) -> str:
    """The driver's own words in one line; the statement, its values and the lines of detail may be a patient's."""
    words = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return words.splitlines()[0] if words else type(error).__name__


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            return sa.create_engine(
                address,
                pool_size=CONNECTIONS,
                max_overflow=0,
                pool_pre_ping=True,
                connect_args={"connect_timeout": WAIT_SECONDS},
                **COMMON,
            )
        if address.get_backend_name() != "sqlite":
            raise AcumenError(problem("ACU302", detail="it is neither SQLite nor PostgreSQL"))
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        # Taken at once: two that read first and write later would block each other.
        return _sqlite(address, "BEGIN IMMEDIATE")
    except SQLAlchemyError as error:
        raise AcumenError(problem("ACU302", detail=error)) from error
    except OSError as error:
        raise AcumenError(problem("ACU303", detail=error)) from error


def _sqlite(address: URL, begin: str) -> Engine:
    # Held open: with its last connection SQLite would put away its log, and sync twice more, after each change.
    held = {"timeout": WAIT_SECONDS, "check_same_thread": False}
    engine = sa.create_engine(address, connect_args=held, poolclass=QueuePool, pool_size=1, **COMMON)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", lambda connection: connection.connection.execute(begin))
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Python's driver would begin transactions by itself, and only at the first change.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    # With WAL, a commit reaches the disk before anything is said to be kept.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What was deleted is overwritten: a patient's words must not stay in free pages.
    connection.execute("PRAGMA secure_delete=ON")
