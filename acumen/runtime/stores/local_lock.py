"""One turn of a conversation at a time, within one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore


class LocalLockStore(LockStore):
    """Locks in memory; who waits is woken in order, where Rasa's own store looks again once a second."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Nobody holds anything yet; `endpoint_config` has no settings for this store."""
        super().__init__()
        self._locks: dict[str, asyncio.Lock] = {}
        self._interested: dict[str, int] = {}

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncIterator[TicketLock]:
        """Holds a conversation's lock.

        Args:
            conversation_id: the conversation.
            lock_lifetime: seconds to wait for it.
            wait_time_in_seconds: unused; nobody looks again and again.

        Raises:
            LockError: when it was not free in that time.
        """
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._interested[conversation_id] = self._interested.get(conversation_id, 0) + 1
        try:
            await _acquire(lock, lock_lifetime)
            try:
                yield TicketLock(conversation_id)
            finally:
                lock.release()
        finally:
            self._interested[conversation_id] -= 1
            if not self._interested[conversation_id]:
                del self._interested[conversation_id], self._locks[conversation_id]


async def _acquire(lock: asyncio.Lock, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await lock.acquire()
    except TimeoutError:
        raise LockError("the conversation's other turns take too long") from None
