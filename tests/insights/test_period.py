"""The days that a report is about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.errors import AcumenError
from acumen.insights.period import EARLIEST, day_of, last_days, since

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "first", "length"),
    [
        ("1d", date(2026, 3, 31), 1),
        ("7d", date(2026, 3, 25), 7),
        ("30d", date(2026, 3, 2), 30),
        ("12w", date(2026, 1, 7), 84),
        ("2026-03-31", date(2026, 3, 31), 1),
        ("2025-12-24", date(2025, 12, 24), 98),
    ],
)
def test_period_ends_today(text: str, first: date, length: int) -> None:
    """Days, weeks and dates name a period whose last day is today."""
    period = since(text, TODAY)

    assert (period.first, period.last, period.length) == (first, TODAY, length)
    assert next(iter(period.days())) == first
    assert len(list(period.days())) == length


@pytest.mark.parametrize(
    "text",
    ["", "30", "0d", "-3d", "d", "3 d", "7m", "99999d", "9999999999d", "2026-13-01", "2026-04-01", "1066-10-14", "٣d"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    """What cannot be read, begins tomorrow or before there were bots is a fault that says so."""
    with pytest.raises(AcumenError, match="ACU501"):
        since(text, TODAY)


@given(st.dates(EARLIEST, TODAY), st.floats(0, 1, exclude_max=True))
def test_every_moment_of_a_day_is_in_its_period(first: date, part: float) -> None:
    """A moment between the start and the end of a period is on one of its days."""
    period = since(first.isoformat(), TODAY)

    moment = period.start + part * (period.end - period.start - 1)
    assert period.first <= day_of(moment) <= period.last
    assert day_of(period.end) > period.last
    assert last_days(period.length, TODAY) == period
