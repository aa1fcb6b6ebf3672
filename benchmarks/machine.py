"""The machine a benchmark ran on, without its name."""

from __future__ import annotations

import os
import platform
import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import busy_seconds


@dataclass(frozen=True)
class Machine:
    """What figures depend on.

    Attributes:
        memory: in GB.
        day: when the benchmark ran, as YYYY-MM-DD.
        other_work: share of the processors, from 0 to 1, that went to what is not part of the benchmark.
    """

    cores: int
    processor: str
    memory: float
    system: str
    python: str
    day: str
    other_work: float = 0.0


class Watch:
    """What the machine does besides, from now on."""

    def __init__(self) -> None:
        self._started, self._busy, self._own = time.perf_counter(), busy_seconds(), _own_seconds()

    def other_work(self, cores: int) -> float:
        """The share of the processors that went elsewhere; servers still running count as elsewhere."""
        wall = time.perf_counter() - self._started
        others = busy_seconds() - self._busy - (_own_seconds() - self._own)
        return max(0.0, others / (wall * cores))


def this_machine() -> Machine:
    """The machine that this runs on."""
    cores = len(os.sched_getaffinity(0))
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    day = datetime.now(UTC).date().isoformat()
    return Machine(cores, _processor(), pages / 1e9, system, platform.python_version(), day)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _own_seconds() -> float:
    """Processor seconds of this process and of the children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
