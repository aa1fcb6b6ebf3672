"""Conversations held at the same time, and how long each turn takes."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from aiohttp import ClientError

from benchmarks.clients import Conversation, TurnFailedError
from benchmarks.messages import message

TURNS_EACH = 10


@dataclass(frozen=True)
class Measured:
    """Turns that were taken under one load.

    Attributes:
        seconds: how long each answered turn took.
        wall: seconds from the first to the last, all rounds together.
        cpu: processor seconds that the bot's processes spent meanwhile.
        failed: messages without an answer.
    """

    seconds: Sequence[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0
    failed: int = 0

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            [*self.seconds, *other.seconds], self.wall + other.wall, self.cpu + other.cpu, self.failed + other.failed
        )

    @property
    def per_core_second(self) -> float:
        """Turns for each second of processor time."""
        return len(self.seconds) / self.cpu if self.cpu else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` per cent of the values do not exceed, by linear interpolation."""
    if len(values) < 2:
        return values[0] if values else 0.0
    ordered, at = sorted(values), (len(values) - 1) * share / 100
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


async def hold(
    begin: Callable[[], Awaitable[Conversation]],
    at_once: int,
    turns: int,
    cpu: Callable[[], float],
) -> Measured:
    """Hold conversations of ten turns, `at_once` of them at any time, until `turns` turns are taken.

    A patient's next message follows the answer without a pause.
    """
    conversations = iter(range(max(at_once, turns // TURNS_EACH)))
    seconds: list[float] = []
    failed = 0

    async def patient() -> None:
        nonlocal failed
        for _ in conversations:
            conversation = await begin()
            for turn in range(TURNS_EACH):
                took = await timed(conversation, message(turn))
                if took is None:
                    failed += 1
                else:
                    seconds.append(took)

    used, started = cpu(), time.perf_counter()
    await asyncio.gather(*(patient() for _ in range(at_once)))
    return Measured(seconds, time.perf_counter() - started, cpu() - used, failed)


async def grow(begin: Callable[[], Awaitable[Conversation]], turns: int) -> list[float]:
    """Hold one conversation of so many turns; seconds of each, infinite where there was no answer."""
    conversation = await begin()
    taken = [await timed(conversation, message(turn)) for turn in range(turns)]
    return [float("inf") if each is None else each for each in taken]


async def timed(conversation: Conversation, text: str) -> float | None:
    """Seconds until a message is answered; None where it is not."""
    started = time.perf_counter()
    try:
        await conversation.say(text)
    except (TurnFailedError, ClientError, TimeoutError):
        return None
    return time.perf_counter() - started


def median_at(conversations: Iterable[Sequence[float]], turns: slice) -> float:
    """The median of the same turns of several conversations."""
    return statistics.median(each for conversation in conversations for each in conversation[turns])
