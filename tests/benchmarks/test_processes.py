"""Servers as processes: what they use, and that nothing is left of them."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.processes import Server, Usage, busy_seconds, free_port, running

CHILD = "import time; x = bytearray(30_000_000); time.sleep(60)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def python(code: str, folder: Path) -> Server:
    return Server([sys.executable, "-c", code], folder, folder / "log", {})


def wait_for(server: Server, memory: int) -> Usage:
    """The usage once it is above so many bytes."""
    deadline = time.monotonic() + 20
    while server.usage().memory < memory:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return server.usage()


def test_children_count_and_end_with_their_server(tmp_path: Path) -> None:
    """Memory is that of all processes, and none of them outlives the block."""
    with running([python(PARENT, tmp_path)]) as (server,):
        assert wait_for(server, 30_000_000).cpu > 0
    assert server.usage() == Usage()
    assert not server.running


def test_a_server_that_will_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ignores the request to end does not hold up the benchmark."""
    monkeypatch.setattr("benchmarks.processes.STOP_SECONDS", 0.2)
    with running([python(STUBBORN, tmp_path)]) as (server,):
        deadline = time.monotonic() + 20
        while "up" not in (tmp_path / "log").read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
    assert not server.running


def test_a_server_is_stopped_when_the_benchmark_fails(tmp_path: Path) -> None:
    """An error in the block leaves no process behind."""
    servers = [python(CHILD, tmp_path)]
    with suppress(ZeroDivisionError), running(servers):
        1 / 0  # noqa: B018
    assert not servers[0].running


def test_the_environment_is_added_to_ones_own(tmp_path: Path) -> None:
    """What a bot needs is set beside what is there anyway."""
    code = "import os; print(os.environ['ADDED'], 'PATH' in os.environ)"
    server = Server([sys.executable, "-c", code], tmp_path, tmp_path / "log", {"ADDED": "yes"})
    deadline = time.monotonic() + 20
    while server.running and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (tmp_path / "log").read_text() == "yes True\n"


def test_the_machine_grows_busier() -> None:
    """The processor time of the whole machine only grows."""
    before = busy_seconds()
    sum(range(3_000_000))
    assert busy_seconds() >= before > 0


def test_a_free_port_can_be_listened_on() -> None:
    """A port that is said to be free is one."""
    assert 1024 < free_port() < 65536
