"""Which processes are alive: a turn whose process died is never answered, and its patient must not wait for it."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.storage.upsert import upsert
from acumen.storage.website import servers

BEAT_SECONDS = 2.0
# Long enough for a process that is only busy, short enough for a patient who looks at the screen.
DEAD_SECONDS = 10.0


def beat(connection: Connection, server: str) -> None:
    """Note that a process is alive."""
    seen = connection.execute(sa.select(now(connection))).scalar()
    upsert(connection, servers, {"id": server, "seen": seen}, "seen")


def dead(connection: Connection, named: Collection[str]) -> set[str]:
    """Those of the named processes that have not been heard of for a while."""
    if not named:
        return set()
    alive = sa.select(servers.c.id).where(servers.c.id.in_(named), servers.c.seen > now(connection) - DEAD_SECONDS)
    return set(named) - set(connection.execute(alive).scalars())


def now(connection: Connection) -> Any:
    """Seconds since 1970 by the database's clock: those of several machines may differ."""
    if connection.dialect.name == "sqlite":
        return sa.literal(time.time())
    return sa.extract("epoch", sa.func.clock_timestamp())
