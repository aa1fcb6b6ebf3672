"""The rows of a conversation: what one transaction does with them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.channels.website.conversation import Conversation, Event, Note, Turn
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.trouble import trouble
from acumen.privacy.mask import masked
from acumen.storage.tables import feedback
from acumen.storage.upsert import upsert
from acumen.storage.website import conversations, ended, events, turns

MOST_TURNS = 200
MOST_WAITING = 10
# How long a client waits that met a full conversation, or a database that does not answer.
RETRY_SECONDS = 5
# Stands in the transcript for words that were deleted.
FORGOTTEN = "…"
ALARMS = frozenset({"emergency", "crisis", "urgent"})


def hold(connection: Connection, conversation_id: str) -> None:
    """Keep other transactions away from a conversation, which is made where it is missing, until this one ends."""
    now = time.time()
    # Numbers grow from the time: one that was deleted and begins again repeats none.
    row = {"id": conversation_id, "last_event": int(now * 1000), "size": 0, "used": now}
    upsert(connection, conversations, row, {"used": now})


def check_open(connection: Connection, conversation_id: str) -> None:
    """Let nobody write to a conversation whose deletion has begun.

    Raises:
        RefusedError: `no_session`.
    """
    if connection.execute(sa.select(ended.c.at).where(ended.c.conversation_id == conversation_id)).first():
        raise RefusedError("no_session")


def is_deleted(connection: Connection, conversation_id: str) -> bool:
    """Whether the patient has deleted it, to the end."""
    deleted = sa.select(ended.c.deleted).where(ended.c.conversation_id == conversation_id)
    return bool(connection.execute(deleted).scalar())


def all_of(table: sa.Table, conversation_id: str) -> Any:
    """The statement that deletes what a table holds of a conversation."""
    return sa.delete(table).where(table.c.conversation_id == conversation_id)


def make_room(connection: Connection, conversation_id: str) -> None:
    """Forget the oldest turn where there are too many.

    Raises:
        RefusedError: `too_many` when too many wait.
    """
    mine = turns.c.conversation_id == conversation_id
    waiting = sa.func.count(sa.case((turns.c.over.is_(False), 1)))
    kept, unfinished = connection.execute(sa.select(sa.func.count(), waiting).where(mine)).one()
    if unfinished >= MOST_WAITING:
        raise RefusedError("too_many", retry_after=RETRY_SECONDS)
    if kept < MOST_TURNS:
        return
    oldest = connection.execute(
        sa.select(turns.c.id, turns.c.size).where(mine, turns.c.over).order_by(turns.c.number).limit(1)
    ).one()
    connection.execute(all_of(turns, conversation_id).where(turns.c.id == oldest.id))
    connection.execute(all_of(events, conversation_id).where(events.c.turn_id == oldest.id))
    _grow(connection, conversation_id, -oldest.size)


def forget_others(connection: Connection, conversation_id: str, turn_id: str) -> None:
    """Keep nothing but one turn, and of its message nothing: the patient has asked in it to have all deleted."""
    running = sa.select(turns.c.id).where(turns.c.conversation_id == conversation_id, turns.c.over.is_(False))
    stay = {turn_id, *connection.execute(running).scalars()}
    connection.execute(all_of(events, conversation_id).where(events.c.turn_id.not_in(stay)))
    connection.execute(all_of(turns, conversation_id).where(turns.c.id.not_in(stay)))
    connection.execute(all_of(feedback, conversation_id))
    mine = (turns.c.conversation_id == conversation_id) & (turns.c.id == turn_id)
    connection.execute(sa.update(turns).where(mine).values(text=FORGOTTEN))


def insert_turn(connection: Connection, conversation_id: str, turn_id: str, text: str, server: str) -> None:
    """Add a turn: here, and nowhere else, a patient's message is written."""
    text = masked(text)
    row = {"conversation_id": conversation_id, "id": turn_id, "text": text, "at": time.time(), "server": server}
    number = _last(connection, conversation_id) + 1
    connection.execute(turns.insert().values(**row, number=number, size=len(text), over=False))
    _grow(connection, conversation_id, len(text))
    add_to_turn(connection, conversation_id, turn_id, [Note("status", {"state": "working"})], over=False)


def add_to_turn(
    connection: Connection, conversation_id: str, turn_id: str, notes: Sequence[Note], *, over: bool
) -> None:
    """Add events to a turn that is not over."""
    last = _last(connection, conversation_id)
    mine = (turns.c.conversation_id == conversation_id) & (turns.c.id == turn_id)
    # Nothing is left of a turn that was deleted, or ended by another process.
    if last is None or connection.execute(sa.select(turns.c.over).where(mine)).scalar() is not False:
        return
    rows, size = [], 0
    for number, note in enumerate(notes, last + 1):
        event = Event.of(note, number, turn_id)
        size += len(event.frame)
        row = {"conversation_id": conversation_id, "number": number, "turn_id": turn_id, "kind": event.kind}
        rows.append({**row, "reply_id": note.reply_id, "data": event.body})
    connection.execute(events.insert(), rows)
    connection.execute(sa.update(turns).where(mine).values(over=over, size=turns.c.size + size))
    _grow(connection, conversation_id, size, last + len(rows))


def _last(connection: Connection, conversation_id: str) -> Any:
    """The number of a conversation's last event, which nobody else may add to now; None where there is none."""
    held = sa.select(conversations.c.last_event).where(conversations.c.id == conversation_id).with_for_update()
    return connection.execute(held).scalar()


def _grow(connection: Connection, conversation_id: str, size: int, last_event: int | None = None) -> None:
    changes: dict[str, Any] = {"size": conversations.c.size + size, "used": time.time()}
    if last_event is not None:
        changes["last_event"] = last_event
    connection.execute(sa.update(conversations).where(conversations.c.id == conversation_id).values(changes))


def read_events(connection: Connection, conversation_id: str, after: int, turn_id: str | None) -> list[Event]:
    """What came after a number, in one turn or in all."""
    found = sa.select(events.c.number, events.c.kind, events.c.data).where(
        events.c.conversation_id == conversation_id, events.c.number > after
    )
    if turn_id is not None:
        found = found.where(events.c.turn_id == turn_id)
    return [Event(*row) for row in connection.execute(found.order_by(events.c.number))]


def ending_of(connection: Connection, conversation_id: str, turn_id: str) -> Note:
    """How a turn ends whose process died: it can be asked again, unless it has raised an alarm."""
    said = [each.data for each in read_events(connection, conversation_id, 0, turn_id) if each.kind == "reply"]
    alarmed = any(each["reply"]["outcome"] in ALARMS for each in said)
    return Note("done") if alarmed else Note("error", trouble("interrupted"))


def read_conversation(connection: Connection, conversation_id: str) -> Conversation:
    """The whole conversation, with what the patient thought of its replies."""
    last = connection.execute(
        sa.select(conversations.c.last_event).where(conversations.c.id == conversation_id)
    ).scalar()
    found: dict[str, list[Event]] = {}
    told = sa.select(events).where(events.c.conversation_id == conversation_id).order_by(events.c.number)
    owners: dict[str, str] = {}
    for row in connection.execute(told):
        found.setdefault(row.turn_id, []).append(Event(row.number, row.kind, row.data))
        if row.reply_id:
            owners[row.reply_id] = row.turn_id
    thought: dict[str, dict[str, Any]] = {}
    for row in connection.execute(sa.select(feedback).where(feedback.c.conversation_id == conversation_id)):
        if row.reply_id in owners:
            thought.setdefault(owners[row.reply_id], {})[row.reply_id] = json.loads(row.data)
    rows = connection.execute(
        sa.select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.number)
    )
    kept = (Turn(row.id, row.text, row.at, row.over, found.get(row.id, []), thought.get(row.id, {})) for row in rows)
    return Conversation(tuple(kept), last or 0)
