"""What a run found, as numbers that can be kept and put into a page."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.load import Measured, median_at, percentile
from benchmarks.machine import Machine
from benchmarks.projects import Training
from benchmarks.speed import Speed

# Turns at the beginning and at the end of a long conversation that are compared; the same things are said in both.
WINDOW = 10


@dataclass(frozen=True)
class Turns:
    """One load on one bot; times in milliseconds."""

    count: int
    failed: int
    p50: float
    p95: float
    p99: float
    per_second: float
    per_core_second: float


@dataclass(frozen=True)
class BotResult:
    """One bot.

    Attributes:
        turns: conversations at once -> its turns.
        first: milliseconds of the first turn of a long conversation, and of its first ten; medians.
        last: the same at its end.
        start: seconds from start to first answer, median.
        memory: bytes resident after all loads.
    """

    turns: Mapping[int, Turns]
    first: tuple[float, float]
    last: tuple[float, float]
    start: float
    memory_at_start: int
    memory: int
    training: Training


@dataclass(frozen=True)
class SpeedResult:
    """Both bots and the floor, side by side; the floor's times in milliseconds."""

    machine: Machine
    ours: BotResult
    stock: BotResult
    floor_p50: float
    floor_p99: float
    long: int

    def save(self, file: Path) -> None:
        """Write it to `file`, as JSON."""
        file.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> SpeedResult:
        """Read what `save` wrote."""
        found = json.loads(file.read_text(encoding="utf-8"))
        found |= {"machine": Machine(**found["machine"]), "ours": _bot(found["ours"]), "stock": _bot(found["stock"])}
        return cls(**found)


def bot_result(speed: Speed, training: Training) -> BotResult:
    """The figures of what was measured of a bot."""
    return BotResult(
        turns={at_once: _turns(measured) for at_once, measured in speed.loads.items()},
        first=(1000 * median_at(speed.long, slice(1)), 1000 * median_at(speed.long, slice(WINDOW))),
        last=(1000 * median_at(speed.long, slice(-1, None)), 1000 * median_at(speed.long, slice(-WINDOW, None))),
        start=statistics.median(speed.starts),
        memory_at_start=speed.memory_at_start,
        memory=speed.memory,
        training=training,
    )


def _turns(measured: Measured) -> Turns:
    p50, p95, p99 = (1000 * percentile(measured.seconds, share) for share in (50, 95, 99))
    count = len(measured.seconds)
    return Turns(count, measured.failed, p50, p95, p99, count / measured.wall, measured.per_core_second)


def _bot(found: dict[str, Any]) -> BotResult:
    turns = {int(at_once): Turns(**each) for at_once, each in found["turns"].items()}
    pairs = {name: tuple(found[name]) for name in ("first", "last")}
    return BotResult(**{**found, **pairs, "turns": turns, "training": Training(**found["training"])})
