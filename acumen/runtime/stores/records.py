"""Conversations in the database: read, added to, listed and deleted, each in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from acumen.runtime.stores.events import StoredEvent
from acumen.storage.tables import conversations, events, feedback

# The statements of each turn, made once: to make one takes longer than to run it.
_NAME = sa.bindparam("name")
_ROW = sa.select(conversations).where(conversations.c.id == _NAME)
# Nobody else changes the row before the transaction ends.
_LOCKED = _ROW.with_for_update()
_WINDOW = (
    sa.select(events.c.data)
    .where(events.c.conversation_id == _NAME, events.c.position >= sa.bindparam("start"))
    .order_by(events.c.position)
)
_NEW_EVENTS = events.insert()
_CHANGED = ("channel", "version", "last_active", "window_start", "window_state")
_UPDATE = (
    sa.update(conversations)
    .where(conversations.c.id == _NAME)
    .values({column: sa.bindparam(f"new_{column}") for column in _CHANGED})
)


@dataclass(frozen=True)
class Place:
    """Up to where somebody knows a conversation.

    Attributes:
        version: that of the conversation when it was read; 0 where there was none.
        start: the position of the first event that was read.
        end: the position that the next event gets.
    """

    version: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Record:
    """A conversation as it was read: JSON lists of what comes before the window, and of its events."""

    place: Place
    state: str
    events: str


@dataclass(frozen=True)
class Addition:
    """What a turn adds to a conversation.

    Attributes:
        events: the new events, at least one.
        channel: where the patient writes.
        window: the position where the window begins from now on, and its state as JSON; None where it stays.
    """

    events: Sequence[StoredEvent]
    channel: str
    window: tuple[int, str] | None = None


def read(connection: Connection, name: str, *, whole: bool) -> Record | None:
    """The conversation `name`: its window, or all of it; None where there is none."""
    row = _row(connection, name)
    if row is None:
        return None
    start = 0 if whole else row.window_start
    data = connection.execute(_WINDOW, {"name": name, "start": start}).scalars().all()
    place = Place(row.version, start, start + len(data))
    return Record(place, "[]" if whole else row.window_state, f"[{','.join(data)}]")


def add(connection: Connection, name: str, known: Place, addition: Addition) -> Place | None:
    """Add events to a conversation.

    Where somebody else has written since it was read, the events come after theirs; where
    these very events were written by an attempt that seemed to fail, nothing is done.

    Returns:
        Up to where the conversation is known now; None where it was deleted since it was read, and nothing was kept.
    """
    first = addition.events[0].at
    row = _locked(connection, name)
    if row is None:
        if known.version:
            return None
        _insert_or_ignore(
            connection, {"id": name, "channel": addition.channel, "version": 0, "started": first, "last_active": first}
        )
        row = _locked(connection, name)
    if row.version != known.version:
        return _add_after_others(connection, row, known, addition)
    _insert(connection, name, known.end, addition.events)
    _update(connection, row, addition, addition.window or (row.window_start, row.window_state))
    return Place(row.version + 1, known.start, known.end + len(addition.events))


def _add_after_others(connection: Connection, row: Row, known: Place, addition: Addition) -> Place:
    end = _end(connection, row.id)
    if _holds(connection, row.id, known.end, addition.events[0]):
        return replace(known, end=end)
    _insert(connection, row.id, end, addition.events)
    # The window stays: it was reckoned without the events of the others.
    _update(connection, row, addition, (row.window_start, row.window_state))
    # The version stays the old one, as the reader still does not know those events.
    return replace(known, end=end + len(addition.events))


def rewrite(connection: Connection, name: str, addition: Addition) -> bool:
    """Let events take the place of what is stored, from the first of them on.

    Returns:
        Whether that event is stored; where it is not, nothing is done.
    """
    row = _locked(connection, name)
    position = None if row is None else _position(connection, name, addition.events[0])
    if position is None:
        return False
    connection.execute(events.delete().where(events.c.conversation_id == name, events.c.position >= position))
    _insert(connection, name, position, addition.events)
    # A turn is given all of it until the window moves again.
    _update(connection, row, addition, (0, "[]"))
    return True


def exists(connection: Connection, name: str) -> bool:
    """Whether there is such a conversation."""
    return _row(connection, name) is not None


def names(connection: Connection) -> list[str]:
    """The ids of all conversations."""
    return list(connection.execute(sa.select(conversations.c.id)).scalars())


def delete(connection: Connection, name: str) -> None:
    """Delete a conversation, with what was said of its replies."""
    connection.execute(feedback.delete().where(feedback.c.conversation_id == name))
    connection.execute(conversations.delete().where(conversations.c.id == name))


def _row(connection: Connection, name: str) -> Row | None:
    return connection.execute(_ROW, {"name": name}).one_or_none()


def _locked(connection: Connection, name: str) -> Any:
    return connection.execute(_LOCKED, {"name": name}).one_or_none()


def _insert_or_ignore(connection: Connection, values: dict[str, object]) -> None:
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    connection.execute(insert(conversations).values(values).on_conflict_do_nothing())


def _insert(connection: Connection, name: str, end: int, added: Sequence[StoredEvent]) -> None:
    rows = [
        {"conversation_id": name, "position": position, "type": event.type, "at": event.at, "data": event.data}
        for position, event in enumerate(added, end)
    ]
    connection.execute(_NEW_EVENTS, rows)


def _update(connection: Connection, row: Row, addition: Addition, window: tuple[int, str]) -> None:
    values = {
        "name": row.id,
        "new_channel": addition.channel or row.channel,
        "new_version": row.version + 1,
        "new_last_active": addition.events[-1].at,
        "new_window_start": window[0],
        "new_window_state": window[1],
    }
    connection.execute(_UPDATE, values)


def _end(connection: Connection, name: str) -> int:
    last = connection.execute(sa.select(sa.func.max(events.c.position)).where(events.c.conversation_id == name))
    found: int | None = last.scalar()
    return 0 if found is None else found + 1


def _holds(connection: Connection, name: str, since: int, event: StoredEvent) -> bool:
    alike = sa.and_(events.c.at == event.at, events.c.data == event.data)
    return _find(connection, name, since, alike) is not None


def _position(connection: Connection, name: str, event: StoredEvent) -> int | None:
    # Whoever sends a history back may have written the same event in other words.
    return _find(connection, name, 0, sa.and_(events.c.at == event.at, events.c.type == event.type))


def _find(connection: Connection, name: str, since: int, condition: sa.sql.ColumnElement) -> int | None:
    of_conversation = sa.and_(events.c.conversation_id == name, events.c.position >= since)
    statement = sa.select(sa.func.min(events.c.position)).where(of_conversation, condition)
    found: int | None = connection.execute(statement).scalar()
    return found
