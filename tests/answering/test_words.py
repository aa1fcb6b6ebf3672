"""Words and their scores."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.answering.words import AskedWords, weights, words_of

PASSAGES = ["needles are thin", "thin needles hurt little little", "rest well after needles", "drink water"]
WORDS = [words_of(text) for text in PASSAGES]
FREQUENCIES = Counter(word for words in WORDS for word in set(words))


def scores(*texts: str) -> list[list[float]]:
    """The scores of all passages for a question, one list a passage."""
    average = sum(map(len, WORDS)) / len(WORDS)
    asked = AskedWords([words_of(text) for text in texts], weights(FREQUENCIES, len(WORDS)), average)
    return asked.scores([Counter(words) for words in WORDS], [len(words) for words in WORDS]).T.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Does it hurt?", ["does", "hurt"]),
        ("is it for this", []),
        ("a 1 x", []),
        ("migräne, MIGRÄNE", ["migräne", "migräne"]),
        ("6 to 8 vs 10-12", ["vs", "10", "12"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]):
    """Single letters and small words are left out, case does not matter."""
    assert words_of(text) == expected


def test_scores_are_those_of_bm25():
    """The score of a word is its weight times how much its count says, worked out by hand."""
    # "hurt" stands once, in one of four passages; that passage has 5 words, and 3.25 is the average.
    weight, damping = 1.2039728, 1.5 * (0.25 + 0.75 * 5 / 3.25)

    assert scores("hurt") == [[0.0], [pytest.approx(weight / (1 + damping))], [0.0], [0.0]]


def test_rare_words_count_more():
    """A word of one passage says more than a word of three."""
    (first,), _, (third,), _ = scores("needles rest")

    assert third > 2 * first > 0


def test_a_word_said_twice_counts_more():
    """Both in the question and in the passage."""
    assert scores("little")[1][0] > scores("hurt")[1][0]
    assert scores("hurt hurt")[1][0] == pytest.approx(2 * scores("hurt")[1][0])


def test_each_text_has_a_score():
    """The texts of a question are scored apart."""
    assert scores("hurt", "water", "unknown")[3][0] == 0
    assert [len(each) for each in scores("hurt", "water", "unknown")] == [3] * 4


@given(st.text(max_size=200))
def test_any_question_has_finite_scores(text: str):
    """Whatever is typed, no score is below nothing or without bounds."""
    assert all(0 <= score < 1000 for each in scores(text) for score in each)
