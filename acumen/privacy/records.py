"""What is kept of conversations: listed, handed out, deleted on request, and deleted when its time is over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.errors import AcumenError, problem
from acumen.privacy.reference import normal, reference
from acumen.storage import messaging, tables, website
from acumen.storage.database import Database
from acumen.storage.tables import CONVERSATIONS, conversations, events, feedback

# Small enough that a patient who writes meanwhile does not wait.
BATCH = 200
KEPT = (*tables.KEPT, *website.KEPT, *messaging.KEPT)


@dataclass(frozen=True)
class Record:
    """A conversation, without its words."""

    id: str
    channel: str
    started: datetime
    last_active: datetime

    @property
    def reference(self) -> str:
        """What the bot tells a patient who asks about privacy."""
        return reference(self.id)


class Records:
    """The conversations of one database."""

    def __init__(self, database: Database) -> None:
        """Make the tables where they are missing.

        Raises:
            AcumenError: ACU303 when the database cannot be used.
        """
        self._database = database
        database.create(CONVERSATIONS)
        database.create(website.WEBSITE)
        database.create(messaging.MESSAGING)

    def listed(self) -> list[Record]:
        """All conversations, the newest first."""
        columns = conversations.c
        chosen = sa.select(columns.id, columns.channel, columns.started, columns.last_active)
        with self._database.transaction() as connection:
            rows = connection.execute(chosen.order_by(columns.last_active.desc())).all()
        return [Record(row.id, row.channel, _moment(row.started), _moment(row.last_active)) for row in rows]

    def find(self, name: str) -> Record:
        """The conversation of an id, or of a reference however it is written.

        Raises:
            AcumenError: ACU321 when there is none, ACU322 when several share the reference.
        """
        found = [each for each in self.listed() if name == each.id or normal(name) == each.reference]
        if not found:
            raise AcumenError(problem("ACU321", name=name))
        if len(found) > 1:
            raise AcumenError(problem("ACU322", name=name, ids=", ".join(each.id for each in found)))
        return found[0]

    def export(self, record: Record) -> dict[str, Any]:
        """All that is kept of a conversation, as JSON values; of what is encrypted, that it is there."""
        said = sa.select(events.c.data).where(events.c.conversation_id == record.id).order_by(events.c.position)
        rated = sa.select(feedback).where(feedback.c.conversation_id == record.id).order_by(feedback.c.at)
        shown = sa.select(website.turns).where(website.turns.c.conversation_id == record.id)
        with self._database.transaction() as connection:
            return {
                "id": record.id,
                "reference": record.reference,
                "channel": record.channel,
                "started": record.started.isoformat(),
                "last_active": record.last_active.isoformat(),
                "events": [json.loads(row.data) for row in connection.execute(said)],
                "website": [
                    {"text": row.text, "at": _moment(row.at).isoformat()}
                    for row in connection.execute(shown.order_by(website.turns.c.number))
                ],
                "messenger": _of_messenger(connection, record.id),
                "feedback": [
                    {"reply": row.reply_id, "helpful": row.helpful, "at": _moment(row.at).isoformat()}
                    | {"said": json.loads(row.data)}
                    for row in connection.execute(rated)
                ],
            }

    def delete(self, record: Record) -> None:
        """Delete all that is kept of a conversation."""
        with self._database.transaction() as connection:
            for kept in KEPT:
                connection.execute(sa.delete(kept.table).where(kept.conversation == record.id, kept.which))
        self._database.erase()

    def purge(self, before: float) -> int:
        """Delete what was used last before a moment, in seconds since 1970; return how many conversations went."""
        deleted = sum(self._batches(before))
        self._database.erase()
        return deleted

    def _batches(self, before: float) -> Iterator[int]:
        for kept in KEPT:
            is_old = sa.and_(kept.which, kept.used < before)
            # One who writes in it just now keeps it; what another server deletes is left to that one.
            some = sa.select(kept.conversation).where(is_old).limit(BATCH).with_for_update(skip_locked=True)
            while True:
                with self._database.transaction() as connection:
                    ids = connection.execute(some).scalars().all()
                    connection.execute(sa.delete(kept.table).where(kept.conversation.in_(ids), is_old))
                yield len(ids) if kept.table is conversations else 0
                if len(ids) < BATCH:
                    break


def _of_messenger(connection: Connection, name: str) -> dict[str, Any]:
    """What a messenger keeps; of what is encrypted there with the channel's secret, only that it is there."""
    inbox, outbox, offers = messaging.inbox.c, messaging.outbox.c, messaging.offers.c
    waiting = sa.select(inbox.received).where(inbox.conversation == name, inbox.done.is_(False))
    unsent = sa.select(outbox.made, outbox.state).where(outbox.conversation == name)
    offered = sa.select(offers.title, offers.at).where(offers.conversation == name)
    return {
        "unanswered": [{"at": _moment(row.received).isoformat()} for row in connection.execute(waiting)],
        "unsent": [{"state": row.state, "at": _moment(row.made).isoformat()} for row in connection.execute(unsent)],
        "offered": [{"title": row.title, "at": _moment(row.at).isoformat()} for row in connection.execute(offered)],
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
