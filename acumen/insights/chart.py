"""The messages of each day as bars, in per cent of the picture's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from acumen.insights.report import DayCount

KINDS = ("answered", "unanswered", "other")
# Bars cover so many days each that there are no more of them than fit a narrow screen.
SPANS = (1, 7, 28, 91, 364)
MOST_BARS = 92
GAP = 0.22
SMALLEST_TOP, TOPS = 10, (10, 12, 16, 20, 24, 30, 40, 50, 60, 80)


@dataclass(frozen=True)
class Segment:
    """The part of a bar that one kind of messages takes; measured from the top."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One bar: its place, its parts from the bottom up, and its numbers."""

    x: float
    width: float
    segments: tuple[Segment, ...]
    first: date
    last: date
    answered: int
    unanswered: int
    other: int


@dataclass(frozen=True)
class Chart:
    """The bars, and the numbers of the two lines that help reading them."""

    bars: tuple[Bar, ...]
    span: int
    top: int
    middle: int


def chart(days: Sequence[DayCount]) -> Chart:
    """Lay out the bars for the days of a period; a long one has a bar for several days."""
    span = next((each for each in SPANS if len(days) / each <= MOST_BARS), SPANS[-1])
    # The last bar is whole, the first one may be short: what is new can then be compared.
    offset = len(days) % span
    starts = [0] * bool(offset) + list(range(offset, len(days), span))
    spans = [days[start:end] for start, end in zip(starts, [*starts[1:], len(days)], strict=True)]
    top = _round_up(max((sum(day.messages for day in each) for each in spans), default=0))
    step = 100 / max(len(spans), 1)
    bars = (_bar(each, number * step, step, top) for number, each in enumerate(spans))
    return Chart(tuple(bars), span, top, top // 2)


def _bar(days: Sequence[DayCount], x: float, step: float, top: int) -> Bar:
    counts = {kind: sum(getattr(day, kind) for day in days) for kind in KINDS}
    segments, y = [], 100.0
    for kind, count in counts.items():
        height = 100 * count / top
        y -= height
        if count:
            segments.append(Segment(kind, round(y, 2), round(height, 2)))
    return Bar(
        round(x + step * GAP / 2, 3),
        round(step * (1 - GAP), 3),
        tuple(segments),
        days[0].day,
        days[-1].day,
        **counts,
    )


def _round_up(number: int) -> int:
    """The next number that is easy to read and to halve."""
    if number <= SMALLEST_TOP:
        return SMALLEST_TOP
    power: int = 10 ** (len(str(number)) - 2)
    return next(step * power for step in (*TOPS, 100) if step * power >= number)
