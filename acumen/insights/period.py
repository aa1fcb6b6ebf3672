"""The days that a report is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from acumen.errors import AcumenError, problem

_LAST = re.compile(r"(?P<count>[1-9]\d{0,4})(?P<unit>[dw])")
_DAYS = {"d": 1, "w": 7}
# Before it there was no conversation to keep.
EARLIEST = date(2016, 1, 1)


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included, by this machine's clock."""

    first: date
    last: date

    @property
    def start(self) -> float:
        """When it begins, in seconds since 1970."""
        return datetime.combine(self.first, time.min).timestamp()

    @property
    def end(self) -> float:
        """When it is over, in seconds since 1970."""
        return datetime.combine(self.last + timedelta(days=1), time.min).timestamp()

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def days(self) -> Iterator[date]:
        """Each of its days in order."""
        return (self.first + timedelta(days=number) for number in range(self.length))


def last_days(count: int, today: date) -> Period:
    """The last `count` days, today included."""
    return Period(today - timedelta(days=count - 1), today)


def since(text: str, today: date) -> Period:
    """The period that somebody asks for, up to today.

    Args:
        text: days or weeks as in `30d` and `12w`, or a date as in `2026-03-01`.
        today: its last day.

    Raises:
        AcumenError: ACU501 when `text` is none of these, or begins tomorrow or later.
    """
    try:
        if match := _LAST.fullmatch(text):
            first = last_days(int(match["count"]) * _DAYS[match["unit"]], today).first
        else:
            first = date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise AcumenError(problem("ACU501", text=text)) from error
    if not EARLIEST <= first <= today:
        raise AcumenError(problem("ACU501", text=text))
    return Period(first, today)


def day_of(at: float) -> date:
    """The day of a moment, given in seconds since 1970."""
    return datetime.fromtimestamp(at).date()
