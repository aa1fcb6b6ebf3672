"""What understanding hands to answering."""

from __future__ import annotations

import pytest

from acumen.answering.question import Entity, Memory, Message

BACK = {"entity": "condition", "value": "back-pain", "text": "bad back", "start": 9, "end": 17}
SESSIONS = {"text": "how many sessions", "ranking": [{"name": "how_many_sessions", "confidence": 0.8}]}
HELPS = {"text": "does it help a bad back", "ranking": [{"name": "back_pain", "confidence": 0.9}]}


def test_message_from_parse_data():
    """Questions come with their words and the likeliest topics first."""
    message = Message.from_parse({"text": "how many sessions", "questions": [SESSIONS], "entities": []})

    (question,) = message.questions
    assert message.text == question.text == "how many sessions"
    assert question.ranking == (("how_many_sessions", 0.8),)


@pytest.mark.parametrize("parse", [{}, {"text": None}, {"text": ""}, {"text": "", "questions": [], "entities": []}])
def test_parse_data_without_questions(parse: dict[str, object]):
    """Parse data of another pipeline, or of an empty text, holds no question."""
    assert Message.from_parse(parse) == Message("", ())


def test_an_only_question_has_all_that_the_message_names():
    """What stands beside the only question of a message counts for it."""
    parse = {"text": "i have a bad back. how many sessions", "questions": [SESSIONS], "entities": [BACK]}

    (question,) = Message.from_parse(parse).questions

    assert question.named("condition") == [Entity("condition", "back-pain", "bad back")]
    assert question.named("technique") == []


def test_of_several_questions_each_has_its_own_words():
    """What one question names says nothing about the next."""
    parse = {"text": "…", "questions": [SESSIONS, HELPS], "entities": [BACK]}

    sessions, helps = Message.from_parse(parse).questions

    assert sessions.entities == ()
    assert [entity.id for entity in helps.entities] == ["back-pain"]


def test_entity_of_another_extractor():
    """An entity without its words is taken by its value."""
    parse = {"text": "…", "questions": [SESSIONS], "entities": [{"entity": "condition", "value": "migraine"}]}

    (question,) = Message.from_parse(parse).questions

    assert question.entities == (Entity("condition", "migraine", "migraine"),)


@pytest.mark.parametrize("memory", [Memory(), Memory(("a", "b"), ("x#y/0",))], ids=["nothing", "an answer"])
def test_memory_survives_the_slots(memory: Memory):
    """What is remembered comes back from the tracker's slots."""
    assert Memory.from_slots(memory.to_slots()) == memory


@pytest.mark.parametrize("slots", [{}, {"topics": None, "shown": None}, {"other": 1}])
def test_a_fresh_conversation_remembers_nothing(slots: dict[str, object]):
    """Slots that were never set mean nothing was said."""
    assert Memory.from_slots(slots) == Memory()
