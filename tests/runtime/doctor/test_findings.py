"""What checks found, and how it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from acumen.errors import AcumenError, Problem, problem
from acumen.runtime.doctor.findings import as_json, examine

PASSWORD = "hunter2"


def well(_: Path) -> Iterator[str | Problem]:
    yield "all is well"
    yield problem("ACU350")


def faulty(_: Path) -> Iterator[str | Problem]:
    yield "this is well"
    raise AcumenError(problem("ACU110", folder="a"), problem("ACU101", file=Path("a.md"), line=3))


def broken(_: Path) -> Iterator[str | Problem]:
    raise RuntimeError(f"no server takes {PASSWORD}")


@pytest.fixture
def found() -> list:
    return list(examine(Path(), [("first", well), ("second", faulty), ("third", broken), ("last", well)]))


def test_every_check_is_done(found: list) -> None:
    """Faults and even a check that breaks leave the others to be done; what a check had found before stays."""
    assert [(each.check, each.level, each.fault and each.fault.code) for each in found] == [
        ("first", "ok", None),
        ("first", "warn", "ACU350"),
        ("second", "ok", None),
        ("second", "fail", "ACU110"),
        ("second", "fail", "ACU101"),
        ("third", "fail", "ACU342"),
        ("last", "ok", None),
        ("last", "warn", "ACU350"),
    ]


def test_lines_begin_with_the_level(found: list) -> None:
    """A line says how it is, of what, and with which code; what a check that broke has said is not told."""
    lines = [str(each) for each in found]

    assert lines[0] == "OK    first: all is well"
    assert lines[1].startswith("WARN  first: ACU350 ")
    assert lines[4].startswith("FAIL  second: a.md:3: ACU101 ")
    assert PASSWORD not in "".join(lines) + as_json(found)


def test_json(found: list) -> None:
    """Programs read the same, field by field."""
    entries = json.loads(as_json(found))

    assert len(entries) == len(found)
    assert (
        entries[4].items() >= {"check": "second", "level": "fail", "code": "ACU101", "file": "a.md", "line": 3}.items()
    )
    assert entries[0]["code"] is None
