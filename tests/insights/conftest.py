"""Conversations in a database, and an encoder to whom texts mean what words they share."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acumen.answering.reply import Reply
from acumen.content.library import Library
from acumen.insights.grouping import Array
from acumen.insights.report import Reporter
from acumen.storage.database import Database
from acumen.storage.tables import CONVERSATIONS, conversations, events, feedback

TODAY = date(2026, 3, 31)
WIDTH = 256
Keep = Callable[..., str]


def at(day: date, hour: int = 12) -> float:
    """A moment of a day."""
    return datetime.combine(day, time(hour)).timestamp()


def encode(texts: Sequence[str]) -> Array:
    """Unit vectors, near each other where texts share words."""
    vectors = np.full((len(texts), WIDTH), 1e-6, dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.casefold().replace("?", "").split():
            vectors[row, zlib.crc32(word.encode()) % WIDTH] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def said(
    text: str, outcome: str | None = "answer", topic: str = "", certainty: float = 0.9, **parse: Any
) -> tuple[dict[str, Any], ...]:
    """The events of a turn as Rasa writes them; without an outcome there is no reply."""
    ranking = [{"name": topic, "confidence": certainty}] if topic else []
    parse = {"intent": {"name": topic}, "questions": [{"text": text, "ranking": ranking}], **parse}
    user = {"event": "user", "text": text, "parse_data": parse}
    if outcome is None:
        return (user,)
    reply = Reply(outcome, (), (topic,) if topic else ())  # type: ignore[arg-type]
    return user, {"event": "bot", "text": "…", "metadata": {"reply": reply.to_dict()}}


@pytest.fixture(name="said", scope="session")
def said_fixture() -> Callable[..., Any]:
    """Makes the events of a turn: text, outcome, topic, certainty."""
    return said


@pytest.fixture(name="encode", scope="session")
def encode_fixture() -> Callable[..., Array]:
    """An encoder that needs no model."""
    return encode


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    opened = Database(f"sqlite:///{tmp_path}/acumen.db")
    opened.create(CONVERSATIONS)
    yield opened
    opened.close()


@pytest.fixture
def keep(database: Database) -> Keep:
    """Keeps a conversation as the tracker store does, and gives its id."""
    return keeper(database)


@pytest.fixture(name="keeper", scope="session")
def keeper_fixture() -> Callable[[Database], Keep]:
    """Makes what keeps conversations in a database."""
    return keeper


def keeper(database: Database) -> Keep:
    """What keeps conversations in a database."""
    numbers = iter(range(10**6))

    def keep(*turns: Sequence[Any], day: date = TODAY, channel: str = "website", thumb: Any = None) -> str:
        name, moment = f"secret-id-{next(numbers)}", at(day)
        rows = [
            {
                "conversation_id": name,
                "position": position,
                "type": event["event"] if isinstance(event, dict) else "user",
                "at": moment,
                "data": json.dumps(event) if isinstance(event, dict) else event,
            }
            for position, event in enumerate(event for turn in turns for event in turn)
        ]
        row = {"id": name, "channel": channel, "version": 1, "started": moment, "last_active": moment}
        with database.transaction() as connection:
            connection.execute(conversations.insert().values(**row))
            if rows:
                connection.execute(events.insert(), rows)
            if thumb:
                helpful, reason = thumb
                data = json.dumps({"helpful": helpful, "reason": reason})
                values = {"conversation_id": name, "reply_id": "1", "helpful": helpful, "data": data, "at": moment}
                connection.execute(feedback.insert().values(**values))
        return name

    return keep


@pytest.fixture
def reporter(database: Database, library: Library) -> Reporter:
    """A reporter for the database and the project's articles."""
    return Reporter(database, library, encode)
