"""A conversation as the website knows it: its turns, and the events that tell of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Note:
    """Something that happened in a turn, before it has a number."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reply_id(self) -> str | None:
        """The id of the reply, where it is one."""
        return self.data.get("reply_id")


@dataclass(frozen=True)
class Event:
    """Something that happened in a turn, under a number that only grows."""

    id: int
    kind: str
    # JSON, as clients get it.
    body: str

    @classmethod
    def of(cls, note: Note, number: int, turn_id: str) -> Event:
        """The event that a note of a turn becomes."""
        body = json.dumps({"client_message_id": turn_id, **note.data}, separators=(",", ":"))
        return cls(number, note.kind, body)

    @cached_property
    def data(self) -> dict[str, Any]:
        """What is told."""
        values: dict[str, Any] = json.loads(self.body)
        return values

    @property
    def frame(self) -> str:
        """The event as a server-sent event."""
        return f"id: {self.id}\nevent: {self.kind}\ndata: {self.body}\n\n"


@dataclass(frozen=True)
class News:
    """The events after a number, and whether nothing more is to come."""

    events: list[Event]
    over: bool
    # Whether the conversation, or the turn that was asked for, is there at all.
    found: bool = True


@dataclass(frozen=True)
class Turn:
    """A patient's message, and what came of it."""

    id: str
    text: str
    at: float
    over: bool
    events: list[Event] = field(default_factory=list)
    feedback: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def replies(self) -> dict[str, dict[str, Any]]:
        """The trees of its replies, by their ids, in order."""
        return {event.data["reply_id"]: event.data["reply"] for event in self.events if event.kind == "reply"}

    @property
    def error(self) -> dict[str, Any] | None:
        """Why there is no answer, where there is none."""
        return next((event.data for event in self.events if event.kind == "error"), None)


@dataclass(frozen=True)
class Conversation:
    """The last turns of one patient, in order, and the number of the last event."""

    turns: tuple[Turn, ...] = ()
    last_event: int = 0

    def transcript(self) -> dict[str, Any]:
        """What it takes to show the conversation again."""
        return {"turns": [_shown(turn) for turn in self.turns], "last_event": self.last_event}


def _shown(turn: Turn) -> dict[str, Any]:
    error = turn.error
    return {
        "client_message_id": turn.id,
        "at": datetime.fromtimestamp(turn.at, UTC).isoformat(timespec="seconds"),
        "text": turn.text,
        "replies": [{"reply_id": reply_id, "reply": reply} for reply_id, reply in turn.replies.items()],
        "ended": turn.over,
        "error": {"code": error["code"], "message": error["message"]} if error else None,
        "feedback": turn.feedback,
    }
