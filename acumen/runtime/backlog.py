"""What waits in the database, of all servers that share it, counted when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from acumen.errors import AcumenError
from acumen.storage.database import Database
from acumen.storage.messaging import inbox, outbox
from acumen.storage.website import turns

QUEUES = {
    "website": (turns, turns.c.over.is_(False)),
    "messenger_in": (inbox, inbox.c.done.is_(False)),
    "messenger_out": (outbox, outbox.c.state != "dead"),
    "messenger_given_up": (outbox, outbox.c.state == "dead"),
}


class Backlog(Collector):
    """Messages that wait, and whether the database answers."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def describe(self) -> list[GaugeMetricFamily]:
        """Names what `collect` gives, so that registering asks no database (see parent class)."""
        return [_up(), _waiting()]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Counts (see parent class for full docstring)."""
        up, waiting = _up(), _waiting()
        try:
            with self._database().transaction() as connection:
                counts = _counts(connection)
        except (SQLAlchemyError, AcumenError):
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        for queue, count in counts.items():
            waiting.add_metric([queue], count)
        yield up
        yield waiting


def _up() -> GaugeMetricFamily:
    return GaugeMetricFamily("acumen_database_up", "Whether the database answers.")


def _waiting() -> GaugeMetricFamily:
    text = "Messages in the database that wait or are worked at, of all servers."
    return GaugeMetricFamily("acumen_waiting", text, labels=["queue"])


def _counts(connection: Connection) -> dict[str, int]:
    there = set(sa.inspect(connection).get_table_names())
    return {
        queue: connection.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one()
        for queue, (table, which) in QUEUES.items()
        if table.name in there
    }
