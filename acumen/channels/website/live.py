"""A conversation as this process has it in hand just now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from acumen.channels.website.conversation import Event, News

# Kinds of the event that ends a turn.
ENDS = frozenset({"done", "error"})
# More events than a turn has.
REMEMBERED = 20


@dataclass(eq=False)
class Live:
    """What this process does for a conversation, and what it has written last."""

    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    # What Rasa is still busy with; a turn that took too long is over before its task is.
    tasks: set[asyncio.Future[Any]] = field(default_factory=set)
    deleted: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    # Turns and their events, numbered without a gap: what other processes wrote between is looked up.
    _written: list[tuple[str, Event]] = field(default_factory=list)

    def tell(self, turn_id: str, events: Sequence[Event]) -> None:
        """Let those know who follow the conversation; the events are in the database by now."""
        if events and self._written and events[0].id != self._written[-1][1].id + 1:
            self._written = []
        self._written = [*self._written, *((turn_id, event) for event in events)][-REMEMBERED:]
        self.wake()

    def news(self, after: int, turn_id: str | None) -> News | None:
        """What came in a turn after a number; None where the database has to be asked."""
        if turn_id is None or self.deleted or not self._written:
            return None
        if not self._written[0][1].id <= after + 1 <= self._written[-1][1].id:
            return None
        events = [event for turn, event in self._written if turn == turn_id and event.id > after]
        return News(events, any(event.kind in ENDS for event in events)) if events else None

    def wake(self) -> None:
        """Let those look again who follow the conversation."""
        self.changed.set()
        self.changed = asyncio.Event()
