"""Several processes on real servers: what `benchmarks/faults.py` does at length, in small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults import is_good, overlaps
from benchmarks.servers import Postgres, Redis

SCENARIOS = ["races-redis", "races-postgres", "kills-redis", "postgres-restart-postgres", "redis-restart-redis"]
GOOD = {"turns": 4, "acknowledged": 4, "lost": 0, "doubled or torn": 0, "overlaps": 0, "lock errors": 0}


@pytest.mark.servers
@pytest.mark.skipif(bool(Postgres.missing() or Redis.missing()), reason="needs PostgreSQL and Redis from packages")
def test_no_turn_is_lost_or_doubled(project: Path):
    """Double sends, processes that are killed and servers that start again: each turn is kept once."""
    size = ["--conversations", "20", "--turns", "5", "--kill-seconds", "4"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", *SCENARIOS, *size],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["scenario"] for result in results] == SCENARIOS
    assert all(result["acknowledged"] == 200 for result in results)


@pytest.mark.parametrize(
    "fault", [{"acknowledged": 3}, {"lost": 1}, {"doubled or torn": 1}, {"overlaps": 1}, {"lock errors": 1}]
)
def test_faults_are_noticed(fault: dict[str, int]):
    """A single fault fails a run; while the server of the locks is away, two may overlap."""
    assert is_good(GOOD, calm=True)
    assert not is_good({**GOOD, **fault}, calm=True)
    assert is_good({**GOOD, **fault}, calm=False) == bool({"overlaps", "lock errors"} & set(fault))


def test_overlaps_are_counted():
    """Turns of one conversation that share a moment overlap; those of two conversations do not."""
    turns = [("a", 1.0, 2.0), ("a", 2.0, 3.0), ("b", 1.5, 4.0), ("b", 3.0, 3.5), ("b", 3.6, 5.0)]
    notes = [{"task": [name, 0, 0], "begun": begun, "ended": ended} for name, begun, ended in turns]

    assert overlaps(notes) == 2
