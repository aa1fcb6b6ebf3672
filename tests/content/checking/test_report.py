"""Findings for people, as JSON and as SARIF."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acumen.content.checking.findings import LEVELS, Finding, Place
from acumen.content.checking.report import as_json, as_sarif, as_text
from acumen.errors import MESSAGES, problem


@pytest.fixture
def findings(tmp_path: Path) -> list[Finding]:
    """An error without a place, a warning, and a note with two places."""
    file = tmp_path / "data" / "a file.md"
    return [
        Finding(problem("ACU110", folder="data/articles")),
        Finding(problem("ACU168", file=file, line=7, words="cures")),
        Finding(problem("ACU166", file=file, line=9, other="b.md:3"), Place(Path("/elsewhere/b.md"), 3)),
    ]


def test_lines_for_people(findings: list[Finding]):
    """Each finding is a line with its level; the last line counts them."""
    *lines, last = as_text(findings).splitlines()

    assert [line.split(":")[0] for line in lines] == ["error", "warning", "note"]
    assert last == "1 errors, 1 warnings, 1 notes"
    assert as_text([]) == "0 errors, 0 warnings, 0 notes"


def test_json(findings: list[Finding]):
    """Programs get the same, each part by its name."""
    report = json.loads(as_json(findings))

    assert (report["errors"], report["warnings"], report["notes"]) == (1, 1, 1)
    first, second, third = report["findings"]
    assert (first["code"], first["file"], first["line"], first["other"]) == ("ACU110", None, None, None)
    assert (second["level"], second["line"]) == ("warning", 7)
    assert second["todo"]
    assert third["other"] == {"file": "/elsewhere/b.md", "line": 3}


def test_sarif(findings: list[Finding], tmp_path: Path):
    """The log has the shape of SARIF 2.1.0: each result names its rule, and its place relative to the project."""
    log = json.loads(as_sarif(findings, tmp_path))

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert [rules[each["ruleIndex"]]["id"] for each in results] == ["ACU110", "ACU168", "ACU166"]
    assert [each["ruleId"] for each in results] == ["ACU110", "ACU168", "ACU166"]
    assert [each["level"] for each in results] == ["error", "warning", "note"]
    assert all(each["message"]["text"] for each in results)
    assert "{" not in json.dumps([rule["shortDescription"] for rule in rules]).replace('{"text"', "")
    assert "locations" not in results[0]
    place = results[1]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "data/a%20file.md"}, "region": {"startLine": 7}}
    related = results[2]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert related == "file:///elsewhere/b.md"


def test_sarif_of_nothing(tmp_path: Path):
    """Without findings the log says that the check ran and found none."""
    (run,) = json.loads(as_sarif([], tmp_path))["runs"]

    assert run["results"] == []


def test_levels_are_of_known_codes():
    """Every code with a level of its own is one that can be reported."""
    assert set(LEVELS) <= set(MESSAGES)
