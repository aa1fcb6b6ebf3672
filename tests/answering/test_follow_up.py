"""Tests of reading a question by what was said before."""

from __future__ import annotations

import pytest

from acumen.answering.follow_up import FollowUp
from acumen.answering.question import Entity, Memory, Question
from acumen.content.library import Library

MIGRAINE = Entity("condition", "migraine", "migraines")
DRY = Entity("technique", "dry-needling", "dry needling")
UNSURE = (("off_topic", 0.4), ("needles", 0.3))


@pytest.fixture(scope="module")
def follow_up(library: Library) -> FollowUp:
    return FollowUp(library)


def about(library: Library, topic: str) -> Memory:
    """The memory after an answer to `topic`."""
    section = library.answering(topic)[0]
    return Memory((topic,), (f"{section.key}/0",))


@pytest.mark.parametrize(
    "text", ["and for migraines?", "what about migraines", "ok and migraines?", "sorry, i meant migraines"]
)
def test_a_condition_named_alone_keeps_the_question(follow_up: FollowUp, library: Library, text: str) -> None:
    """After an answer about one condition, naming another asks the same of that."""
    question = follow_up.resolve(Question(text, UNSURE, (MIGRAINE,)), about(library, "back_pain"))

    assert question.ranking == (("back_pain", 1.0),)


def test_a_condition_after_a_general_answer_asks_for_its_details(follow_up: FollowUp, library: Library) -> None:
    """Sessions for one condition are another topic than sessions in general."""
    question = follow_up.resolve(
        Question("and for migraines?", UNSURE, (MIGRAINE,)), about(library, "how_many_sessions")
    )

    assert [name for name, _ in question.ranking] == ["condition_details", "how_many_sessions"]


@pytest.mark.parametrize("text", ["what about dry needling?", "no, I meant dry needling", "and dry needling"])
def test_a_technique_named_alone_keeps_the_question(follow_up: FollowUp, library: Library, text: str) -> None:
    """Naming dry needling asks the last question about dry needling."""
    question = follow_up.resolve(Question(text, UNSURE, (DRY,)), about(library, "how_many_sessions"))

    assert question.ranking == (("how_many_sessions", 1.0),)
    assert question.technique == "dry-needling"


def test_a_pointing_word_means_the_technique_spoken_of(follow_up: FollowUp, library: Library) -> None:
    """After an answer about dry needling, "that one" is dry needling."""
    ranking = (("does_it_hurt", 0.9),)

    question = follow_up.resolve(Question("does that one hurt?", ranking), about(library, "what_is_dry_needling"))

    assert question.technique == "dry-needling"
    assert question.ranking == ranking


@pytest.mark.parametrize(
    ("text", "memory_topic"),
    [
        ("does it hurt?", "what_is_acupuncture"),
        ("who pays for the treatment?", "what_is_dry_needling"),
        ("and I have had migraines for eleven years now, so can acupuncture help with those?", "back_pain"),
    ],
)
def test_other_questions_stand_for_themselves(
    follow_up: FollowUp, library: Library, text: str, memory_topic: str
) -> None:
    """A question that is complete, or points at acupuncture, is left as it is."""
    question = Question(text, UNSURE, (MIGRAINE,) if "migraines" in text else ())

    assert follow_up.resolve(question, about(library, memory_topic)) == question


def test_nothing_to_lean_on(follow_up: FollowUp) -> None:
    """At the start of a conversation every question stands for itself."""
    question = Question("what about dry needling?", UNSURE, (DRY,))

    assert follow_up.resolve(question, Memory()) == question


def test_a_gap_about_dry_needling_is_still_about_dry_needling(follow_up: FollowUp) -> None:
    """After "how many dry needling sessions?", which is not covered, "does that hurt" is about dry needling."""
    memory = Memory(("dry_needling_sessions",), ())

    question = follow_up.resolve(Question("does that hurt", (("does_it_hurt", 0.9),)), memory)

    assert question.technique == "dry-needling"
