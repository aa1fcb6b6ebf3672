"""Findings on their way out: as lines for people, as JSON, and as SARIF for code review tools."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from string import Formatter
from typing import Any
from urllib.parse import quote

from acumen.content.checking.findings import LEVELS, Finding, Level
from acumen.errors import MESSAGES

SARIF_VERSION = "2.1.0"
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: tuple[Level, ...] = ("error", "warning", "note")


def as_text(findings: Sequence[Finding]) -> str:
    """One line a finding, and a line with their number."""
    lines = [f"{each.level}: {each.problem}" for each in findings]
    counts = [f"{sum(each.level == level for each in findings)} {level}s" for level in _LEVELS]
    return "\n".join([*lines, ", ".join(counts)])


def as_json(findings: Sequence[Finding]) -> str:
    """An object with the list `findings` and the number of each level."""
    counts = {f"{level}s": sum(each.level == level for each in findings) for level in _LEVELS}
    return json.dumps({"findings": [_plain(each) for each in findings], **counts}, ensure_ascii=False, indent=2)


def as_sarif(findings: Sequence[Finding], root: Path) -> str:
    """A SARIF 2.1.0 log; files are named relative to the folder `root`."""
    codes = sorted({each.problem.code for each in findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": _in_general(MESSAGES[code][0])},
            "help": {"text": f"To do: {_in_general(MESSAGES[code][1])}."},
            "defaultConfiguration": {"level": LEVELS.get(code, "error")},
        }
        for code in codes
    ]
    driver = {"name": "acumen check", "rules": rules}
    results = [_result(each, codes, root) for each in findings]
    log = {
        "$schema": SARIF_SCHEMA,
        "version": SARIF_VERSION,
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _in_general(message: str) -> str:
    """A message without the details of one finding."""
    names = {name for _, name, _, _ in Formatter().parse(message) if name}
    return message.format(**dict.fromkeys(names, "…"))


def _plain(finding: Finding) -> dict[str, Any]:
    problem, other = finding.problem, finding.other
    return {
        "code": problem.code,
        "level": finding.level,
        "file": str(problem.file) if problem.file else None,
        "line": problem.line,
        "what": problem.what,
        "todo": problem.todo,
        "other": {"file": str(other.file), "line": other.line} if other else None,
    }


def _result(finding: Finding, codes: list[str], root: Path) -> dict[str, Any]:
    problem, other = finding.problem, finding.other
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": finding.level,
        "message": {"text": f"{problem.what}. To do: {problem.todo}."},
    }
    if problem.file:
        result["locations"] = [_location(problem.file, problem.line, root)]
    if other:
        result["relatedLocations"] = [{"id": 1, **_location(other.file, other.line, root)}]
    return result


def _location(file: Path, line: int | None, root: Path) -> dict[str, Any]:
    full = file.resolve()
    inside = full.is_relative_to(root.resolve())
    uri = quote(full.relative_to(root.resolve()).as_posix()) if inside else full.as_uri()
    place: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}
