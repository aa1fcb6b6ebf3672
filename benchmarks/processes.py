"""The servers of a bot: started, watched and stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 20
POLL_SECONDS = 0.02
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """What processes have used so far.

    Attributes:
        cpu: seconds of processor time, in user and system mode.
        memory: bytes resident now.
    """

    cpu: float = 0.0
    memory: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.cpu + other.cpu, self.memory + other.memory)


class Server:
    """A command in a session of its own, which makes its children known by it."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str]) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def usage(self) -> Usage:
        """What the command and its children use."""
        return sum((_usage(stat) for stat in _stats(self._process.pid)), Usage())

    def stop(self) -> None:
        """Ask the command to end, then end it with its children."""
        if self.running:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        while left := _stats(self._process.pid):
            for stat in left:
                _kill(int(stat[0]))
            time.sleep(POLL_SECONDS)
        self._process.wait()


@contextmanager
def running(servers: Sequence[Server]) -> Iterator[Sequence[Server]]:
    """Stop the servers when the block is left, whatever happens in it."""
    try:
        yield servers
    finally:
        for server in servers:
            server.stop()


def total(servers: Sequence[Server]) -> Usage:
    """What all servers use together."""
    return sum((server.usage() for server in servers), Usage())


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def busy_seconds() -> float:
    """Processor seconds that the whole machine has spent since it started."""
    fields = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _, _, interrupts, soft = (int(field) for field in fields[:7])
    return (user + nice + system + interrupts + soft) / TICKS


def _stats(session: int) -> list[list[str]]:
    """The fields of /proc/PID/stat, without the name, of all processes of a session that have not ended."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            content = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has just ended
            continue
        # The name stands in parentheses and may hold anything; after it come state, parent, group and session.
        fields = [folder.name, *content.rpartition(")")[2].split()]
        if int(fields[4]) == session and fields[1] != "Z":
            found.append(fields)
    return found


def _usage(stat: list[str]) -> Usage:
    return Usage((int(stat[12]) + int(stat[13])) / TICKS, int(stat[22]) * PAGE)


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
