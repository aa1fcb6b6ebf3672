"""The faults that Acumen reports to its operator."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from acumen.errors import MESSAGES, AcumenError, problem

CODE = re.compile(r"^\|\s*`?(ACU\d{3})`?\s*\|", re.MULTILINE)


def details(code: str) -> dict[str, str]:
    """A value for each detail that a message asks for, told apart by its name."""
    names = {name for text in MESSAGES[code] for _, name, _, _ in Formatter().parse(text) if name}
    return {name: f"<{name}>" for name in names}


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_can_be_written(code: str):
    """A message says what happened and what to do, with all its details."""
    given = details(code)
    text = str(problem(code, **given))

    assert text.startswith(f"{code} ")
    assert ". To do: " in text
    assert text.endswith(".")
    assert ".." not in text
    assert all(value in text for value in given.values())


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, "ACU101 "),
        ({"file": Path("a.md")}, "a.md: ACU101 "),
        ({"file": Path("a.md"), "line": 7}, "a.md:7: ACU101 "),
    ],
    ids=["nowhere", "file", "file and line"],
)
def test_place_comes_first(place: dict[str, object], expected: str):
    """A fault begins with file and line, as editors and terminals can follow them."""
    assert str(problem("ACU101", **place)).startswith(expected)


def test_error_tells_every_problem():
    """An error is one line a problem, and hands the problems on."""
    problems = [problem("ACU101", file=Path("a.md"), line=1), problem("ACU110", folder="articles")]
    error = AcumenError(*problems)

    assert str(error).splitlines() == [str(each) for each in problems]
    assert error.problems == tuple(problems)


@pytest.mark.parametrize("code", MESSAGES)
def test_a_detail_cannot_change_the_message(code: str):
    """A detail that looks like a placeholder, such as a line of YAML, is shown as it is."""
    text = str(problem(code, **dict.fromkeys(details(code), "{detail} {0}")))

    assert ("{detail} {0}" in text) is bool(details(code))


def test_every_code_is_documented_once(project: Path):
    """The page for operators has a row for each code, and none for a code that does not exist."""
    documented = CODE.findall((project / "docs" / "errors.md").read_text(encoding="utf-8"))

    assert sorted(documented) == sorted(MESSAGES)
