"""What a check found, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from acumen.errors import AcumenError, Problem, problem

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One line of the report: what is well, or what is not and what to do."""

    check: str
    level: Level
    what: str
    fault: Problem | None = None

    def __str__(self) -> str:
        return f"{self.level.upper():<5} {self.check}: {self.fault or self.what}"


# A check yields a sentence on what is well, or a problem that the bot runs in spite of; what keeps it from running
# is raised.
Check = Callable[[Path], Iterable[str | Problem]]


def examine(project: Path, checks: Sequence[tuple[str, Check]]) -> Iterator[Finding]:
    """Do all checks; one that fails, or breaks, keeps none from being done."""
    for name, check in checks:
        try:
            for found in check(project):
                if isinstance(found, Problem):
                    yield Finding(name, "warn", found.what, found)
                else:
                    yield Finding(name, "ok", found)
        except AcumenError as error:
            for fault in error.problems:
                yield Finding(name, "fail", fault.what, fault)
        except Exception as error:
            # Only its kind: a driver's message may quote a password.
            fault = problem("ACU342", detail=type(error).__name__)
            yield Finding(name, "fail", fault.what, fault)


def as_json(findings: Iterable[Finding]) -> str:
    """All findings as one JSON array."""
    return json.dumps([_entry(each) for each in findings], indent=2, ensure_ascii=False)


def _entry(finding: Finding) -> dict[str, object]:
    fault = finding.fault
    return {
        "check": finding.check,
        "level": finding.level,
        "what": finding.what,
        "code": fault.code if fault else None,
        "todo": fault.todo if fault else None,
        "file": str(fault.file) if fault and fault.file else None,
        "line": fault.line if fault else None,
    }
