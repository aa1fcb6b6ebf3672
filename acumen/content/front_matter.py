"""The settings at the top of an article, checked by a schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError

from acumen.content.article import Source
from acumen.content.schema import Fault, faults
from acumen.errors import AcumenError, Problem, problem

FENCE = "---"


@dataclass(frozen=True)
class FrontMatter:
    """An article's settings, and the number of lines they take."""

    title: str
    source: Source
    reviewed: date | None
    review_by: date | None
    lines: int


def read_front_matter(text: str, file: Path) -> FrontMatter:
    """Read and check the block between the first two `---` lines of `text`.

    Raises:
        AcumenError: ACU101 without a block, ACU102 when it is no YAML, ACU103
            for each setting that is missing, unknown or of the wrong kind.
    """
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE or FENCE not in (line.strip() for line in lines[1:]):
        raise AcumenError(problem("ACU101", file=file, line=1))
    end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == FENCE)
    settings = _parse("\n".join(lines[1:end]), file)
    _check(settings, file)
    return FrontMatter(
        title=settings["title"],
        source=Source(**settings["source"]),
        reviewed=_day(settings["reviewed"]),
        review_by=_day(settings["review_by"]),
        lines=end + 1,
    )


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _parse(block: str, file: Path) -> Any:
    try:
        yaml = YAML(typ="rt")
        yaml.Constructor = _DatesAsText
        return yaml.load(StringIO(block)) or {}
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise AcumenError(problem("ACU102", file=file, line=line, detail=error.problem)) from error


def _check(settings: Any, file: Path) -> None:
    found = [_describe(fault, file) for fault in faults(settings, "article.schema.json")]
    if found:
        raise AcumenError(*found)


def _describe(fault: Fault, file: Path) -> Problem:
    detail = f"'{fault.name}': {fault.message}" if fault.name else fault.message
    # The block begins on the second line of the file; its fence stands for what it lacks.
    return problem("ACU103", file=file, line=(fault.line or 0) + 1, detail=detail)


class _DatesAsText(RoundTripConstructor):
    """Leaves dates to the schema: YAML itself stops at a day that no calendar has."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", _DatesAsText.construct_yaml_str)
