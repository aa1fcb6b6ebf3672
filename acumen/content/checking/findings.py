"""What a check finds: a problem with its weight, and the second place where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from acumen.errors import Problem

Level = Literal["error", "warning", "note"]

# A code that does not stand here is a fault that keeps the bot from starting: an error.
LEVELS: dict[str, Level] = {
    "ACU123": "warning",
    "ACU160": "warning",
    "ACU161": "warning",
    "ACU162": "warning",
    "ACU163": "warning",
    "ACU164": "warning",
    "ACU165": "warning",
    "ACU166": "note",
    "ACU167": "note",
    "ACU168": "warning",
    "ACU169": "error",
    "ACU170": "warning",
    "ACU171": "warning",
}


@dataclass(frozen=True)
class Place:
    """A line of a file."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Finding:
    """A problem of an article, and the other place where two do not go together."""

    problem: Problem
    other: Place | None = None

    @property
    def level(self) -> Level:
        return LEVELS.get(self.problem.code, "error")
