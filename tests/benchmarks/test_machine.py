"""The machine's description."""

from __future__ import annotations

import platform

from benchmarks.machine import Watch, this_machine


def test_a_machine_is_described_without_its_name() -> None:
    """Cores, memory and system are there; the host's name is not."""
    machine = this_machine()
    assert machine.cores >= 1
    assert machine.memory > 0.5
    assert machine.system
    assert platform.node() not in (machine.system, machine.processor)
    assert len(machine.day) == len("2026-01-02")


def test_ones_own_work_is_not_other_work() -> None:
    """A share of the processors, from nothing up to all."""
    watch = Watch()
    sum(range(2_000_000))
    assert 0.0 <= watch.other_work(this_machine().cores) <= 1.1
