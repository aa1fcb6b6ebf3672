"""A text as converters hand it on: who wrote what, and its blocks in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Items:
    """A list; each item is one line of text."""

    texts: tuple[str, ...]


Block: TypeAlias = Heading | Paragraph | Items


@dataclass(frozen=True)
class Document:
    """What a converter found; whatever the file does not say is None."""

    blocks: tuple[Block, ...]
    title: str | None = None
    author: str | None = None
    role: str | None = None
    publisher: str | None = None
    date: str | None = None


def lines_of(block: Block) -> tuple[str, ...]:
    """The block's lines of text."""
    return block.texts if isinstance(block, Items) else (block.text,)


def words_in(blocks: tuple[Block, ...]) -> list[str]:
    """All words of the blocks, in order."""
    return [word for block in blocks for line in lines_of(block) for word in line.split()]
