"""Deleting conversations whose time is over, hour by hour while the bot runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from acumen.errors import AcumenError
from acumen.logs import log_failure, log_problems
from acumen.privacy.records import Records
from acumen.storage.database import database_url, shared_database

# The start has enough to do.
FIRST_SECONDS = 60.0
EVERY_SECONDS = 60 * 60.0
DAY_SECONDS = 24 * 60 * 60


async def keep_tidy(keep_days: Callable[[], int], first: float = FIRST_SECONDS, every: float = EVERY_SECONDS) -> None:
    """Delete what is older than so many days, again and again; a fault is logged, and tried again.

    Args:
        keep_days: says how long a conversation is kept after its last message.
        first: seconds until it is done for the first time.
        every: seconds between two times.
    """
    await asyncio.sleep(first)
    while True:
        try:
            await asyncio.to_thread(_purge, keep_days())
        except AcumenError as error:
            log_problems(error)
        except Exception as error:
            # A database that is away now will be there in an hour.
            log_failure("old conversations were not deleted", error)
        await asyncio.sleep(every)


def _purge(keep_days: int) -> None:
    Records(shared_database(database_url())).purge(time.time() - keep_days * DAY_SECONDS)
