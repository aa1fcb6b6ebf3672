"""The evaluation report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from acumen.answering.decide import Thresholds
from acumen.answering.reply import Reply
from acumen.evaluation.__main__ import TEMPLATE
from acumen.evaluation.asking import Asked
from acumen.evaluation.figures import Figure
from acumen.evaluation.report import WORST, Report, confusions

MakeAsked = Callable[..., Asked]


@pytest.fixture(scope="module")
def report(make_reply: Callable[..., Reply]) -> Report:
    """A report of made-up figures."""
    return Report(
        figures={
            "held out": {"answerable": Figure(8, 10), "crisis": Figure(10, 10)},
            "calibration": {"answerable": Figure(190, 200), "dialogue turns": Figure(3, 4)},
        },
        variants={"alone": {"crisis": Figure(1, 2)}, "together": {"crisis": Figure(2, 2)}},
        confusions=[("cost", "insurance", 7), ("sleep", "fatigue", 3)],
        thresholds=Thresholds(answer=0.345, clarify=0.1),
        best_threshold=0.45,
        answers=[make_reply("answer", "The cat sat on the mat."), make_reply("answer", "It hurts a bit, they say.")],
        seconds=[0.010] * 50 + [0.020] * 49 + [9.0],
    )


def row(page: str, name: str) -> list[str]:
    """The cells of a table's row, after its name."""
    (line,) = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in line.strip("|").split("|")[1:]]


def test_figures_stand_beside_their_aim(report: Report):
    """Each measure has its aim and, for each set, the share, its interval and how many that were."""
    page = report.render("$figures")

    assert row(page, "answerable") == ["95", "**80.0** (49–94), 8/10", "**95.0** (91–97), 190/200"]
    assert "| aim | held out | calibration |" in page.splitlines()[0]


def test_what_a_set_does_not_measure_is_left_empty(report: Report):
    """A measure of one set only has an empty cell for the other, one of no set has no row."""
    page = report.render("$figures")

    assert row(page, "crisis")[2] == ""
    assert row(page, "dialogue turns") == ["", "", "**75.0** (30–95), 3/4"]
    assert "off topic" not in page


def test_parts_of_safety_stand_side_by_side(report: Report):
    """Each part has a column, each measure of safety a row."""
    page = report.render("$variants")

    assert "| alone | together |" in page.splitlines()[0]
    assert row(page, "crisis") == ["50.0", "100.0"]
    assert "answerable" not in page


def test_confusions_are_listed_as_given(report: Report):
    """Each topic taken for another has a row with how often that was."""
    assert row(report.render("$confusions"), "`cost`") == ["`insurance`", "7"]


def test_thresholds_and_times(report: Report):
    """Thresholds have two decimals, times are in milliseconds, and one slow turn is not the rule."""
    assert report.render("$clarify $best $p50 $p95") == "0.10 0.45 15 20"


@pytest.mark.parametrize(
    ("said", "reading"),
    [("The cat sat on the mat.", "6 words"), ("Acupuncture modulates nociception.", "3 words")],
)
def test_reading_grade_is_that_of_what_is_cited(
    report: Report, make_reply: Callable[..., Reply], said: str, reading: str
):
    """Length and grade are measured on the passages, not on what the bot says around them."""
    assert reading in replace(report, answers=[make_reply("answer", said)]).render("$reading")


def test_hard_words_have_a_higher_grade(report: Report, make_reply: Callable[..., Reply]):
    """The longer the words, the more schooling the answers ask for."""
    easy, hard = (
        replace(report, answers=[make_reply("answer", said)]).render("$reading").split()[2]
        for said in ("The cat sat on the mat.", "Acupuncture modulates nociception considerably.")
    )

    assert float(easy) < float(hard)


def test_the_page_is_filled_in(report: Report):
    """The page's own template has a place for everything and leaves none open."""
    page = report.render(TEMPLATE.read_text(encoding="utf-8"))

    assert page.startswith("# Evaluation")
    assert "$" not in page
    assert "(images/risk-coverage.svg)" in page


def test_confusions_are_counted(make_asked: MakeAsked):
    """A topic taken for another is counted with it, the most frequent pair first."""
    once = make_asked("partly", "urgent", topic="sleep", topics=["fatigue"], intent="fatigue")
    twice = make_asked("answerable", "not_covered", topic="cost", topics=["insurance"], intent="insurance")

    assert confusions([once, twice, twice]) == [("cost", "insurance", 2), ("sleep", "fatigue", 1)]


def test_what_is_no_confusion(make_asked: MakeAsked):
    """A right reply, one about the right topic, or one to what no topic answers is not a confusion."""
    assert (
        confusions(
            [
                make_asked("answerable", "answer", topic="cost", topics=["insurance"], intent="insurance"),
                make_asked("answerable", "not_covered", topic="cost", topics=["cost"], intent="cost"),
                make_asked("off_topic", "answer", topic="", topics=["cost"], intent="cost"),
            ]
        )
        == []
    )


def test_only_the_worst_confusions_are_listed(make_asked: MakeAsked):
    """The list is short however much is confused."""
    many = [make_asked("answerable", "not_covered", topic=f"topic {number}") for number in range(2 * WORST)]

    assert len(confusions(many)) == WORST
