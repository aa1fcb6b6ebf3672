"""The checks of articles, each with what it finds and with what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from acumen.content.checking.findings import LEVELS
from tests.conftest import FRONT_MATTER, SECTION
from tests.content.checking.conftest import Check

WriteArticle = Callable[..., Path]
WriteTopics = Callable[..., Path]

HARD = (
    "Contemporary physiological investigations, notwithstanding methodological heterogeneity, demonstrate "
    "considerable neurophysiological modulation following repeated percutaneous stimulation of anatomical structures."
)
LONGER = "Most people feel little, and it is over soon. You may rest for a while in a quiet room."


def section(text: str, attributes: str = '#a topics="does_it_hurt"', heading: str = "Does it hurt?") -> str:
    """An article of one section."""
    return f"{{{attributes}}}\n## {heading}\n\n{text}\n"


def codes(findings) -> list[str]:
    """The codes of findings, in their order."""
    return [each.problem.code for each in findings]


@pytest.mark.parametrize(
    ("code", "bad", "good"),
    [
        ("ACU104", "## No anchor\n\nText.\n", SECTION),
        ("ACU107", section("Text.", '#a topics="cost"'), SECTION),
        ("ACU162", section(f"{HARD} {HARD}"), SECTION),
        ("ACU165", section(f"{LONGER}\n\n{LONGER.replace(',', '')}"), section(f"{LONGER}\n\nBring a friend along.")),
        ("ACU168", section("Needles cure pain."), section("Ada Example says that needles cure pain.")),
        ("ACU168", section("Studies show that it helps."), section("The article says that studies show it.")),
        ("ACU168", section("It is a miracle."), section("It is no miracle.")),
        ("ACU168", section("- it releases endorphins"), section("The article names this:\n\n- it releases endorphins")),
        ("ACU169", section("You can stop taking your tablets."), section("Never stop taking your tablets.")),
        ("ACU169", section("Come here instead of your doctor."), section("Ask your doctor first.")),
        ("ACU169", section("You do not need to see a doctor."), section("You need to see a doctor.")),
        ("ACU169", section("Reduce your dose."), section("Reduce your dose only with your doctor.")),
        ("ACU170", section("See [more](other.md#b)."), section("See [more](#a).")),
        ("ACU170", section("See [more](/articles/needles#b)."), section("See [more](/articles/needles#a).")),
        ("ACU170", section("See [more](#b)."), section("See [more](https://clinic.example/b).")),
        ("ACU171", section("Text.", '#a topics="does_it_hurt" conditions="gout"'),
         section("Text.", '#a topics="does_it_hurt" conditions="migraine back-pain"')),
    ],
)  # fmt: skip
def test_text_of_an_article(run: Check, write_article: WriteArticle, code: str, bad: str, good: str):
    """A fault of the text is found in the file that has it, and not in one that is right."""
    file = write_article(bad)
    (finding,) = (each for each in run() if each.problem.code == code)

    assert finding.problem.file == file
    assert finding.level == LEVELS.get(code, "error")
    write_article(good)
    assert code not in codes(run())


def test_good_article_has_no_findings(run: Check, write_article: WriteArticle):
    """About an article with nothing wrong nothing is said."""
    write_article()

    assert run() == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("reviewed: 2026-01-02\nreview_by: 2026-06-01", []),
        ("reviewed: 2026-01-02\nreview_by: 2026-05-31", ["ACU161"]),
        ("reviewed:\nreview_by:", ["ACU160"]),
        ("reviewed: 2026-01-02\nreview_by:", ["ACU160"]),
    ],
)
def test_review(run: Check, write_article: WriteArticle, line: str, expected: list[str]):
    """A draft and an overdue review are found, at the line of the day."""
    front_matter = FRONT_MATTER.replace("reviewed: 2026-01-02\nreview_by: 2027-01-02", line)
    file = write_article(front_matter=front_matter)

    findings = run()

    assert codes(findings) == expected
    lines = file.read_text("utf-8").splitlines()
    assert all(lines[each.problem.line - 1].startswith("review_by:") for each in findings)


def test_finding_stands_at_the_line_of_its_passage(run: Check, write_article: WriteArticle):
    """An editor goes to the very passage, also where an earlier one begins with the same words."""
    file = write_article(section("Needles cure pain.\n\nIt is over soon.\n\nNeedles cure pain.\n\n- one\n- proven"))

    lines = [each.problem.line for each in run() if each.problem.code == "ACU168"]

    texts = file.read_text("utf-8").splitlines()
    assert [texts[line - 1] for line in lines] == ["Needles cure pain.", "Needles cure pain.", "- one"]
    assert lines[0] < lines[1] < lines[2]


def test_hardest_sentences_are_named(run: Check, write_article: WriteArticle):
    """Who must make a text easier is told where to begin."""
    write_article(section(f"It is over soon.\n\n{HARD} {HARD}"))

    (finding,) = run()

    assert "“Contemporary physiological investigations" in finding.problem.what
    assert "It is over" not in finding.problem.what


def test_section_that_no_question_reaches(run: Check, write_article: WriteArticle):
    """A section without a topic must be found by its own heading."""
    write_article(SECTION + "\n" + section("Text.", "#lost", "On parking"))

    assert codes(run(found="needles#does-it-hurt")) == ["ACU163"]
    assert codes(run(found=None)) == ["ACU163"]
    assert codes(run(found="needles#lost")) == []


def test_article_that_nothing_cites(run: Check, write_article: WriteArticle):
    """Where all sections of an article are lost, that is said once."""
    write_article()
    lost = write_article(section("One.", "#x", "X") + "\n" + section("Two.", "#y", "Y"), name="lost")

    findings = run()

    assert codes(findings) == ["ACU164"]
    assert findings[0].problem.file == lost


def test_topic_without_an_article(run: Check, write_article: WriteArticle, write_topics: WriteTopics):
    """A topic that nothing answers is a warning at its line, unless it says what is left open."""
    write_article()
    write_topics("does_it_hurt:\n  ask: Hurt?\ncost:\n  ask: Cost?\nparking:\n  ask: Park?\n  gap: where to park\n")

    (finding,) = run()

    assert (finding.problem.code, finding.problem.line, finding.level) == ("ACU123", 3, "warning")


def test_nearly_the_same_in_two_articles(run: Check, write_article: WriteArticle):
    """Two sources may say the same: that is a note, with both places."""
    write_article(section(LONGER), name="one")
    write_article(section(LONGER.replace("in a quiet room", "in some quiet room")), name="two")

    (finding,) = run()

    assert (finding.problem.code, finding.level) == ("ACU166", "note")
    assert (finding.problem.file.stem, finding.other.file.stem) == ("two", "one")


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        ("The needles stay in for 15-30 minutes.", "The needles stay in for 20 to 40 minutes.", True),
        ("The needles stay in for 15-30 minutes.", "The needles stay in for 15 to 30 minutes.", False),
        ("The needles go in 5 mm deep.", "The needles go in 9 mm deep.", True),
        ("It helps 60 % of the patients.", "It helps 80 percent of the patients.", True),
        ("The needles stay in for 15 minutes.", "The tram to our house takes 40 minutes from the town.", False),
    ],
)
def test_different_figures(run: Check, write_article: WriteArticle, one: str, two: str, differ: bool):
    """Figures on the same thing that differ are a note with both places; other figures are not compared."""
    write_article(section(one), name="one")
    write_article(section(two), name="two")

    found = [each for each in run() if each.problem.code == "ACU167"]

    assert len(found) == int(differ)
    assert all((each.problem.file.stem, each.other.file.stem, each.level) == ("one", "two", "note") for each in found)


def test_figures_of_one_article_are_not_compared(run: Check, write_article: WriteArticle):
    """Within an article figures that differ are its author's business."""
    write_article(section("The needles stay in for 15 minutes.\n\nThe needles stay in for 20 minutes."))

    assert "ACU167" not in codes(run())


def test_only_what_is_asked_for_is_reported(run: Check, data: Path, write_article: WriteArticle):
    """With a file or folder, findings elsewhere are left out, but not those that concern it from elsewhere."""
    bad = write_article(section("Needles cure pain."), name="bad")
    good = write_article(name="good")

    assert codes(run(bad)) == ["ACU168"]
    assert run(good) == []
    assert codes(run(data / "articles")) == ["ACU168"]


@pytest.mark.parametrize("name", ["missing.md", "../elsewhere.txt"])
def test_path_that_is_no_article(run: Check, data: Path, write_article: WriteArticle, name: str):
    """A file that is not looked at is not passed over in silence."""
    write_article()
    (data.parent / "elsewhere.txt").write_text("", "utf-8")

    assert codes(run(data / name)) == ["ACU172"]


@pytest.mark.parametrize("text", ["[", "technique: {}", "condition: 3"])
def test_lexicon_that_cannot_be_read(run: Check, data: Path, write_article: WriteArticle, text: str):
    """A damaged lexicon is an error of the check."""
    write_article()
    (data / "lexicon.yml").write_text(text, "utf-8")

    assert codes(run()) == ["ACU124"]


def test_folder_without_articles(run: Check):
    """With nothing to check, that is said."""
    assert codes(run()) == ["ACU110"]


def test_bad_article_does_not_hide_the_others(run: Check, write_article: WriteArticle):
    """Where one article cannot be read, the others are checked all the same."""
    write_article("no settings", name="bad", front_matter="")
    write_article(section("Needles cure pain."), name="other")

    assert codes(run()) == ["ACU101", "ACU168"]
