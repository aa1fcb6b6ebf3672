"""The reply: a small typed tree that every channel renders in its own way."""

from __future__ import annotations

from collections.abc import Iterator
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
class Button:
    """A suggestion; pressing it says its title, so it works on every channel."""

    title: str


Block = Text | Citation


@dataclass(frozen=True)
class Reply:
    """What the bot says in one turn."""

    outcome: Outcome
    blocks: tuple[Block, ...]
    topics: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Citation))

    def numbered(self) -> Iterator[tuple[Block, int | None]]:
        """Yield each block with the number of its source, counted from 1 in order of appearance."""
        numbers = {source: number for number, source in enumerate(self.sources(), 1)}
        for block in self.blocks:
            yield block, numbers[block.source] if isinstance(block, Citation) else None

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
            "blocks": [{"type": type(block).__name__.lower(), **asdict(block)} for block in self.blocks],
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


def _block(values: dict[str, Any]) -> Block:
    return Text(**values) if values.pop("type") == "text" else Citation(**values)


def plain_text(reply: Reply) -> str:
    """All the patient reads, for channels that show nothing but text."""
    paragraphs = [
        f"{block.passage} [{number}]" if isinstance(block, Citation) else block.text
        for block, number in reply.numbered()
    ]
    sources = [f"[{number}] {describe(citation)}" for number, citation in enumerate(reply.sources().values(), 1)]
    if sources:
        paragraphs.append("\n".join(["Sources:", *sources]))
    return "\n\n".join(paragraphs)


def describe(citation: Citation) -> str:
    """Name a source for a reader: author, printed title, and the section it is from."""
    who = f"{citation.author}, " if citation.author else ""
    return f"{who}“{citation.title}”: {citation.heading}"
