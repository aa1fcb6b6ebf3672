"""Conversations as they are kept, read for counting: turns, outcomes and questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from acumen.errors import AcumenError, problem
from acumen.safety.categories import ALARMS, outcome_of
from acumen.storage.database import Database
from acumen.storage.tables import conversations, events, feedback

NO_REPLY = "no_reply"
# Conversations read at a time: SQLite lets nobody write meanwhile, and patients are waiting.
BATCH = 200


@dataclass(frozen=True)
class Question:
    """A question of a patient, and what the classifier took it for, likeliest first."""

    text: str
    ranking: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Turn:
    """A message and its reply, without the reply's words; `at` is in seconds since 1970."""

    at: float
    outcome: str
    topics: tuple[str, ...]
    text: str
    questions: tuple[Question, ...]
    alarm: bool


@dataclass(frozen=True)
class Conversation:
    """A conversation from its beginning; the id ties ratings to it and is shown nowhere."""

    id: str = field(repr=False)
    channel: str
    turns: tuple[Turn, ...]

    @property
    def alarmed(self) -> bool:
        """Whether something in it could not wait."""
        return any(turn.alarm for turn in self.turns)


@dataclass(frozen=True)
class Rating:
    """A thumb, and what the patient wrote beside it."""

    conversation: str = field(repr=False)
    helpful: bool
    reason: str


def read_conversations(database: Database, start: float) -> Iterator[Conversation]:
    """Read the conversations that somebody took part in since `start`, each from its beginning.

    Raises:
        AcumenError: ACU303 when the database cannot be read.
    """
    active = sa.select(conversations.c.id, conversations.c.channel).where(conversations.c.last_active >= start)
    channels = {row.id: row.channel for row in _rows(database, active)}
    ids = sorted(channels)
    for first in range(0, len(ids), BATCH):
        found = _rows(database, _events_of(ids[first : first + BATCH]))
        for conversation, rows in groupby(found, key=lambda row: str(row.conversation_id)):
            yield Conversation(conversation, channels[conversation], tuple(_turns(rows)))


def read_ratings(database: Database, start: float) -> list[Rating]:
    """Read what patients thought of replies since `start`.

    Raises:
        AcumenError: ACU303 when the database cannot be read.
    """
    found = _rows(database, sa.select(feedback).where(feedback.c.at >= start))
    return [Rating(row.conversation_id, row.helpful, _text(_values(row.data).get("reason"))) for row in found]


def _rows(database: Database, query: Any) -> Sequence[Any]:
    try:
        with database.transaction() as connection:
            rows: Sequence[Any] = connection.execute(query).all()
            return rows
    except SQLAlchemyError as error:
        detail = getattr(error, "orig", None) or type(error).__name__
        raise AcumenError(problem("ACU303", detail=detail)) from error


def _events_of(ids: Sequence[str]) -> Any:
    return (
        sa.select(events.c.conversation_id, events.c.type, events.c.at, events.c.data)
        .where(events.c.conversation_id.in_(ids), events.c.type.in_(("user", "bot")))
        .order_by(events.c.conversation_id, events.c.position)
    )


def _turns(rows: Iterable[Any]) -> Iterator[Turn]:
    """A turn is a message with all that the bot says before the next one."""
    message: Any = None
    said: list[dict[str, Any]] = []
    for row in rows:
        if row.type == "bot":
            said.append(_values(row.data))
            continue
        if message is not None:
            yield _turn(message, said)
        message, said = row, []
    if message is not None:
        yield _turn(message, said)


def _turn(row: Any, said: Sequence[Mapping[str, Any]]) -> Turn:
    message = _values(row.data)
    parse = _mapping(message.get("parse_data"))
    outcome, topics = _reply(said)
    intent = _text(_mapping(parse.get("intent")).get("name"))
    text = _text(message.get("text"))
    return Turn(
        at=row.at,
        outcome=outcome,
        topics=topics,
        text=text,
        questions=_questions(parse) or ((Question(text),) if text else ()),
        alarm=outcome in ALARMS or outcome_of(intent) in ALARMS,
    )


def _reply(said: Sequence[Mapping[str, Any]]) -> tuple[str, tuple[str, ...]]:
    """Outcome and topics of the reply; small talk has none of its own."""
    for each in said:
        reply = _mapping(_mapping(each.get("metadata")).get("reply"))
        if reply:
            return _text(reply.get("outcome")) or NO_REPLY, tuple(map(_text, _list(reply.get("topics"))))
    return ("chitchat" if said else NO_REPLY), ()


def _questions(parse: Mapping[str, Any]) -> tuple[Question, ...]:
    asked = [_mapping(each) for each in _list(parse.get("questions"))]
    found = (Question(_text(each.get("text")), _ranking(_list(each.get("ranking")))) for each in asked)
    return tuple(question for question in found if question.text)


def _ranking(ranked: Sequence[Any]) -> tuple[tuple[str, float], ...]:
    pairs = [(_text(each.get("name")), each.get("confidence")) for each in map(_mapping, ranked)]
    return tuple((name, float(chance)) for name, chance in pairs if name and isinstance(chance, int | float))


def _values(data: str) -> dict[str, Any]:
    """What a row holds; one that is damaged must not cost the clinic its report."""
    try:
        return _mapping(json.loads(data))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
