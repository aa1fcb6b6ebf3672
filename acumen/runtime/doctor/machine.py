"""Ports and the clock."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from acumen.errors import AcumenError, Problem, problem
from acumen.runtime.metrics import metrics_address
from acumen.storage.database import Database, database_url, reason

PORT = 5005
# A session's token, a vendor's signature and the order of a conversation go by the clock.
MOST_SECONDS = 5


def ports(_: Path) -> Iterator[str | Problem]:
    """The port that `acumen serve` takes unless it is told another, and that of the metrics.

    Raises:
        AcumenError: ACU340 when the metrics' address is none.
    """
    places = [("127.0.0.1", PORT), *([metrics] if (metrics := metrics_address()) else [])]
    for host, port in places:
        if _taken(host, port):
            yield problem("ACU352", port=port)
        else:
            yield f"{port} is free"


def clock(_: Path) -> Iterator[str | Problem]:
    """The machine's clock agrees with that of the database.

    Raises:
        AcumenError: ACU302 or ACU303.
    """
    database = Database(database_url())
    try:
        if database.is_sqlite:
            yield time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
            return
        with database.transaction() as connection:
            theirs = float(connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")))
    except SQLAlchemyError as error:
        raise AcumenError(problem("ACU303", detail=reason(error))) from error
    finally:
        database.close()
    apart = abs(time.time() - theirs)
    yield problem("ACU353", seconds=round(apart)) if apart > MOST_SECONDS else "as that of the database"


def _taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        return True
    return False
