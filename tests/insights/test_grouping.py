"""Grouping questions by meaning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.insights import grouping
from acumen.insights.conversations import Question
from acumen.insights.grouping import MOST_WORDS, Array, Asked, group, normal
from acumen.language.encoder import SentenceEncoder

Encode = Callable[..., Array]
LONG = "My aunt in Leeds who is eighty has a bad knee and wants to know " + "how much that costs "


def asked(*texts: str, ranking: tuple[tuple[str, float], ...] = ()) -> list[Asked]:
    """Each text, asked in a conversation of its own."""
    return [Asked(Question(text, ranking), number) for number, text in enumerate(texts)]


def test_same_words_are_one_wording(encode: Encode) -> None:
    """Case, spaces and punctuation make no other question; the commonest spelling is told."""
    (found,) = group(asked("How much?", "how much", "HOW  MUCH ?!", "how much"), (), encode)

    assert [(each.text, each.times, each.conversations) for each in found.wordings] == [("how much", 4, 4)]
    assert (found.times, found.conversations) == (4, 4)


def test_other_words_of_the_same_meaning_join(project: Path) -> None:
    """The sentence encoder brings together what shares no word, and keeps apart what means something else."""
    encoder = SentenceEncoder(project / "models" / "acumen_en" / "acumen_encoder")
    price = asked("How much is it?", "what do you charge", ranking=(("cost", 0.9),))
    parking = asked("Is there parking?", "where can i leave my car", ranking=(("booking", 0.8),))

    groups = group([*price, *parking], {"cost", "booking"}, encoder.encode)

    assert {frozenset(each.text for each in found.wordings) for found in groups} == {
        frozenset({"How much is it?", "what do you charge"}),
        frozenset({"Is there parking?", "where can i leave my car"}),
    }
    assert {found.topic for found in groups} == {"cost", "booking"}


def test_names_that_are_no_topics_bring_nothing_together(encode: Encode) -> None:
    """Two messages off the subject have nothing in common but that."""
    groups = group(asked("capital of peru", "best pizza", ranking=(("off_topic", 1.0),)), {"cost"}, encode)

    assert len(groups) == 2
    assert [found.topic for found in groups] == [None, None]


def test_most_asked_comes_first(encode: Encode) -> None:
    """Groups are in the order of how many people asked."""
    groups = group(asked("rare thing", "common matter", "common matter"), (), encode)

    assert [found.conversations for found in groups] == [2, 1]


def test_one_insistent_person_counts_once(encode: Encode) -> None:
    """What one conversation asks three times was asked by one."""
    (found,) = group([Asked(Question("how much"), 7)] * 3, (), encode)

    assert (found.times, found.conversations) == (3, 1)
    assert found.showable == ()


def test_story_is_shown_only_when_told_twice(encode: Encode) -> None:
    """Beside others, a short wording is shown; a long one of a single person is not."""
    long, short = (LONG + "that thing").strip(), "how much that costs"
    assert len(long.split()) > MOST_WORDS

    once = group(asked(short, long), (), lambda texts: encode(["same"] * len(texts)))
    twice = group(asked(short, long, long), (), lambda texts: encode(["same"] * len(texts)))

    assert [each.text for each in once[0].showable] == [short]
    assert [each.text for each in twice[0].showable] == [short, long]


def test_only_the_commonest_are_compared(encode: Encode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a bound the wordings asked least are left out, so that no flood holds the report up."""
    monkeypatch.setattr(grouping, "MOST_WORDINGS", 2)

    groups = group(asked("one", "two", "two", "three", "three"), (), encode)

    assert sorted(each.text for found in groups for each in found.wordings) == ["three", "two"]


def test_nothing_asked_is_no_group(encode: Encode) -> None:
    """No question, and none with a word, make no group."""
    assert group([], (), encode) == []
    assert group(asked("", "?!", "🙂"), (), encode) == []


TEXTS = ["how much", "How much?", "is it safe", "safe is it", "wifi", "x y z", LONG]


@given(st.lists(st.sampled_from(TEXTS), max_size=30))
def test_every_question_is_in_one_group(encode: Encode, texts: list[str]) -> None:
    """No question is lost or counted twice, whatever is asked, and the order changes nothing."""
    groups = group(asked(*texts), (), encode)

    assert sum(found.times for found in groups) == len(texts)
    wordings = [normal(each.text) for found in groups for each in found.wordings]
    assert sorted(wordings) == sorted({normal(text) for text in texts})
    again = group(asked(*reversed(texts)), (), encode)
    assert [found.id for found in again] == [found.id for found in groups]
