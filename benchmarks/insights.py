"""How long a report takes: made-up conversations in a database, counted and grouped.

    uv run python benchmarks/insights.py --conversations 5000 --html build/report.html

What is asked are training messages, most of them of topics that the articles answer; the ranking
beside a question is made up as well. The time is that of `acumen report` without its start; on a
busy machine, look at that of the core.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ruamel.yaml import YAML

from acumen.answering.reply import Reply
from acumen.content.clinic import read_clinic
from acumen.content.library import Library
from acumen.insights.pages import page
from acumen.insights.period import last_days
from acumen.insights.report import Reporter
from acumen.insights.table import write
from acumen.language.encoder import SentenceEncoder
from acumen.storage.database import Database
from acumen.storage.tables import CONVERSATIONS, conversations, events, feedback

DAYS = 30
DAY_SECONDS = 24 * 60 * 60
BUSY = {"cost": 9, "insurance": 6, "needle_fear": 6, "who_should_not": 5, "booking": 5, "aftercare": 4}
REASONS = ("too long", "not what I asked", "I wanted the price")


def main() -> int:
    """Make the conversations, time the report and print how long it took."""
    parser = argparse.ArgumentParser(description="Measures the report on what patients asked.")
    parser.add_argument("--conversations", type=int, default=5000)
    parser.add_argument("--html", type=Path, help="write the report there as well")
    arguments = parser.parse_args()
    encode = SentenceEncoder(Path("models/acumen_en/acumen_encoder")).encode
    library = Library.load(Path("data"))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/acumen.db")
        fill(database, library, arguments.conversations)
        began, busy = time.perf_counter(), time.process_time()
        report = Reporter(database, library, encode).report(last_days(DAYS, date.today()))
        text = page(report, read_clinic(Path("data/clinic.yml")))
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        database.close()
    if arguments.html:
        write(arguments.html, text)
    print(
        f"{report.conversations} conversations, {report.messages} messages, {report.unanswered.asked} questions left "
        f"open, {len(report.unanswered.shown)} groups shown: {seconds:.1f} s, "
        f"of which {busy:.1f} s of one core; {len(text) // 1000} kB"
    )
    return 0


def fill(database: Database, library: Library, number: int) -> None:
    """Write made-up conversations of the last days, the same at each call."""
    database.create(CONVERSATIONS)
    chance = random.Random(7)
    messages = read_messages(set(library.topics))
    now = time.time()
    with database.transaction() as connection:
        for index in range(number):
            write_conversation(connection, f"made-up-{index}", list(turns(library, messages, chance)), chance, now)


def read_messages(topics: set[str]) -> dict[str, list[str]]:
    """The training messages of each topic, of `off_topic` and of the emergencies."""
    found: dict[str, list[str]] = {}
    for file in [*sorted(Path("data/nlu").glob("*.yml")), *sorted(Path("data/safety").glob("*.yml"))]:
        content = YAML(typ="safe").load(file)
        for entry in content.get("nlu", []) if isinstance(content, dict) else []:
            name = entry["intent"]
            if isinstance(entry["examples"], str) and (name in topics or name in ("off_topic", "emergency_heart")):
                found.setdefault(name, []).extend(line[2:] for line in entry["examples"].splitlines() if line[2:])
    return found


def turns(
    library: Library, messages: dict[str, list[str]], chance: random.Random
) -> Iterator[tuple[str, Reply, dict[str, Any]]]:
    """A few turns: message, reply and what was recognised."""
    answered = [name for name in library.topics if library.answering(name) and name in messages]
    gaps = [name for name in library.topics if not library.answering(name) and name in messages]
    weights = [BUSY.get(name, 1) for name in gaps]
    for _ in range(chance.choice((1, 2, 2, 3, 4, 6))):
        kind = chance.choices(("answer", "not_covered", "off_topic", "emergency"), (74, 20, 5, 1))[0]
        # Of the calibration questions that the articles answer, one in twenty is below 0.5.
        certainty = round(chance.uniform(*((0.25, 0.5) if chance.random() < 0.05 else (0.5, 1.0))), 4)
        if kind == "answer":
            name = chance.choice(answered)
        elif kind == "not_covered":
            name = chance.choices(gaps, weights)[0]
        else:
            name = "off_topic" if kind == "off_topic" else "emergency_heart"
        text = chance.choice(messages[name])
        parse = {
            "intent": {"name": name, "confidence": certainty},
            "questions": [{"text": text, "ranking": [{"name": name, "confidence": certainty}]}],
        }
        topics = (name,) if name in library.topics else ()
        yield text, Reply(kind, (), topics), parse


def write_conversation(
    connection: sa.engine.Connection,
    name: str,
    said: list[tuple[str, Reply, dict[str, Any]]],
    chance: random.Random,
    now: float,
) -> None:
    """Write one conversation as the tracker store does, and perhaps a thumb."""
    # Fewer at the weekend, and more lately.
    started = now - DAY_SECONDS * (DAYS - 1) * (1 - chance.betavariate(1.4, 1.1))
    if time.localtime(started).tm_wday >= 5 and chance.random() < 0.6:
        started -= 2 * DAY_SECONDS
    last = started + 40 * len(said)
    channel = chance.choices(("website", "whatsapp", "telegram"), (80, 15, 5))[0]
    row = {"id": name, "channel": channel, "version": 1, "started": started, "last_active": last}
    connection.execute(conversations.insert().values(**row))
    rows = []
    for number, (text, reply, parse) in enumerate(said):
        user = {"event": "user", "text": text, "parse_data": {"text": text, **parse}}
        bot = {"event": "bot", "text": "", "metadata": {"reply": reply.to_dict()}}
        for offset, event in enumerate((user, bot)):
            rows.append(
                {
                    "conversation_id": name,
                    "position": 2 * number + offset,
                    "type": event["event"],
                    "at": started + 40 * number,
                    "data": json.dumps(event),
                }
            )
    connection.execute(events.insert(), rows)
    if chance.random() < 0.12:
        helpful = chance.random() < 0.8
        reason = None if helpful or chance.random() < 0.5 else chance.choice(REASONS)
        data = json.dumps({"helpful": helpful, "reason": reason})
        thumb = {"conversation_id": name, "reply_id": "1", "helpful": helpful, "data": data, "at": last}
        connection.execute(feedback.insert().values(**thumb))


if __name__ == "__main__":
    sys.exit(main())
