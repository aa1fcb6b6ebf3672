"""What comes of a running turn, on its way to the store."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence

from acumen.answering.reply import Reply, plain_text
from acumen.channels.website.conversation import Note
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.render import rendered
from acumen.channels.website.trouble import trouble

# Most turns end within this time of their only reply: both are written, and synced to the disk, at once.
LINGER_SECONDS = 0.02
RETRY_SECONDS = 1.0

Add = Callable[[Sequence[Note], bool], Awaitable[None]]


class TurnLog:
    """Collects the events of one turn, and writes them a few at a time."""

    def __init__(self, add: Add) -> None:
        """Creates the log.

        Args:
            add: writes notes, and ends the turn where the second argument is true.
        """
        self.replied = False
        self._add = add
        self._notes: list[Note] = []
        self._over = False
        self._writing = asyncio.Lock()
        self._lingering: asyncio.Task[None] | None = None

    def reply(self, reply: Reply) -> None:
        """Note a reply; one without words, or one too late, is left out."""
        text = plain_text(reply)
        if self._over or not text.strip():
            return
        self.replied = True
        self._notes.append(Note("reply", {"reply_id": uuid.uuid4().hex, "reply": rendered(reply), "text": text}))
        if self._lingering is None or self._lingering.done():
            self._lingering = asyncio.create_task(self._write_soon())

    async def end(self, error: str) -> None:
        """Note that the turn is over; `error` says why if there is no answer.

        It is tried until it is written: a turn without an end would keep its patient waiting.
        """
        self._over = True
        # What was said stands: beside an alarm, nothing else may.
        self._notes.append(Note("done") if self.replied else Note("error", trouble(error)))
        while self._notes:
            try:
                await self._write()
            except RefusedError:
                await asyncio.sleep(RETRY_SECONDS)
        if self._lingering:
            self._lingering.cancel()

    async def _write_soon(self) -> None:
        await asyncio.sleep(LINGER_SECONDS)
        try:
            await self._write()
        except RefusedError:
            # The store has reported it; the end of the turn tries again.
            return

    async def _write(self) -> None:
        async with self._writing:
            notes = list(self._notes)
            if notes:
                await self._add(notes, self._over)
                del self._notes[: len(notes)]
