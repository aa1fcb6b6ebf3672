"""How long the stages of a turn take, and what came of it: never what was said in it, nor by whom."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

# In their order. `wait` is for the lock, the thread for turns and the turns before; `load` and `save` are the store's.
STAGES = ("wait", "load", "nlu", "policies", "action", "save")
FAILED = "failed"
# Rasa's own responses have no reply tree: they are small talk.
STOCK = "chitchat"


@dataclass
class TurnRecord:
    """One turn as an operator may know it; times are in seconds."""

    channel: str
    outcome: str = ""
    stages: dict[str, float] = field(default_factory=dict)
    whole: float = 0.0
    begun: float = field(default_factory=time.perf_counter)

    def note(self, message: dict[str, Any]) -> None:
        """Take the outcome of the first reply that goes out, unless the turn has failed."""
        if not self.outcome:
            self.outcome = str((message.get("reply") or {}).get("outcome", STOCK))

    def end(self) -> None:
        """The turn is over."""
        self.whole = time.perf_counter() - self.begun
        self.outcome = self.outcome or FAILED


_current: ContextVar[TurnRecord | None] = ContextVar("turn", default=None)


def current_turn() -> TurnRecord | None:
    """The record of the turn that runs in this task."""
    return _current.get()


@contextmanager
def recorded(record: TurnRecord) -> Iterator[None]:
    """Record the turn that is begun in this block, also where it goes on in another thread."""
    token = _current.set(record)
    try:
        yield
    finally:
        _current.reset(token)
        record.end()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Add the time that this block takes to a stage of the turn, if there is one."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        if record := _current.get():
            record.stages[name] = record.stages.get(name, 0.0) + time.perf_counter() - begun


def waited() -> None:
    """The turn has its conversation for itself, and begins."""
    if record := _current.get():
        record.stages["wait"] = time.perf_counter() - record.begun


def failed() -> None:
    """The patient is told that something went wrong."""
    if record := _current.get():
        record.outcome = FAILED
