"""One turn of a conversation at a time, among all processes that share a PostgreSQL."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import sqlalchemy as sa
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from acumen.errors import AcumenError, problem
from acumen.runtime.stores.local_lock import LocalLockStore
from acumen.storage.database import database_url, reason

logger = logging.getLogger("acumen")

Result = TypeVar("Result")

# Connections for locks that another process holds; one more holds all that were free.
WAITING = 3
PAUSE_SECONDS = 0.2
TIMEOUT_SECONDS = 10
LOCK_NOT_AVAILABLE = "55P03"
TRY = sa.text("SELECT pg_try_advisory_lock(:key)")
WAIT = sa.text("SELECT pg_advisory_lock(:key)")
UNLOCK = sa.text("SELECT pg_advisory_unlock(:key)")
TIMEOUT = sa.text("SELECT set_config('lock_timeout', :milliseconds, false)")


class PostgresLockStore(LocalLockStore):
    """Advisory locks: PostgreSQL hands them on in order of arrival, and frees them when their process dies.

    The turns of this process queue here, so that each conversation has at most one of them in the database.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """Set up the store; it connects with the first lock.

        Args:
            endpoint_config: `url`, as in postgresql://user:password@host/name; without one, that of `database_url()`.

        Raises:
            AcumenError: ACU304 for a setting, or where the database is not PostgreSQL.
        """
        super().__init__()
        if endpoint_config.kwargs:
            unknown = next(iter(endpoint_config.kwargs))
            raise AcumenError(problem("ACU304", part="lock_store", detail=f"no setting `{unknown}`"))
        url = endpoint_config.url or database_url()
        if not url.startswith("postgresql"):
            raise AcumenError(problem("ACU304", part="lock_store", detail="the address is not that of a PostgreSQL"))
        engine = sa.create_engine(
            url,
            future=True,
            hide_parameters=True,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": TIMEOUT_SECONDS},
        )
        self._holder = _Session(engine)
        self._all = [self._holder, *(_Session(engine) for _ in range(WAITING))]
        self._waiters: asyncio.Queue[_Session] = asyncio.Queue()
        for session in self._all[1:]:
            self._waiters.put_nowait(session)

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[TicketLock]:
        """Holds a conversation's lock, in all processes (see parent class for full docstring).

        Raises:
            LockError: when it was not free in that time, or the database could not be used.
        """
        async with super().lock(conversation_id, lock_lifetime) as lock:
            key = _key(conversation_id)
            session = await self._acquire(key, lock_lifetime)
            try:
                yield lock
            finally:
                session.unlock(key)
                if session is not self._holder:
                    self._waiters.put_nowait(session)

    async def close(self) -> None:
        """Let go of the connections."""
        await asyncio.gather(*(session.close() for session in self._all))

    async def _acquire(self, key: int, seconds: float) -> _Session:
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            left = deadline - asyncio.get_running_loop().time()
            try:
                return await self._acquire_once(key, max(left, PAUSE_SECONDS))
            except SQLAlchemyError as error:
                if getattr(error.orig, "pgcode", None) == LOCK_NOT_AVAILABLE:
                    raise LockError("the conversation's other turns take too long") from error
                if left <= 0:
                    fault = problem("ACU308", detail=reason(error))
                    logger.error(fault)  # noqa: TRY400
                    raise LockError(str(fault)) from error
            await asyncio.sleep(PAUSE_SECONDS)

    async def _acquire_once(self, key: int, seconds: float) -> _Session:
        try:
            # It fails also where others wait: nobody is passed by.
            if await self._holder.do(lambda each: each.scalar(TRY, {"key": key})):
                return self._holder
        except asyncio.CancelledError:
            self._holder.unlock(key)
            raise
        session = await self._waiters.get()
        try:
            await session.do(lambda each: _lock(each, key, seconds))
        except BaseException:
            # It may wait still, or have the lock by now: both end with the connection.
            session.drop()
            self._waiters.put_nowait(session)
            raise
        return session


class _Session:
    """A connection that keeps its locks, and the thread that speaks to it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lock")

    async def do(self, work: Callable[[Connection], Result]) -> Result:
        """Do `work` with the connection, which is opened anew where it was lost."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def unlock(self, key: int) -> None:
        """Let go of a lock, soon."""
        self._thread.submit(self._do, lambda each: each.scalar(UNLOCK, {"key": key}))

    def drop(self) -> None:
        """Let go of the connection and all its locks, soon, whatever it waits for."""
        if self._connection:
            with suppress(Exception):
                self._connection.connection.cancel()
        self._thread.submit(self._drop)

    async def close(self) -> None:
        """Let go of it for good, also while it waits for a lock."""
        self.drop()
        await asyncio.to_thread(self._thread.shutdown)

    def _do(self, work: Callable[[Connection], Result]) -> Result:
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            return work(self._connection)
        except SQLAlchemyError:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(SQLAlchemyError):
                connection.invalidate()
                connection.close()


def _lock(connection: Connection, key: int, seconds: float) -> None:
    connection.execute(TIMEOUT, {"milliseconds": f"{seconds * 1000:.0f}"})
    connection.execute(WAIT, {"key": key})


def _key(conversation_id: str) -> int:
    digest = hashlib.blake2b(b"acumen.lock:" + conversation_id.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
