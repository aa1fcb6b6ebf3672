"""Working through conversations: several at once, each by one task."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from acumen.channels.messaging import lanes
from acumen.channels.messaging.lanes import Lane, LeaseLostError, Work
from acumen.logs import log_failure
from acumen.storage.database import Database

# What other processes left is looked for this often.
POLL_SECONDS = 1.0
STOP_SECONDS = 10.0
# After a fault of our own, such as a database that does not answer.
FAULT_SECONDS = 5.0


class Crew:
    """Does one kind of work for one channel until it is stopped."""

    def __init__(
        self, database: Database, work: Work, channel: str, do: Callable[[Lane], Awaitable[None]], most_at_once: int
    ) -> None:
        self._database = database
        self._work: Work = work
        self._channel = channel
        self._do = do
        self._most_at_once = most_at_once
        self._wake = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._loop = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Say that there is something to do."""
        self._wake.set()

    async def stop(self) -> None:
        """Take nothing new, and give what was begun a while to end."""
        if self._loop:
            self._loop.cancel()
        if self._busy:
            await asyncio.wait(self._busy, timeout=STOP_SECONDS)
        for task in self._busy:
            task.cancel()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._claim_all()
            except Exception as error:
                # Without this loop nobody would be answered any more: it goes on, whatever happens.
                log_failure("a messenger's work was held up", error)
                await asyncio.sleep(FAULT_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)

    async def _claim_all(self) -> None:
        while len(self._busy) < self._most_at_once:
            lane = await self._database.run(lambda connection: lanes.claim(connection, self._work, self._channel))
            if lane is None:
                return
            task = asyncio.create_task(self._hold(lane))
            self._busy.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self.wake()

    async def _hold(self, lane: Lane) -> None:
        renewing = asyncio.create_task(self._renew(lane))
        try:
            await self._do(lane)
        except LeaseLostError:
            return
        except Exception as error:
            log_failure("a messenger's work failed", error)
            with suppress(Exception):
                later = time.time() + FAULT_SECONDS
                await self._database.run(lambda connection: lane.release(connection, later))
        finally:
            renewing.cancel()

    async def _renew(self, lane: Lane) -> None:
        with suppress(LeaseLostError):
            while True:
                await asyncio.sleep(lanes.LEASE_SECONDS / 4)
                await self._database.run(lane.renew)
