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


@dataclass(frozen=True, slots=True)
class Timing:
    """One stretch of work at a stage, in seconds of `time.perf_counter`, and the kind of error that ended it."""

    stage: str
    begun: float
    ended: float
    error: str = ""


@dataclass
class TurnRecord:
    """One turn as an operator may know it; times are in seconds.

    Attributes:
        caller: the `traceparent` of the request that brought the message.
        error: the kind of the first error in the turn, also where the patient was answered in spite of it.
        started: when the turn began, in nanoseconds since 1970.
    """

    channel: str
    caller: str | None = None
    outcome: str = ""
    error: str = ""
    timings: list[Timing] = field(default_factory=list)
    whole: float = 0.0
    begun: float = field(default_factory=time.perf_counter)
    started: int = field(default_factory=time.time_ns)

    @property
    def stages(self) -> dict[str, float]:
        """The time that each stage took, all its stretches together."""
        sums: dict[str, float] = {}
        for each in self.timings:
            sums[each.stage] = sums.get(each.stage, 0.0) + each.ended - each.begun
        return sums

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
    except BaseException as error:
        broke(error)
        raise
    finally:
        _current.reset(token)
        record.end()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Add the time that this block takes to a stage of the turn, if there is one."""
    begun, kind = time.perf_counter(), ""
    try:
        yield
    except BaseException as error:
        kind = type(error).__name__
        raise
    finally:
        if record := _current.get():
            record.timings.append(Timing(name, begun, time.perf_counter(), kind))


def waited() -> None:
    """The turn has its conversation for itself, and begins."""
    if record := _current.get():
        record.timings.append(Timing("wait", record.begun, time.perf_counter()))


def failed() -> None:
    """The patient is told that something went wrong."""
    if record := _current.get():
        record.outcome = FAILED


def broke(error: BaseException) -> None:
    """Something in the turn broke; of the error only its kind is kept, as its message may hold a patient's words."""
    if record := _current.get():
        record.error = record.error or type(error).__name__
