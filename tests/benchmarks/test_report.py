"""Figures and the page that shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from acumen.evaluation.figures import Figure
from benchmarks.__main__ import TEMPLATE
from benchmarks.load import Measured
from benchmarks.machine import Machine
from benchmarks.projects import Training
from benchmarks.report import NOT_MEASURED, goals, render, table
from benchmarks.results import BotResult, SpeedResult, bot_result
from benchmarks.speed import Speed
from benchmarks.understanding import TOPIC

UNDERSTOOD = {
    "held out": {
        "stock": {"crisis": Figure(1, 2), TOPIC: Figure(1, 1)},
        "ours": {"crisis": Figure(2, 2), TOPIC: Figure(0, 1)},
    }
}
PAGE = TEMPLATE.read_text(encoding="utf-8")


def a_bot(seconds: float) -> BotResult:
    """A bot that takes so many seconds a turn, more in a long conversation, and as many times ten to start."""
    speed = Speed(
        loads={at_once: Measured([seconds * at_once] * 100, 10.0, 100 * seconds, 0) for at_once in (1, 10)},
        long=[[seconds] * 10 + [2 * seconds] * 10],
        starts=[10 * seconds, 10 * seconds, 99.0],
        memory_at_start=400_000_000,
        memory=500_000_000,
    )
    return bot_result(speed, Training(60.0, 90.0, 1234, epochs=20, accuracy=0.975))


@pytest.fixture
def speed() -> SpeedResult:
    """Ours six times as fast as the stock bot, on a made-up machine."""
    machine = Machine(2, "Some CPU", 24.9, "Some Linux", "3.11.7", "2026-01-02", 0.25)
    return SpeedResult(machine, a_bot(0.010), a_bot(0.060), floor_p50=5.0, floor_p99=9.0, long=20)


def test_times_are_in_milliseconds() -> None:
    """Percentiles, rates and medians of what was measured."""
    bot = a_bot(0.020)
    turns = bot.turns[10]
    assert turns.p50 == turns.p99 == pytest.approx(200)
    assert (turns.count, turns.failed, turns.per_second) == (100, 0, 10)
    assert turns.per_core_second == pytest.approx(50)
    assert (bot.first, bot.last) == (pytest.approx((20, 20)), pytest.approx((40, 40)))
    assert bot.start == pytest.approx(0.2)


def test_goals_are_ratios_of_one_run(speed: SpeedResult) -> None:
    """Each says what was found, and is reached or not."""
    found = {goal.name: goal for goal in goals(speed)}
    assert found["p50 of a turn, 1 at once: times faster"].found == pytest.approx(6)
    assert found["p50 of a turn, 1 at once: times faster"].reached
    assert found["turn 20 of a conversation against turn 1"].found == pytest.approx(2)
    assert not found["turn 20 of a conversation against turn 1"].reached
    assert found["start to first answer, share of stock's"].reached
    assert not found["memory, share of stock's"].reached
    assert found["p50 of a turn, one at once, against the floor"].found == pytest.approx(2)


def test_a_goal_that_is_not_reached_is_said(speed: SpeedResult) -> None:
    """The page hides nothing."""
    slow = replace(speed, ours=a_bot(0.050))
    rows = [line for line in render(PAGE, slow, None).splitlines() if line.endswith(("| yes |", "| no |"))]
    assert len(rows) == len(goals(slow))
    assert "| p50 of a turn, 1 at once: times faster | at least 5 | **1.20** | no |" in rows


def test_the_page_has_every_figure(speed: SpeedResult) -> None:
    """No placeholder is left, and machine, loads and training are named."""
    page = render(PAGE, speed, UNDERSTOOD, "| 50,000 |")
    assert not re.search(r"\$\w", page)
    assert NOT_MEASURED not in page
    assert "97.5 %" in page
    assert "| 50,000 |" in page
    for text in ("2026-01-02: 2 cores (Some CPU), 25 GB", "| 10 | stock Rasa | 600.0 |", "20 epochs"):
        assert text in page


def test_ways_of_understanding_stand_side_by_side() -> None:
    """One row a measure, in the order of the evaluation's, with how many messages it rests on."""
    rows = [line for line in render(PAGE, None, UNDERSTOOD).splitlines() if line.startswith(("| answ", "| crisis"))]
    assert rows == [f"| {TOPIC} | 100.0 | 0.0 | 1 |", "| crisis | 50.0 | 100.0 | 2 |"]


def test_what_was_not_measured_is_said() -> None:
    """A page without figures claims none."""
    page = render(PAGE, None, None)
    assert page.count(NOT_MEASURED) >= 3
    assert not re.search(r"\$\w", page)


def test_results_are_kept(speed: SpeedResult, tmp_path: Path) -> None:
    """What is read is what was written."""
    speed.save(tmp_path / "speed.json")
    assert SpeedResult.load(tmp_path / "speed.json") == speed


def test_a_table_is_markdown() -> None:
    """Head, rule and rows."""
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
