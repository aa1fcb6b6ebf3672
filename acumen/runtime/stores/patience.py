"""Waiting for a database that is away for a moment, as while it starts again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError, TimeoutError

from acumen.errors import AcumenError, problem
from acumen.storage.database import Database, reason

Result = TypeVar("Result")

# A restart of PostgreSQL takes a few seconds; a patient does not wait longer than this for a refusal.
PATIENCE_SECONDS = 10
PAUSE_SECONDS = 0.2


async def run_patiently(database: Database, work: Callable[[Connection], Result], *, reads: bool = False) -> Result:
    """Do `work` in a transaction, again where the database was away; `reads` as `Database.read` does.

    An attempt that seemed to fail may have been kept: `work` must find out by itself.

    Raises:
        AcumenError: ACU303 when the database refuses, or is away for too long.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await (database.read(work) if reads else database.run(work))
        except SQLAlchemyError as error:
            if not _may_pass(error) or time.monotonic() > deadline:
                raise AcumenError(problem("ACU303", detail=reason(error))) from error
        await asyncio.sleep(PAUSE_SECONDS)


def _may_pass(error: SQLAlchemyError) -> bool:
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OperationalError | InterfaceError | TimeoutError)
