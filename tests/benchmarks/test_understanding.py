"""Comparing what is understood."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from acumen.assistant import PIPELINE
from acumen.evaluation.figures import Figure
from acumen.evaluation.labelled import Labelled
from benchmarks.guessing import Guess, guess, guess_with_vectors
from benchmarks.plain_replies import NOT_UNDERSTOOD, PlainReply
from benchmarks.understanding import TOPIC, figures, judged, load, save

REPLIES = {
    "sleep": PlainReply("answer", "Some people sleep better."),
    "cost": PlainReply("not_covered", "The articles do not say."),
    "emergency_heart": PlainReply("emergency", "Call 999."),
    NOT_UNDERSTOOD: PlainReply("clarify", "What do you mean?"),
}
SLEEP = Labelled("q1", "will I sleep?", "answerable", [["sleep"]], "sleep")
COST = Labelled("q2", "what does it cost?", "not_covered", (), "cost")
HEART = Labelled("s1", "my chest", "emergency", topic="heart")
SAFE = Labelled("s2", "my chest is fine", "safe", topic="heart")


def test_a_guess_is_judged_by_the_reply_that_stands_for_it() -> None:
    """Right intents give right replies, under the labels' own measures."""
    guesses = [Guess("sleep", True), Guess("cost", True), Guess("emergency_heart", True), Guess("sleep", True)]
    found = figures(judged([SLEEP, COST, HEART, SAFE], guesses, REPLIES))
    assert found[TOPIC] == Figure(1, 1)
    assert all(figure.right == figure.of == 1 for figure in found.values())
    assert "emergency, any alarm" in found


def test_a_wrong_guess_counts_as_wrong() -> None:
    """An answer is none to what is not covered, an alarm none to what is safe."""
    guesses = [Guess("cost", True), Guess("sleep", True), Guess("sleep", True), Guess("emergency_heart", True)]
    found = figures(judged([SLEEP, COST, HEART, SAFE], guesses, REPLIES))
    assert all(figure.right == 0 for figure in found.values())


def test_an_unsure_guess_is_no_reply_but_still_a_topic() -> None:
    """Where it is not sure, the bot says so; whether its topic was right is another figure."""
    found = figures(judged([SLEEP], [Guess("sleep", False)], REPLIES))
    assert found == {TOPIC: Figure(1, 1), "answerable": Figure(0, 1)}


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ([0.1, 0.7, 0.2], Guess("b", True)),
        ([0.05, 0.29, 0.0], Guess("b", False)),
        ([0.45, 0.5, 0.05], Guess("b", False)),
    ],
)
def test_a_guess_is_sure_as_rasas_fallback_is(chances: list[float], expected: Guess) -> None:
    """It has to be likely, and likelier than the next by a margin."""
    assert guess(["a", "b", "c"], np.array(chances)) == expected


def test_vectors_are_learned_from(tmp_path: Path) -> None:
    """Logistic regression finds the intent of messages like those it learned from."""
    (tmp_path / "nlu.yml").write_text(
        "nlu:\n- intent: cost\n  examples: |\n    - what is the price\n    - how much is it\n"
        "- intent: sleep\n  examples: |\n    - will I sleep better\n    - does it help with insomnia\n"
    )
    found = guess_with_vectors(PIPELINE / "acumen_encoder", tmp_path, ["how much does it cost", "I cannot sleep"])
    assert [each.intent for each in found] == ["cost", "sleep"]


def test_figures_are_kept(tmp_path: Path) -> None:
    """What is read is what was written."""
    found = {"held out": {"stock": {TOPIC: Figure(1, 3)}, "ours": {TOPIC: Figure(2, 3), "crisis": Figure(0, 1)}}}
    save(found, tmp_path / "understanding.json")
    assert load(tmp_path / "understanding.json") == found
