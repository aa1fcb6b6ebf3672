"""An article, as the reader of its file and the answering engine see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ACUPUNCTURE, DRY_NEEDLING, BOTH = "acupuncture", "dry-needling", "both"
TECHNIQUES = (ACUPUNCTURE, DRY_NEEDLING, BOTH)


@dataclass(frozen=True)
class Source:
    """The publication whose facts an article retells; only the title is always known."""

    title: str
    author: str | None = None
    role: str | None = None
    publisher: str | None = None
    date: str | None = None

    @property
    def name(self) -> str:
        """Whom to name as the source: the author, else the title."""
        return self.author or f"“{self.title}”"


@dataclass(frozen=True)
class Section:
    """What a patient can ask for: one heading, one anchor, and passages.

    The first passage is the lead: it answers the heading alone. All passages
    are the article's own characters, so that they can be shown verbatim.
    """

    article: str
    anchor: str
    heading: str
    topics: tuple[str, ...]
    passages: tuple[str, ...]
    conditions: frozenset[str] = frozenset()
    technique: str = ACUPUNCTURE
    line: int = 0

    @property
    def lead(self) -> str:
        return self.passages[0]

    @property
    def details(self) -> tuple[str, ...]:
        return self.passages[1:]

    @property
    def key(self) -> str:
        """The section's address in the library: `article#anchor`."""
        return f"{self.article}#{self.anchor}"

    def covers(self, technique: str) -> bool:
        """True when the section's facts hold for `technique`."""
        return self.technique in (technique, BOTH)


@dataclass(frozen=True)
class Article:
    """One file of `data/articles/`; `id` is its name without `.md`. A draft has no days of review."""

    id: str
    title: str
    source: Source
    reviewed: date | None
    review_by: date | None
    sections: tuple[Section, ...]
