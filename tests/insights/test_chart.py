"""The bars of a chart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.insights.chart import MOST_BARS, chart
from acumen.insights.report import DayCount

FIRST = date(2026, 1, 1)


def days(*counts: tuple[int, int, int]) -> list[DayCount]:
    """Days with so many messages of each kind."""
    return [DayCount(FIRST + timedelta(days=n), 1, *count) for n, count in enumerate(counts)]


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), min_size=1, max_size=400))
def test_bars_hold_every_message_within_the_picture(counts: list[tuple[int, int, int]]) -> None:
    """No message is lost, no bar leaves the picture or touches the next, and there are not too many."""
    drawn = chart(days(*counts))

    assert 1 <= len(drawn.bars) <= MOST_BARS
    assert sum(bar.answered + bar.unanswered + bar.other for bar in drawn.bars) == sum(map(sum, counts))
    assert max(bar.answered + bar.unanswered + bar.other for bar in drawn.bars) <= drawn.top
    assert drawn.middle * 2 == drawn.top
    for bar, after in zip(drawn.bars, drawn.bars[1:], strict=False):
        assert bar.x + bar.width < after.x
        assert bar.last + timedelta(days=1) == after.first
    assert drawn.bars[-1].x + drawn.bars[-1].width < 100
    assert all(
        segment.y >= -0.02 and segment.y + segment.height <= 100.02 for bar in drawn.bars for segment in bar.segments
    )


def test_kinds_stand_on_each_other() -> None:
    """What was answered stands at the bottom, the rest on it, each as high as its number."""
    (bar,) = chart(days((6, 3, 1))).bars

    assert [(each.kind, each.y, each.height) for each in bar.segments] == [
        ("answered", 40.0, 60.0),
        ("unanswered", 10.0, 30.0),
        ("other", 0.0, 10.0),
    ]


@pytest.mark.parametrize(("length", "span"), [(1, 1), (30, 1), (92, 1), (93, 7), (365, 7), (1000, 28)])
def test_long_periods_have_bars_of_several_days(length: int, span: int) -> None:
    """A bar covers days, weeks or more, and the last ones are whole."""
    drawn = chart(days(*[(1, 0, 0)] * length))

    assert drawn.span == span
    assert drawn.bars[-1].answered == min(span, length)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 10), (7, 10), (11, 12), (99, 100), (101, 120), (1018, 1200), (8100, 10000)]
)
def test_scale_is_easy_to_read(most: int, top: int) -> None:
    """The upper line is a round number not far above the highest bar."""
    assert chart(days((most, 0, 0))).top == top
