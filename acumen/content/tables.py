"""A table of an article: what stands side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt


@dataclass(frozen=True)
class ComparedRow:
    """What one aspect is in each column."""

    heading: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A Markdown table whose first column names the aspects."""

    columns: tuple[str, ...]
    rows: tuple[ComparedRow, ...]


@lru_cache(maxsize=1024)
def read_comparison(passage: str) -> Comparison | None:
    """The table that a passage is, or None where it is text."""
    tokens = MarkdownIt("commonmark").enable("table").parse(passage)
    if not tokens or tokens[0].type != "table_open":
        return None
    lines: list[list[str]] = []
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            lines.append([])
        elif before.type in ("th_open", "td_open"):
            lines[-1].append(token.content)
    (_, *columns), *rows = lines
    return Comparison(tuple(columns), tuple(ComparedRow(heading, tuple(cells)) for heading, *cells in rows))
