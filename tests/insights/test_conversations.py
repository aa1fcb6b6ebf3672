"""Reading conversations from the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from acumen.errors import AcumenError
from acumen.insights import conversations
from acumen.insights.conversations import NO_REPLY, Question, read_conversations, read_ratings
from acumen.storage.database import Database

TODAY = date(2026, 3, 31)
Keep = Callable[..., str]
Said = Callable[..., Any]


def test_turn_is_a_message_and_its_reply(database: Database, keep: Keep, said: Said) -> None:
    """Each message is a turn with the outcome and the topics of what the bot said before the next one."""
    keep(said("Does it hurt?", "answer", "does_it_hurt", 0.8), said("and cost", "not_covered", "cost"), channel="sms")

    (found,) = read_conversations(database, 0)

    assert found.channel == "sms"
    assert [(turn.text, turn.outcome, turn.topics) for turn in found.turns] == [
        ("Does it hurt?", "answer", ("does_it_hurt",)),
        ("and cost", "not_covered", ("cost",)),
    ]
    assert found.turns[0].questions == (Question("Does it hurt?", (("does_it_hurt", 0.8),)),)
    assert not found.alarmed


def test_reply_without_a_tree_is_small_talk(database: Database, keep: Keep, said: Said) -> None:
    """Rasa's own responses have no outcome; a message that nothing followed has no reply."""
    greeting = {"event": "bot", "text": "Hello.", "metadata": {"utter_action": "utter_greet"}}
    keep((*said("hello", None), greeting), said("hello?", None))

    (found,) = read_conversations(database, 0)

    assert [turn.outcome for turn in found.turns] == ["chitchat", NO_REPLY]


@pytest.mark.parametrize("outcome", ["emergency", "crisis", "urgent"])
def test_alarm_is_known_by_reply_or_intent(database: Database, keep: Keep, said: Said, outcome: str) -> None:
    """A conversation is alarmed by the outcome of a reply, or by what was recognised where the reply is lost."""
    keep(said("hello", "chitchat"), said("help", outcome))
    keep(said("help", None, f"{outcome}_other"))

    assert [found.alarmed for found in read_conversations(database, 0)] == [True, True]


def test_message_that_was_not_understood_is_its_own_question(database: Database, keep: Keep, said: Said) -> None:
    """Where nothing was recognised, the text itself is what was asked."""
    keep(said("what now", "clarify", questions=None, intent=None))

    (found,) = read_conversations(database, 0)

    assert found.turns[0].questions == (Question("what now"),)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "null",
        "[1]",
        '"text"',
        "[" * 100_000,
        json.dumps({"event": "user", "text": None, "parse_data": None}),
        json.dumps({"event": "user", "text": 7, "parse_data": {"intent": [], "questions": {"a": 1}}}),
        json.dumps({"event": "user", "parse_data": {"questions": [1, {"text": 2}, {"ranking": [{"name": None}]}]}}),
    ],
)
def test_damaged_events_cost_no_report(database: Database, keep: Keep, said: Said, data: str) -> None:
    """A row that cannot be read is a turn without words, and the others are read."""
    keep((data,), said("fine", "answer"))

    (found,) = read_conversations(database, 0)

    assert [(turn.text, turn.questions[:1] == ()) for turn in found.turns] == [("", True), ("fine", False)]


def test_old_conversations_are_left_out(database: Database, keep: Keep, said: Said) -> None:
    """Who said nothing since the start is not read; who did, is read from the beginning."""
    start = TODAY - timedelta(days=7)
    keep(said("long ago", "answer"), day=start - timedelta(days=1))
    keep(said("now", "answer"), day=TODAY)

    found = list(read_conversations(database, _at(start)))

    assert [conversation.turns[0].text for conversation in found] == ["now"]


def test_many_conversations_are_read_once_each(
    database: Database, keep: Keep, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading in batches loses none and repeats none."""
    monkeypatch.setattr(conversations, "BATCH", 3)
    for number in range(7):
        keep(said(f"number {number}", "answer"))

    texts = [found.turns[0].text for found in read_conversations(database, 0)]

    assert sorted(texts) == sorted(f"number {number}" for number in range(7))


def test_ratings_have_their_reason(database: Database, keep: Keep, said: Said) -> None:
    """A thumb is read with what was written beside it, if anything was."""
    keep(said("a", "answer"), thumb=(True, None))
    keep(said("b", "answer"), thumb=(False, " too long "))

    found = [(rating.helpful, rating.reason) for rating in read_ratings(database, 0)]

    assert found == [(True, ""), (False, "too long")]


def test_database_without_tables_is_a_fault(tmp_path: Any) -> None:
    """What the database refuses is told with its code."""
    empty = Database(f"sqlite:///{tmp_path}/empty.db")

    with pytest.raises(AcumenError, match="ACU303"):
        list(read_conversations(empty, 0))
    empty.close()


def test_ids_are_not_shown(database: Database, keep: Keep, said: Said) -> None:
    """Neither a conversation nor a rating tells its id where it is printed."""
    name = keep(said("a", "answer"), thumb=(True, None))

    (conversation,), (rating,) = read_conversations(database, 0), read_ratings(database, 0)

    assert conversation.id == rating.conversation == name
    assert name not in f"{conversation!r}{rating!r}"


def _at(day: date) -> float:
    from datetime import datetime, time

    return datetime.combine(day, time.min).timestamp()
