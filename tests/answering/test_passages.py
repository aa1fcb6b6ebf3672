"""Finding the passage that speaks to a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from spacy.language import Language

from acumen.answering.passages import WORDS_WEIGHT, PassageIndex, passage_key
from acumen.content.library import Library

Encode = Callable[[Sequence[str]], np.ndarray]


@pytest.fixture(scope="module")
def index(small: Library, encoder: Encode) -> PassageIndex:
    """The passages of the small library."""
    return PassageIndex(small.sections.values(), encoder)


def test_key_leads_back_to_the_passage(small: Library):
    """A passage's address names article, anchor and place."""
    section = small.sections["bru#hurt"]

    assert passage_key(section, 2) == "bru#hurt/2"


def test_every_passage_has_a_score(small: Library, index: PassageIndex):
    """Each passage is scored, from nothing to all of meaning and words."""
    scores = index.scores("does it hurt")

    expected = {passage_key(each, i) for each in small.sections.values() for i in range(len(each.passages))}
    assert set(scores) == expected
    assert all(-1 <= score <= 1 + WORDS_WEIGHT + 1e-6 for score in scores.values())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("which feelings are named", "bru#hurt/1"),
        ("a dull ache", "bru#hurt/2"),
        ("8 to 12", "loyer#visits/0"),
        ("tight spot", "loyer#dry/0"),
    ],
)
def test_the_passage_with_the_words_of_the_question_is_first(index: PassageIndex, question: str, expected: str):
    """Of all passages the one that speaks of what is asked has the best score."""
    scores = index.scores(question)

    assert max(scores, key=scores.__getitem__) == expected


@pytest.mark.parametrize("question", ["", "zzz", "?!", "is it for this", "a", "1", "\n"])
def test_a_question_without_known_words(index: PassageIndex, question: str):
    """A question that shares no word with the articles still gets finite scores."""
    assert all(np.isfinite(score) for score in index.scores(question).values())


def test_order_of_passages_does_not_matter(small: Library, encoder: Encode, index: PassageIndex):
    """A passage's score depends on the library, not on where the passage stands in it."""
    turned = PassageIndex(list(small.sections.values())[::-1], encoder).scores("does it hurt")

    assert turned == pytest.approx(index.scores("does it hurt"), abs=1e-5)


def test_meaning_finds_what_words_do_not(small: Library, nlp: Language):
    """With the real encoder a question in other words finds the passage about its subject."""
    index = PassageIndex(small.sections.values(), nlp.get_pipe("acumen_encoder").encode)

    scores = index.scores("painful?")

    assert max(scores, key=scores.__getitem__).startswith("bru#hurt/")
