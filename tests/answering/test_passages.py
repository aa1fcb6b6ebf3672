"""Finding the passage that speaks to a question."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language

from acumen.answering import passages as module
from acumen.answering.embedded import EmbeddedStore
from acumen.answering.passages import WORDS_WEIGHT, Encode, PassageIndex, Reader, passage_key
from acumen.content.library import Library


def test_key_leads_back_to_the_passage(small: Library):
    """A passage's address names article, anchor and place."""
    section = small.sections["bru#hurt"]

    assert passage_key(section, 2) == "bru#hurt/2"


def test_every_passage_has_a_score(small: Library, index: PassageIndex):
    """Of a small library each passage is scored, from nothing to all of meaning and words."""
    scores = index.search("does it hurt").scores

    expected = {passage_key(each, i) for each in small.sections.values() for i in range(len(each.passages))}
    assert set(scores) == expected
    assert all(-1 <= score <= 1 + WORDS_WEIGHT + 1e-3 for score in scores.values())


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
    scores = index.search(question).scores

    assert max(scores, key=scores.__getitem__) == expected


@pytest.mark.parametrize("question", ["", "zzz", "?!", "is it for this", "a", "1", "\n", '" OR words*', "word " * 2000])
@pytest.mark.parametrize("passages", [1, 1000], ids=["few at a time", "all"])
def test_a_question_without_known_words(
    index: PassageIndex, monkeypatch: pytest.MonkeyPatch, question: str, passages: int
):
    """A question that shares no word with the articles still gets finite scores."""
    monkeypatch.setattr(module, "ALL", passages)

    scores = index.search(question).scores

    assert scores
    assert all(np.isfinite(score) for score in scores.values())


def test_texts_of_a_question_count_alike(index: PassageIndex):
    """A question and its story make one search: the mean of what each would find."""
    both, *single = (
        index.search(*texts).scores for texts in (("a dull ache", "8 to 12"), ("a dull ache",), ("8 to 12",))
    )

    assert both == pytest.approx({key: (single[0][key] + single[1][key]) / 2 for key in both}, abs=1e-3)


def test_order_of_passages_does_not_matter(small: Library, encoder: Encode, reader: Reader, index: PassageIndex):
    """A passage's score depends on the library, not on where the passage stands in it."""
    turned = Library(list(small.articles.values())[::-1], small.topics)

    scores = PassageIndex(turned, EmbeddedStore(), encoder, reader).search("does it hurt").scores

    assert scores == pytest.approx(index.search("does it hurt").scores, abs=1e-5)


def test_meaning_finds_what_words_do_not(small: Library, nlp: Language, reader: Reader):
    """With the real encoder a question in other words finds the passage about its subject."""
    index = PassageIndex(small, EmbeddedStore(), nlp.get_pipe("acumen_encoder").encode, reader)

    scores = index.search("painful?").scores

    assert max(scores, key=scores.__getitem__).startswith("bru#hurt/")


def test_sections_asked_for_are_scored_beside_what_was_found(
    small: Library, index: PassageIndex, monkeypatch: pytest.MonkeyPatch
):
    """Where not all passages were looked at, those of a topic's sections get their scores all the same."""
    every = index.search("a dull ache").scores
    for limit in ("ALL", "NEAREST", "WITH_WORDS"):
        monkeypatch.setattr(module, limit, 1)
    search = index.search("a dull ache")
    section = small.sections["loyer#list"]

    scores = search.scores_with([section])

    assert set(search.scores) < set(every)
    assert passage_key(section, 0) not in search.scores
    assert scores == pytest.approx({key: every[key] for key in scores})


def test_a_rare_word_finds_a_passage_that_is_not_near(small: Library, reader: Reader, monkeypatch: pytest.MonkeyPatch):
    """Words find what the encoder takes for something else."""
    index = PassageIndex(small, EmbeddedStore(), lambda texts: np.eye(1, 8).repeat(len(texts), 0), reader)
    for limit in ("ALL", "NEAREST"):
        monkeypatch.setattr(module, limit, 1)

    scores = index.search("a tight spot?").scores

    assert max(scores, key=scores.__getitem__) == "loyer#dry/0"


def test_words_that_all_share_find_nothing(index: PassageIndex, monkeypatch: pytest.MonkeyPatch):
    """A search for the commonest words would cost the more the larger the library; it is left out."""
    monkeypatch.setattr(module, "ALL", 1)
    monkeypatch.setattr(module, "COMMON", 0)
    monkeypatch.setattr(index._store, "with_words", lambda *_: pytest.fail("searched"))

    assert index.search("does it hurt").scores


def test_conditions_that_sections_open_with(index: PassageIndex, small: Library):
    """What a heading or a lead names, and what the attributes say, is what a section is about."""
    assert index.conditions(["back_pain", "headaches"]) == {"back-pain", "migraine"}
    assert index.conditions(["conditions_overview"]) == {"back-pain", "migraine"}
    assert index.conditions(["does_it_hurt"]) == index.conditions([]) == set()


class Counting:
    """An encoder that counts the texts it is given."""

    def __init__(self, encode: Callable[[Sequence[str]], np.ndarray]) -> None:
        self.texts: list[str] = []
        self._encode = encode

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return self._encode(texts)


@pytest.fixture
def counting(encoder: Encode) -> Counting:
    """An encoder that counts."""
    return Counting(encoder)


def test_only_changed_articles_are_encoded(
    small: Library, counting: Counting, reader: Reader, tmp_path: Path, make_article: Callable
):
    """The second start encodes nothing; after an edit, the passages of that article."""
    PassageIndex(small, EmbeddedStore(tmp_path, "encoder"), counting, reader)
    everything = len(counting.texts)
    counting.texts.clear()

    PassageIndex(small, EmbeddedStore(tmp_path, "encoder"), counting, reader)
    assert (everything, counting.texts) == (12, [])

    edited = make_article("bru", list(small.articles["bru"].sections[:1]))
    library = Library([edited, small.articles["loyer"]], small.topics)
    index = PassageIndex(library, EmbeddedStore(tmp_path, "encoder"), counting, reader)
    assert counting.texts == ["How many sessions? Bru suggests 6 to 8 sessions."]
    fresh = PassageIndex(library, EmbeddedStore(), counting, reader)
    assert index.search("migraine sessions").scores == pytest.approx(fresh.search("migraine sessions").scores)


def test_another_encoder_encodes_everything(small: Library, counting: Counting, reader: Reader, tmp_path: Path):
    """Vectors of one encoder are never compared with those of another."""
    PassageIndex(small, EmbeddedStore(tmp_path, "encoder"), counting, reader)
    counting.texts.clear()

    PassageIndex(small, EmbeddedStore(tmp_path, "another"), counting, reader)

    assert len(counting.texts) == 12


@pytest.fixture(scope="module")
def calibration() -> list[str]:
    """Questions that may be looked at."""
    file = Path(__file__).parents[1] / "evaluation" / "calibration" / "questions.jsonl"
    return [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]


def test_looking_at_the_nearest_only_finds_the_same(
    library: Library, nlp: Language, calibration: list[str], monkeypatch: pytest.MonkeyPatch
):
    """On the articles that come with Acumen the best passage is the same as when all are scored."""
    index = PassageIndex(library, EmbeddedStore(), nlp.get_pipe("acumen_encoder").encode, lambda _: [])
    asked = calibration[::10]
    every = [index.search(text).scores for text in asked]
    monkeypatch.setattr(module, "ALL", 1)
    monkeypatch.setattr(module, "NEAREST", 30)

    some = [index.search(text).scores for text in asked]

    assert [max(each, key=each.__getitem__) for each in some] == [max(each, key=each.__getitem__) for each in every]
