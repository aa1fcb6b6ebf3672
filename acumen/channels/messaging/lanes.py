"""Who works at which conversation: a lease that a dead process loses by itself.

All functions are for `Database.run` and `Database.transaction`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from acumen.storage.messaging import lanes

LEASE_SECONDS = 20.0

Work = Literal["turn", "send"]


class LeaseLostError(Exception):
    """Somebody else works at the conversation: what was done here must not count."""


@dataclass(frozen=True)
class Lane:
    """A conversation that this holder alone works at."""

    conversation: str
    work: Work
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def _is_mine(self) -> Any:
        columns = lanes.c
        return sa.and_(
            columns.conversation == self.conversation, columns.work == self.work, columns.holder == self.holder
        )

    def renew(self, connection: Connection) -> None:
        """Hold it for longer.

        Raises:
            LeaseLostError: when somebody else has it.
        """
        self.update(connection, until=time.time() + LEASE_SECONDS)

    def release(self, connection: Connection, due: float | None) -> None:
        """Let go of it until `due`; None when there is nothing left to do.

        Raises:
            LeaseLostError: when somebody else has it.
        """
        self.update(connection, holder="", until=0.0, due=due)

    def update(self, connection: Connection, **values: Any) -> None:
        """Change the lane's row, which no other transaction changes before this one ends.

        Raises:
            LeaseLostError: when somebody else has it.
        """
        if connection.execute(lanes.update().where(self._is_mine).values(**values)).rowcount == 0:
            raise LeaseLostError


def claim(connection: Connection, work: Work, channel: str) -> Lane | None:
    """Take the lane that has waited longest; None when there is nothing to do."""
    now = time.time()
    is_free = sa.and_(lanes.c.work == work, lanes.c.channel == channel, lanes.c.due <= now, lanes.c.until < now)
    # Rows that another process is just claiming are passed over; SQLite has no two writers at once.
    query = sa.select(lanes.c.conversation).where(is_free).order_by(lanes.c.due).limit(1)
    conversation = connection.execute(query.with_for_update(skip_locked=True)).scalar()
    if conversation is None:
        return None
    lane = Lane(conversation, work)
    row = sa.and_(lanes.c.conversation == conversation, lanes.c.work == work)
    connection.execute(lanes.update().where(row).values(holder=lane.holder, until=now + LEASE_SECONDS))
    return lane


def call_for(connection: Connection, work: Work, channel: str, conversations: Iterable[str], due: float) -> None:
    """Say that there is something to do, from `due` on."""
    # Always in the same order: two that lock the same rows crosswise would wait for each other.
    for conversation in sorted(set(conversations)):
        new = insert_into(lanes, connection).values(
            conversation=conversation, work=work, channel=channel, due=due, holder="", until=0.0
        )
        earlier = sa.case((sa.or_(lanes.c.due.is_(None), lanes.c.due > due), due), else_=lanes.c.due)
        connection.execute(new.on_conflict_do_update(index_elements=["conversation", "work"], set_={"due": earlier}))


def insert_into(table: sa.Table, connection: Connection) -> Any:
    """An insert that can say what happens where the row is there already."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
