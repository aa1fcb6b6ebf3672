"""Checking settings in YAML by a JSON schema, with the line of each fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema


@dataclass(frozen=True)
class Fault:
    """A setting that is not as the schema wants it."""

    # The names that lead to the setting, joined by dots; empty for the settings as a whole.
    name: str
    message: str
    # Counted from 1 in the text that was parsed; None where the fault is that something is missing there.
    line: int | None


def faults(settings: Any, schema: str) -> Iterator[Fault]:
    """Yield what is wrong with settings that YAML's round-trip loader read.

    Args:
        settings: what was read.
        schema: file name of a schema in this package.
    """
    checker = jsonschema.Draft202012Validator(_schema(schema), format_checker=jsonschema.FormatChecker())
    for error in sorted(checker.iter_errors(plain(settings)), key=lambda error: [str(part) for part in error.path]):
        path = list(error.absolute_path)
        yield Fault(".".join(str(part) for part in path), error.message, _line_of([*path, *_unknown(error)], settings))


def plain(node: Any) -> Any:
    """Turn YAML's mappings into what JSON Schema knows."""
    return {key: plain(value) for key, value in node.items()} if isinstance(node, dict) else node


def _unknown(error: jsonschema.ValidationError) -> list[Any]:
    """The first setting that the schema does not know, if that is the fault."""
    if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
        return []
    schema: Any = error.schema
    return [name for name in error.instance if name not in schema.get("properties", {})][:1]


def _line_of(path: list[Any], settings: Any) -> int | None:
    line, node = None, settings
    for part in path:
        if not hasattr(node, "lc") or part not in node:
            break
        line, node = node.lc.key(part)[0] + 1, node[part]
    return line


@cache
def _schema(name: str) -> Any:
    return json.loads(files("acumen.content").joinpath(name).read_text(encoding="utf-8"))
