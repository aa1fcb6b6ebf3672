"""Deciding what to do about a question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from acumen.answering.decide import Decider, Decision, Thresholds
from acumen.answering.evidence import Evidence
from acumen.answering.passages import PassageIndex
from acumen.answering.question import Entity, Question
from acumen.content.library import Library

# Fixed here, so that tuning the real ones changes no test.
THRESHOLDS = Thresholds(answer=0.5, clarify=0.2, single_word=0.7)


@pytest.fixture(scope="module")
def decider(small: Library, index: PassageIndex) -> Decider:
    """A decider over the small library."""
    return Decider(Evidence(small, index.conditions), THRESHOLDS)


@pytest.fixture
def decide(decider: Decider, question: Callable[..., Question]) -> Callable[..., Decision]:
    """Decides about a question, given as text and likeliest topics."""
    return lambda text, *topics, chance=0.9: decider.decide(question(text, *topics, chance=chance))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("does it hurt", "does_it_hurt"),
        ("does it help back pain", "back_pain"),
        ("does acupuncture hurt", "does_it_hurt"),
        ("what is dry needling", "what_is_dry_needling"),
        ("how do acupuncture and dry needling differ", "difference"),
        ("how many sessions of acupuncture or dry needling", "how_many_sessions"),
    ],
)
def test_answered_topics_are_answered(decide: Callable[..., Decision], text: str, topic: str):
    """A topic that the articles answer, and that is likely enough, is answered."""
    assert decide(text, topic) == Decision("answer", (topic,))


@pytest.mark.parametrize("text", ["what does it cost", "what does dry needling cost"])
def test_gaps_are_not_covered(decide: Callable[..., Decision], text: str):
    """A topic without a section is named as not covered, whatever the technique."""
    assert decide(text, "cost") == Decision("not_covered", ("cost",))


@pytest.mark.parametrize("topic", ["back_pain", "headaches", "conditions_overview"])
def test_unknown_condition_is_not_covered(decide: Callable[..., Decision], topic: str):
    """A condition that no article names is not answered about by one that looks alike."""
    decision = decide("does it help tinnitus", topic)

    assert decision.verdict == "not_covered"
    assert decision.missing == Entity("condition", "tinnitus", "tinnitus")


def test_unknown_condition_beside_a_known_one(decide: Callable[..., Decision]):
    """Where one of two conditions is known, that one is answered."""
    assert decide("does it help tinnitus or back pain", "back_pain").verdict == "answer"


def test_a_condition_is_answered_about_by_its_own_topic(decide: Callable[..., Decision]):
    """A named condition outweighs the likeliest of the topics about conditions."""
    assert decide("does it help migraine", "back_pain").topics == ("headaches",)


def test_a_condition_does_not_change_other_topics(decide: Callable[..., Decision]):
    """What does not depend on the condition is answered whichever is named."""
    assert decide("does it hurt with tinnitus", "does_it_hurt") == Decision("answer", ("does_it_hurt",))


@pytest.mark.parametrize("topic", ["how_many_sessions", "does_it_hurt", "what_to_expect"])
def test_acupuncture_is_never_answered_for_dry_needling(decide: Callable[..., Decision], topic: str):
    """A question about dry needling alone is not answered with what holds for acupuncture."""
    decision = decide("dry needling: tell me", topic)

    assert decision.verdict == "not_covered"
    assert decision.missing == Entity("technique", "dry-needling", "dry needling")


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [
        (0.9, "answer"),
        (0.51, "answer"),
        (0.49, "clarify"),
        (0.21, "clarify"),
        (0.19, "not_covered"),
        (0.0, "not_covered"),
    ],
)
def test_certainty_decides(decide: Callable[..., Decision], chance: float, verdict: str):
    """The less likely the likeliest topic, the less is claimed."""
    assert decide("hurt or sessions", "does_it_hurt", "how_many_sessions", chance=chance).verdict == verdict


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [
        (0.9, "answer"),
        (0.71, "answer"),
        (0.69, "clarify"),
        (0.51, "clarify"),
        (0.21, "clarify"),
        (0.19, "not_covered"),
    ],
)
@pytest.mark.parametrize("text", ["hurt", " hurt? "])
def test_a_single_word_must_be_surer(decide: Callable[..., Decision], text: str, chance: float, verdict: str):
    """A single word says little: unless its topic is plain, it is asked what about it."""
    assert decide(text, "does_it_hurt", "how_many_sessions", chance=chance).verdict == verdict


@pytest.mark.parametrize("topic", ["cost", "back_pain"])
def test_a_single_word_is_not_turned_away_unsure(decide: Callable[..., Decision], topic: str):
    """Of one word it is not said either that nothing covers it, before it is clear what is meant."""
    assert decide("tinnitus", topic, "does_it_hurt", chance=0.6) == Decision("clarify", (topic, "does_it_hurt"))


@pytest.mark.parametrize("ranking", [["off_topic", "does_it_hurt"], ["greet", "does_it_hurt"]])
def test_a_single_word_off_the_subject(decide: Callable[..., Decision], ranking: list[str]):
    """A word about another subject, or of small talk, is not asked back about."""
    assert decide("hello", *ranking, chance=0.6) == Decision("off_topic")


def test_choice_between_the_likeliest_topics(decide: Callable[..., Decision]):
    """Asking back offers the likeliest topics, three at most and nothing that is no topic."""
    decision = decide("?", "does_it_hurt", "greet", "cost", "back_pain", "headaches", chance=0.3)

    assert decision == Decision("clarify", ("does_it_hurt", "cost", "back_pain"))


def test_nothing_is_offered_where_nothing_is_likely(decide: Callable[..., Decision]):
    """A question not understood at all names no topic."""
    assert decide("?", "does_it_hurt", chance=0.1) == Decision("not_covered", ())


@pytest.mark.parametrize(
    ("text", "ranking"),
    [
        ("who won the match", ["off_topic", "does_it_hurt"]),
        ("does tinnitus go away", ["off_topic", "back_pain"]),
        ("hello", ["greet", "thanks"]),
        ("", []),
    ],
    ids=["likely", "a condition is not the subject", "no topic in sight", "nothing known"],
)
def test_off_topic(decide: Callable[..., Decision], text: str, ranking: list[str]):
    """What is about another subject, or about no topic, is off topic."""
    assert decide(text, *ranking) == Decision("off_topic")


@pytest.mark.parametrize("technique", ["acupuncture", "dry needling"])
def test_naming_the_subject_is_never_off_topic(decide: Callable[..., Decision], technique: str):
    """A question that names acupuncture or dry needling is on the subject, however it is put."""
    assert decide(f"is {technique} a thing", "off_topic", "cost").verdict != "off_topic"


def test_real_thresholds_are_in_order():
    """There is room for asking back between answering and giving up, and no less of it for a single word."""
    assert 0 < Thresholds().clarify < Thresholds().answer <= Thresholds().single_word < 1
