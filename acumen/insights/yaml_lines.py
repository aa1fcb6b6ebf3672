"""Adding lines to a YAML file that people write: nothing else in it changes, comments and alignment included."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


def load(text: str) -> Any:
    """The content of a YAML text; its lists know in which lines they stand.

    Raises:
        ValueError: for a text that is no YAML, with a sentence about it.
    """
    try:
        return YAML(typ="rt").load(StringIO(text))
    except YAMLError as error:
        raise ValueError("it is not valid YAML") from error


def add_item(text: str, find: Callable[[Any], Any], index: int, item: str, value: Any) -> str:
    """Add an item to a list, on a line of its own.

    Args:
        text: the file.
        find: takes the list out of the file's content.
        index: the item that the new one follows.
        item: the new item as it is written.
        value: the new item as it is read.

    Raises:
        ValueError: when the list is not written an item a line, with a sentence about it.
    """
    items = find(load(text))
    line, column = items.lc.item(index)
    lines = _lines(text)
    lines.insert(line + 1, f"{lines[line][:column]}{item}\n")
    after = "".join(lines)
    expected = [*items[: index + 1], value, *items[index + 1 :]]
    return _checked(after, lambda content: find(content) == expected, "a list is not written with an item a line")


def append(text: str, lines: str, holds: Callable[[Any], bool]) -> str:
    """Add lines at the end; `holds` says whether what is read then is what was meant.

    Raises:
        ValueError: when it is not, with a sentence about it.
    """
    return _checked("".join(_lines(text)) + lines, holds, "its last entry is written in another way")


def _lines(text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines


def _checked(text: str, holds: Callable[[Any], bool], fault: str) -> str:
    try:
        right = holds(load(text))
    except (ValueError, LookupError, TypeError, AttributeError):
        right = False
    if not right:
        raise ValueError(fault)
    return text
