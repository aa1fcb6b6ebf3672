"""The settings at the top of an article, checked by a schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError

from acumen.content.article import Source
from acumen.errors import AcumenError, problem

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
    checker = jsonschema.Draft202012Validator(_schema(), format_checker=jsonschema.FormatChecker())
    found = sorted(checker.iter_errors(_plain(settings)), key=lambda error: list(error.absolute_path))
    if found:
        raise AcumenError(*(_describe(error, settings, file) for error in found))


def _describe(error: jsonschema.ValidationError, settings: Any, file: Path) -> Any:
    path = list(error.absolute_path)
    name = ".".join(str(part) for part in path)
    detail = f"'{name}': {error.message}" if name else error.message
    return problem("ACU103", file=file, line=_line_of(path, settings), detail=detail)


def _line_of(path: list[Any], settings: Any) -> int:
    """Find the line of the setting at `path`, counted in the file from 1."""
    line, node = 1, settings
    for part in path:
        if not hasattr(node, "lc") or part not in node:
            break
        line, node = node.lc.key(part)[0] + 2, node[part]
    return line


def _plain(node: Any) -> Any:
    """Turn YAML's mappings into what JSON Schema knows."""
    return {key: _plain(value) for key, value in node.items()} if isinstance(node, dict) else node


class _DatesAsText(RoundTripConstructor):
    """Leaves dates to the schema: YAML itself stops at a day that no calendar has."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", _DatesAsText.construct_yaml_str)


@cache
def _schema() -> Any:
    return json.loads(files("acumen.content").joinpath("article.schema.json").read_text(encoding="utf-8"))
