"""A conversation as the website knows it: its turns, and the events that tell of them."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from acumen.answering.reply import Reply, plain_text
from acumen.channels.website.render import rendered

MOST_TURNS = 200
# Stands in the transcript for words that were deleted.
FORGOTTEN = "…"


@dataclass(frozen=True)
class Event:
    """Something that happened in a turn, under a number that only grows."""

    id: int
    kind: str
    data: dict[str, Any]

    @cached_property
    def frame(self) -> str:
        """The event as a server-sent event."""
        return f"id: {self.id}\nevent: {self.kind}\ndata: {json.dumps(self.data, separators=(',', ':'))}\n\n"


@dataclass
class Turn:
    """A patient's message, and what came of it."""

    id: str
    text: str
    size: int
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    events: list[Event] = field(default_factory=list)
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    feedback: dict[str, dict[str, Any]] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def error(self) -> dict[str, Any] | None:
        """Why there is no answer, where there is none."""
        return next((event.data for event in self.events if event.kind == "error"), None)


class Conversation:
    """The last turns of one patient, in memory; many requests may follow them at once."""

    def __init__(self) -> None:
        self.turns: OrderedDict[str, Turn] = OrderedDict()
        # What Rasa is still busy with; a turn that took too long is over before its task is.
        self.tasks: set[asyncio.Future[Any]] = set()
        self.one_at_a_time = asyncio.Lock()
        self.deleted = False
        # About how many characters it takes to keep the conversation.
        self.size = 0
        # Numbers grow over a restart too: who asks for what came after an older one, misses nothing.
        self.last_event = int(time.time() * 1000)
        self._changed = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many answers are still to come."""
        return sum(not turn.over.is_set() for turn in self.turns.values())

    def begin(self, turn_id: str, text: str) -> Turn:
        """Note a new message; the oldest turn is forgotten where there are too many."""
        if len(self.turns) >= MOST_TURNS:
            _, oldest = self.turns.popitem(last=False)
            self.size -= oldest.size
        turn = self.turns[turn_id] = Turn(turn_id, text, size=len(text))
        self.size += turn.size
        self._note(turn, "status", state="working")
        return turn

    def reply(self, turn: Turn, reply: Reply) -> None:
        """Note a reply to a turn; one without words, or one too late, is left out."""
        text = plain_text(reply)
        if turn.over.is_set() or not text.strip():
            return
        reply_id = uuid.uuid4().hex
        turn.replies[reply_id] = rendered(reply)
        self._note(turn, "reply", reply_id=reply_id, reply=turn.replies[reply_id], text=text)

    def forget_before(self, turn: Turn) -> None:
        """Keep nothing but this turn, and of its message nothing: the patient has asked in it to have all deleted."""
        turn.text = FORGOTTEN
        self.turns = OrderedDict((each.id, each) for each in self.turns.values() if not each.over.is_set())
        self.size = sum(each.size for each in self.turns.values())

    def end(self, turn: Turn, error: dict[str, str] | None = None) -> None:
        """Note that a turn is over, with the reason if there is no answer."""
        turn.over.set()
        self._note(turn, "error" if error else "done", **(error or {}))

    def _note(self, turn: Turn, kind: str, **data: Any) -> None:
        self.last_event += 1
        event = Event(self.last_event, kind, {"client_message_id": turn.id, **data})
        turn.events.append(event)
        turn.size += len(event.frame)
        self.size += len(event.frame)
        self._changed.set()
        self._changed = asyncio.Event()

    async def follow(self, after: int, only: Turn | None, heartbeat: float) -> AsyncIterator[Event | None]:
        """Yield the events after a number, in order, until there is nothing more to come.

        Args:
            after: the last number the reader knows.
            only: the turn to follow; without it, all of them, until none is running.
            heartbeat: after so many seconds in silence, None is yielded.
        """
        is_over: Callable[[], bool] = only.over.is_set if only else lambda: not self.waiting
        while True:
            # Both are looked at before the events, so that none that comes meanwhile is missed.
            changed, over = self._changed, is_over()
            for event in self._events(after, only):
                yield event
                after = event.id
            if over:
                return
            try:
                await asyncio.wait_for(changed.wait(), heartbeat)
            except TimeoutError:
                yield None

    def _events(self, after: int, only: Turn | None) -> list[Event]:
        turns = [only] if only else self.turns.values()
        return sorted((event for turn in turns for event in turn.events if event.id > after), key=lambda each: each.id)

    def rate(self, reply_id: str, feedback: dict[str, Any]) -> bool:
        """Keep what a patient thinks of a reply, in place of what was said before; False if there is no such reply."""
        turn = next((turn for turn in self.turns.values() if reply_id in turn.replies), None)
        if turn:
            turn.feedback[reply_id] = feedback
        return turn is not None

    def transcript(self) -> dict[str, Any]:
        """What it takes to show the conversation again."""
        return {"turns": [_shown(turn) for turn in self.turns.values()], "last_event": self.last_event}


def _shown(turn: Turn) -> dict[str, Any]:
    error = turn.error
    return {
        "client_message_id": turn.id,
        "at": turn.at.isoformat(timespec="seconds"),
        "text": turn.text,
        "replies": [{"reply_id": reply_id, "reply": reply} for reply_id, reply in turn.replies.items()],
        "ended": turn.over.is_set(),
        "error": {"code": error["code"], "message": error["message"]} if error else None,
        "feedback": turn.feedback,
    }
