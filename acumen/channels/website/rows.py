"""The rows of a conversation: what one transaction does with them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
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

# The statements of each turn, made once: to make one takes longer than to run it.
_CONVERSATION, _TURN = sa.bindparam("conversation"), sa.bindparam("turn")
_TURNS = turns.c.conversation_id == _CONVERSATION
_WAITING = _TURNS & turns.c.over.is_(False)
_STATE = sa.select(
    conversations.c.last_event,
    sa.exists().where(ended.c.conversation_id == _CONVERSATION).label("ended"),
    sa.exists().where(_TURNS, turns.c.id == _TURN).label("known"),
    sa.select(sa.func.count()).where(_TURNS).scalar_subquery().label("kept"),
    sa.select(sa.func.count()).where(_WAITING).scalar_subquery().label("waiting"),
).where(conversations.c.id == _CONVERSATION)
# Nobody else may add to the conversation before the transaction ends.
_HELD = sa.select(conversations.c.last_event).where(conversations.c.id == _CONVERSATION).with_for_update()
_OPEN = sa.select(turns.c.id, turns.c.server, turns.c.over).where(
    _TURNS, turns.c.over.is_(False) | (turns.c.id == _TURN)
)
_NEW_TURN, _NEW_EVENTS = turns.insert(), events.insert()
_GO_ON = (
    sa.update(turns)
    .where(_WAITING, turns.c.id == _TURN)
    .values(over=sa.bindparam("ends"), size=turns.c.size + sa.bindparam("more"))
)
_GROW = (
    sa.update(conversations)
    .where(conversations.c.id == _CONVERSATION)
    .values(size=conversations.c.size + sa.bindparam("more"), used=sa.bindparam("now"), last_event=sa.bindparam("last"))
)
_EVENTS = (
    sa.select(events.c.number, events.c.kind, events.c.data)
    .where(events.c.conversation_id == _CONVERSATION, events.c.number > sa.bindparam("after"))
    .order_by(events.c.number)
)
_EVENTS_OF_TURN = _EVENTS.where(events.c.turn_id == _TURN)


def hold(connection: Connection, conversation_id: str) -> None:
    """Keep other transactions away from a conversation, which is made where it is missing, until this one ends."""
    now = time.time()
    # Numbers grow from the time: one that was deleted and begins again repeats none.
    row = {"id": conversation_id, "last_event": int(now * 1000), "size": 0, "used": now}
    upsert(connection, conversations, row, "used")


def state_of(connection: Connection, conversation_id: str, turn_id: str) -> Any:
    """A row about a conversation that is held, and a turn that may begin in it.

    Its columns: `last_event`; whether it was `ended`; whether the turn is `known`; how many turns are `kept`,
    and how many of them are `waiting`.
    """
    return connection.execute(_STATE, {"conversation": conversation_id, "turn": turn_id}).one()


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


def make_room(connection: Connection, conversation_id: str, state: Any) -> None:
    """Forget the oldest turn where there are too many.

    Raises:
        RefusedError: `too_many` when too many wait.
    """
    if state.waiting >= MOST_WAITING:
        raise RefusedError("too_many", retry_after=RETRY_SECONDS)
    if state.kept < MOST_TURNS:
        return
    mine = turns.c.conversation_id == conversation_id
    oldest = connection.execute(
        sa.select(turns.c.id, turns.c.size).where(mine, turns.c.over).order_by(turns.c.number).limit(1)
    ).one()
    connection.execute(all_of(turns, conversation_id).where(turns.c.id == oldest.id))
    connection.execute(all_of(events, conversation_id).where(events.c.turn_id == oldest.id))
    _grow(connection, conversation_id, -oldest.size, state.last_event)


def forget_others(connection: Connection, conversation_id: str, turn_id: str) -> None:
    """Keep nothing but one turn, and of its message nothing: the patient has asked in it to have all deleted."""
    running = sa.select(turns.c.id).where(turns.c.conversation_id == conversation_id, turns.c.over.is_(False))
    stay = {turn_id, *connection.execute(running).scalars()}
    connection.execute(all_of(events, conversation_id).where(events.c.turn_id.not_in(stay)))
    connection.execute(all_of(turns, conversation_id).where(turns.c.id.not_in(stay)))
    connection.execute(all_of(feedback, conversation_id))
    mine = (turns.c.conversation_id == conversation_id) & (turns.c.id == turn_id)
    connection.execute(sa.update(turns).where(mine).values(text=FORGOTTEN))


def insert_turn(connection: Connection, conversation_id: str, turn: Mapping[str, str], number: int) -> list[Event]:
    """Add a turn, and give its first events: here, and nowhere else, a patient's message is written.

    Args:
        connection: in a transaction that holds the conversation.
        conversation_id: Rasa's sender id.
        turn: the turn's `id`, its `text`, and the `server` that answers it.
        number: of its first event.
    """
    text, begun = masked(turn["text"]), [Note("status", {"state": "working"})]
    rows, added, size = _event_rows(conversation_id, turn["id"], begun, number)
    size += len(text)
    row = {"conversation_id": conversation_id, "number": number, "at": time.time(), "size": size, "over": False}
    connection.execute(_NEW_TURN, {**turn, **row, "text": text})
    connection.execute(_NEW_EVENTS, rows)
    _grow(connection, conversation_id, size, number)
    return added


def add_to_turn(
    connection: Connection, conversation_id: str, turn_id: str, notes: Sequence[Note], *, over: bool
) -> list[Event]:
    """Add events to a turn that is not over, and give those that were added."""
    last = connection.execute(_HELD, {"conversation": conversation_id}).scalar()
    # Nothing is left of a conversation that was deleted.
    if last is None:
        return []
    rows, added, size = _event_rows(conversation_id, turn_id, notes, last + 1)
    changes = {"conversation": conversation_id, "turn": turn_id, "ends": over, "more": size}
    # A turn that was deleted, or ended by another process, stays as it is.
    if not connection.execute(_GO_ON, changes).rowcount:
        return []
    connection.execute(_NEW_EVENTS, rows)
    _grow(connection, conversation_id, size, last + len(rows))
    return added


def open_turns(connection: Connection, conversation_id: str, turn_id: str | None) -> Sequence[Any]:
    """Rows `id`, `server` and `over` of the turns that are not over, and of the one that is named."""
    found: Sequence[Any] = connection.execute(_OPEN, {"conversation": conversation_id, "turn": turn_id}).all()
    return found


def _event_rows(
    conversation_id: str, turn_id: str, notes: Sequence[Note], first: int
) -> tuple[list[dict[str, Any]], list[Event], int]:
    """Rows for notes and the events they become, numbered from `first`, and how many characters they take."""
    rows, added, size = [], [], 0
    for number, note in enumerate(notes, first):
        event = Event.of(note, number, turn_id)
        added.append(event)
        size += len(event.frame)
        row = {"conversation_id": conversation_id, "number": number, "turn_id": turn_id, "kind": event.kind}
        rows.append({**row, "reply_id": note.reply_id, "data": event.body})
    return rows, added, size


def _grow(connection: Connection, conversation_id: str, size: int, last_event: int) -> None:
    changes = {"conversation": conversation_id, "more": size, "now": time.time(), "last": last_event}
    connection.execute(_GROW, changes)


def read_events(connection: Connection, conversation_id: str, after: int, turn_id: str | None) -> list[Event]:
    """What came after a number, in one turn or in all."""
    found = _EVENTS if turn_id is None else _EVENTS_OF_TURN
    values = {"conversation": conversation_id, "after": after, "turn": turn_id}
    return [Event(*row) for row in connection.execute(found, values)]


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
