"""What waits in the database."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from acumen.runtime.backlog import Backlog
from acumen.storage.database import Database, database_url, shared_database
from acumen.storage.messaging import MESSAGING, outbox
from acumen.storage.website import WEBSITE, conversations, turns


def counted(backlog: Backlog) -> dict[str, float]:
    """Each sample's value, by its name or that of its queue."""
    samples = [sample for family in backlog.collect() for sample in family.samples]
    return {sample.labels.get("queue", sample.name): sample.value for sample in samples}


@pytest.fixture
def database() -> Database:
    return shared_database(database_url())


def test_queues_are_counted(database: Database) -> None:
    """What runs or waits counts, what is over does not; what was given up counts by itself."""
    database.create(WEBSITE)
    database.create(MESSAGING)
    turn = {"conversation_id": "a", "number": 1, "text": "", "at": 0.0, "size": 0, "server": "s"}
    call = {"channel": "w", "conversation": "a", "attempts": 0, "due": 0.0, "made": 0.0, "reason": "", "sealed": ""}
    with database.transaction() as connection:
        connection.execute(sa.insert(conversations).values(id="a", last_event=0, size=0, used=0.0))
        connection.execute(sa.insert(turns), [{**turn, "id": str(i), "over": i > 1} for i in range(5)])
        states = ("waiting", "sending", "dead")
        connection.execute(sa.insert(outbox), [{**call, "key": state, "state": state} for state in states])

    assert counted(Backlog(lambda: database)) == {
        "acumen_database_up": 1,
        "website": 2,
        "messenger_in": 0,
        "messenger_out": 2,
        "messenger_given_up": 1,
    }


def test_channels_that_were_never_open(database: Database) -> None:
    """Without a messenger there are no tables of one, and nothing is said of them."""
    assert counted(Backlog(lambda: database)) == {"acumen_database_up": 1}


def test_database_that_is_away(tmp_path: Path) -> None:
    """The metrics say so, and give what they have."""
    folder = tmp_path / "gone"
    database = Database(f"sqlite:///{folder}/a.db")
    folder.rmdir()

    assert counted(Backlog(lambda: database)) == {"acumen_database_up": 0}
