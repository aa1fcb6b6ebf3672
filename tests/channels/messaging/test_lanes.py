"""Leases: one works at a conversation, and a dead one's work is taken over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from acumen.channels.messaging import lanes
from acumen.channels.messaging.lanes import Lane, LeaseLostError, call_for, claim
from acumen.storage.database import Database
from acumen.storage.messaging import MESSAGING


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Database]]:
    """One database, opened as four processes would."""
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/acumen.db" if is_file else request.getfixturevalue("postgres").url
    opened = [Database(url) for _ in range(4)]
    opened[0].create(MESSAGING)
    yield opened
    MESSAGING.drop_all(opened[0].engine)
    for each in opened:
        each.close()


def test_each_lane_is_claimed_once(databases: list[Database]):
    """Whoever claims at the same time gets another conversation, or nothing."""
    with databases[0].transaction() as connection:
        call_for(connection, "turn", "whatsapp", [f"c{n}" for n in range(20)], 1.0)
    claimed: list[Lane] = []

    def work(database: Database) -> None:
        while True:
            with database.transaction() as connection:
                lane = claim(connection, "turn", "whatsapp")
            if lane is None:
                return
            claimed.append(lane)

    threads = [threading.Thread(target=work, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(lane.conversation for lane in claimed) == sorted(f"c{n}" for n in range(20))


def test_dead_holders_lane_is_taken_over(databases: list[Database], monkeypatch: pytest.MonkeyPatch):
    """A lease that is not renewed ends, and who lost it cannot change anything any more."""
    monkeypatch.setattr(lanes, "LEASE_SECONDS", -1.0)
    with databases[0].transaction() as connection:
        call_for(connection, "turn", "whatsapp", ["c"], 1.0)
        first = claim(connection, "turn", "whatsapp")
        second = claim(connection, "turn", "whatsapp")

        assert first
        assert second
        with pytest.raises(LeaseLostError):
            first.release(connection, None)
        second.release(connection, None)
        assert claim(connection, "turn", "whatsapp") is None


def test_what_comes_while_it_is_held_is_not_forgotten(databases: list[Database]):
    """The earliest time counts, and kinds of work and channels do not mix."""
    with databases[0].transaction() as connection:
        call_for(connection, "turn", "whatsapp", ["c"], 2.0)
        call_for(connection, "turn", "whatsapp", ["c"], 1.0)
        call_for(connection, "turn", "whatsapp", ["c"], 3.0)
        assert claim(connection, "send", "whatsapp") is None
        assert claim(connection, "turn", "telegram") is None
        lane = claim(connection, "turn", "whatsapp")
        assert lane
        assert claim(connection, "turn", "whatsapp") is None
        lane.release(connection, 1.0)
        assert claim(connection, "turn", "whatsapp")
