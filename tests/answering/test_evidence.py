"""What the articles can speak about."""

from __future__ import annotations

import pytest

from acumen.answering.evidence import Evidence
from acumen.answering.passages import PassageIndex
from acumen.content.article import ACUPUNCTURE, DRY_NEEDLING
from acumen.content.library import Library


@pytest.fixture(scope="module")
def evidence(small: Library, index: PassageIndex) -> Evidence:
    """The evidence of the small library."""
    return Evidence(small, index.conditions)


@pytest.mark.parametrize(
    ("condition", "expected"), [("back-pain", True), ("migraine", True), ("tinnitus", False), ("", False)]
)
def test_conditions_that_articles_name(evidence: Evidence, condition: str, expected: bool):
    """A condition is named when a passage or heading holds one of its words."""
    assert evidence.names(condition) is expected


@pytest.mark.parametrize(
    ("topic", "answered", "per_condition"),
    [("does_it_hurt", True, False), ("back_pain", True, True), ("cost", False, False)],
)
def test_what_is_known_of_a_topic(evidence: Evidence, topic: str, answered: bool, per_condition: bool):
    """A topic is answered when a section names it; its settings come from the topics."""
    assert evidence.is_topic(topic)
    assert evidence.answered(topic) is answered
    assert evidence.per_condition(topic) is per_condition


@pytest.mark.parametrize("name", ["greet", "off_topic", "emergency_heart", ""])
def test_intents_that_are_no_topics(evidence: Evidence, name: str):
    """Small talk and alarms are no topics."""
    assert not evidence.is_topic(name)


@pytest.mark.parametrize(
    ("topic", "technique", "expected"),
    [
        ("how_many_sessions", ACUPUNCTURE, True),
        ("how_many_sessions", DRY_NEEDLING, False),
        ("what_is_dry_needling", DRY_NEEDLING, True),
        ("difference", DRY_NEEDLING, True),
        ("difference", ACUPUNCTURE, True),
        ("cost", DRY_NEEDLING, True),
    ],
)
def test_techniques_a_topic_is_answered_for(evidence: Evidence, topic: str, technique: str, expected: bool):
    """A topic is answered for a technique by its sections, and left open for both alike."""
    assert evidence.answers_for(topic, technique) is expected


@pytest.mark.parametrize(
    ("topic", "technique", "expected"),
    [
        ("how_many_sessions", None, ["bru#sessions", "loyer#visits"]),
        ("how_many_sessions", ACUPUNCTURE, ["bru#sessions", "loyer#visits"]),
        ("how_many_sessions", DRY_NEEDLING, []),
        ("what_is_dry_needling", None, ["loyer#dry"]),
        ("what_is_dry_needling", DRY_NEEDLING, ["loyer#dry"]),
        ("difference", DRY_NEEDLING, ["loyer#both"]),
        ("cost", None, []),
    ],
)
def test_sections_for_a_technique(evidence: Evidence, topic: str, technique: str | None, expected: list[str]):
    """What holds for acupuncture alone is never given for dry needling."""
    assert [section.key for section in evidence.sections(topic, technique)] == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["back-pain"], ["back_pain"]),
        (["migraine"], ["headaches"]),
        (["migraine", "back-pain"], ["back_pain", "headaches"]),
        (["tinnitus"], []),
        ([], []),
    ],
)
def test_topics_about_a_condition(evidence: Evidence, conditions: list[str], expected: list[str]):
    """A condition leads to the topics whose sections are about it."""
    assert sorted(evidence.topic_for(conditions)) == expected
