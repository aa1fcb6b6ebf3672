"""All checks, in the order of the report."""

from __future__ import annotations

from acumen.runtime.doctor.channels import channels
from acumen.runtime.doctor.content import articles, clinic, model
from acumen.runtime.doctor.findings import Check
from acumen.runtime.doctor.machine import clock, ports
from acumen.runtime.doctor.stores import conversations, database, disk, locks
from acumen.runtime.doctor.traces import traces

CHECKS: tuple[tuple[str, Check], ...] = (
    ("model", model),
    ("articles", articles),
    ("clinic", clinic),
    ("database", database),
    ("conversations", conversations),
    ("locks", locks),
    ("disk", disk),
    ("channels", channels),
    ("ports", ports),
    ("traces", traces),
    ("clock", clock),
)
