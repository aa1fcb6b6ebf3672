"""The reply: a small typed tree that every channel renders in its own way."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal[
    "answer", "clarify", "not_covered", "off_topic", "emergency", "crisis", "urgent", "caution", "chitchat"
]


@dataclass(frozen=True)
class Citation:
    """A passage, word for word, and where it stands."""

    article: str
    section: str
    passage: str
    heading: str
    title: str
    author: str | None = None
    date: str | None = None

    @property
    def source(self) -> tuple[str, str]:
        """What a number stands for: several passages of one section share theirs."""
        return self.article, self.section


@dataclass(frozen=True)
class Text:
    """A paragraph in the bot's own voice: never a claim about the subject."""

    text: str


@dataclass(frozen=True)
class ClinicAnswer:
    """What the clinic itself says, in its own words; no article stands behind it."""

    text: str
    # Its name; empty where it has told none.
    clinic: str


@dataclass(frozen=True)
class Row:
    """A line of a table: one passage a column."""

    heading: str
    cells: tuple[Citation, ...]


@dataclass(frozen=True)
class Table:
    """Passages side by side, for a comparison."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Button:
    """A suggestion; pressing it says its title, so it works on every channel."""

    title: str


Block = Text | Citation | ClinicAnswer | Table
# What a block of one part is called on its way.
_NAMES: dict[type, str] = {Text: "text", Citation: "citation", ClinicAnswer: "clinic"}
_KINDS = {name: kind for kind, name in _NAMES.items()}


@dataclass(frozen=True)
class Reply:
    """What the bot says in one turn."""

    outcome: Outcome
    blocks: tuple[Block, ...]
    topics: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every passage, those in the cells of tables too, in order of appearance."""
        return tuple(citation for block in self.blocks for citation in _citations(block))

    def numbers(self) -> dict[tuple[str, str], int]:
        """The number of each source, counted from 1 in order of appearance."""
        return {source: number for number, source in enumerate(self.sources(), 1)}

    def sources(self) -> dict[tuple[str, str], Citation]:
        """The first citation of each source, in order of appearance."""
        first: dict[tuple[str, str], Citation] = {}
        for citation in self.citations:
            first.setdefault(citation.source, citation)
        return first

    def to_dict(self) -> dict[str, Any]:
        """The reply as JSON values, as it travels through Rasa to the channels."""
        return {
            "outcome": self.outcome,
            "blocks": [_values(block) for block in self.blocks],
            "topics": list(self.topics),
            "buttons": [asdict(button) for button in self.buttons],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Reply:
        """Make the reply that `to_dict` wrote.

        Raises:
            KeyError, TypeError: when `values` were not written by `to_dict`.
        """
        return cls(
            outcome=values["outcome"],
            blocks=tuple(_block(dict(block)) for block in values["blocks"]),
            topics=tuple(values["topics"]),
            buttons=tuple(Button(**button) for button in values["buttons"]),
        )


def _citations(block: Block) -> tuple[Citation, ...]:
    if isinstance(block, Table):
        return tuple(cell for row in block.rows for cell in row.cells)
    return (block,) if isinstance(block, Citation) else ()


def _values(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [{"heading": row.heading, "cells": [_values(cell) for cell in row.cells]} for row in block.rows]
        return {"type": "table", "columns": list(block.columns), "rows": rows}
    return {"type": _NAMES[type(block)], **asdict(block)}


def _block(values: dict[str, Any]) -> Block:
    kind = values.pop("type")
    if kind == "table":
        return Table(tuple(values["columns"]), tuple(_row(row) for row in values["rows"]))
    block: Block = _KINDS[kind](**values)
    return block


def _row(values: dict[str, Any]) -> Row:
    cells = [{key: value for key, value in cell.items() if key != "type"} for cell in values["cells"]]
    return Row(values["heading"], tuple(Citation(**cell) for cell in cells))


def plain_text(reply: Reply) -> str:
    """All the patient reads, for channels that show nothing but text."""
    numbers = reply.numbers()
    paragraphs = [_paragraph(block, numbers) for block in reply.blocks]
    sources = [f"[{number}] {describe(citation)}" for number, citation in enumerate(reply.sources().values(), 1)]
    if sources:
        paragraphs.append("\n".join(["Sources:", *sources]))
    return "\n\n".join(paragraphs)


def _paragraph(block: Block, numbers: dict[tuple[str, str], int]) -> str:
    if isinstance(block, Citation):
        return f"{block.passage} [{numbers[block.source]}]"
    if isinstance(block, Text):
        return block.text
    if isinstance(block, ClinicAnswer):
        return f"{attribution(block)}\n{block.text}"
    return "\n\n".join(_line(block.columns, row, numbers) for row in block.rows)


def _line(columns: tuple[str, ...], row: Row, numbers: dict[tuple[str, str], int]) -> str:
    cells = [f"{name}: {_paragraph(cell, numbers)}" for name, cell in zip(columns, row.cells, strict=True)]
    return "\n".join([f"{row.heading}:", *cells])


def attribution(answer: ClinicAnswer) -> str:
    """Say that an answer is the clinic's own."""
    return f"From {answer.clinic or 'the clinic'}:"


def describe(citation: Citation) -> str:
    """Name a source for a reader: author, printed title, and the section it is from."""
    who = f"{citation.author}, " if citation.author else ""
    return f"{who}“{citation.title}”: {citation.heading}"
