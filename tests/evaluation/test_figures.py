"""Shares, their intervals, and what may not fall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.evaluation.figures import GOALS, TOLERANCE, Figure, count, fallen

shares = st.integers(1, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("right", "of", "percent", "interval"),
    [
        (8, 10, 80.0, (49.0, 94.3)),
        (0, 10, 0.0, (0.0, 27.8)),
        (10, 10, 100.0, (72.2, 100.0)),
        (190, 200, 95.0, (91.0, 97.3)),
        (0, 0, 0.0, (0.0, 100.0)),
    ],
)
def test_share_and_interval(right: int, of: int, percent: float, interval: tuple[float, float]):
    """Shares are in per cent, with Wilson's interval; of nothing, nothing is known."""
    figure = Figure(right, of)

    assert figure.percent == pytest.approx(percent)
    assert figure.interval == pytest.approx(interval, abs=0.05)


@given(shares)
def test_interval_holds_the_share(share: tuple[int, int]):
    """Every interval lies between 0 and 100 and has the share in it."""
    figure = Figure(*share)
    low, high = figure.interval

    assert -1e-9 <= low <= figure.percent + 1e-9
    assert figure.percent - 1e-9 <= high <= 100 + 1e-9


@given(shares)
def test_more_messages_say_more(share: tuple[int, int]):
    """The same share of ten times as many messages has a narrower interval."""
    few, many = Figure(*share), Figure(10 * share[0], 10 * share[1])

    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_counting():
    """What each reply contributed is added up by measure, in the order of the report."""
    judged = [{"caution": True}, {"answerable": True}, {"answerable": False}, {"caution": True}, {}]

    figures = count(judged)

    assert figures == {"answerable": Figure(1, 2), "caution": Figure(2, 2)}
    assert list(figures) == [name for name in GOALS if name in figures]
    assert count([]) == {}


@pytest.mark.parametrize(
    ("before", "falls"),
    [(90.0, False), (90.0 + TOLERANCE, False), (90.1 + TOLERANCE, True), (100.0, True), (80.0, False)],
    ids=["the same", "within tolerance", "just below", "far below", "better"],
)
def test_a_fall_counts_from_the_tolerance_on(before: float, falls: bool):
    """A figure may waver by two points; what fell further is named."""
    assert bool(fallen({"answerable": Figure(90, 100)}, {"answerable": before})) is falls


@pytest.mark.parametrize(("right", "falls"), [(17, False), (16, False), (15, True)])
def test_in_a_small_set_two_messages_may_be_lost(right: int, *, falls: bool):
    """One message of twenty is five points, and no more than chance."""
    assert bool(fallen({"off topic": Figure(right, 20)}, {"off topic": 90.0})) is falls


def test_what_fell_is_named_with_both_figures():
    """What fell is named, with what it is and what it was; what is no longer measured has fallen to nothing."""
    now = {"answerable": Figure(90, 100), "crisis": Figure(99, 100), "caution": Figure(1, 100)}

    fall, missing = fallen(now, {"answerable": 95.5, "crisis": 99.0, "off topic": 98.0})

    assert all(part in fall for part in ("answerable", "90.0", "95.5"))
    assert all(part in missing for part in ("off topic", "0.0", "98.0"))


def test_goals_are_shares():
    """What is aimed at can be reached."""
    assert all(goal is None or 0 < goal <= 100 for goal in GOALS.values())
