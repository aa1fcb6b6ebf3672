"""One article as a page shows it: its sections, what the chat quoted, and what search engines are told."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from acumen.answering.links import passage_key
from acumen.content.article import Article, Section
from acumen.content.tables import Comparison, read_comparison
from acumen.site.pages import Site, article_path
from acumen.site.prose import Part, passage_parts

DESCRIPTION_LENGTH = 160
WORDS_A_MINUTE = 200


@dataclass(frozen=True)
class Passage:
    """A passage: a table, or else paragraphs and lists; and whether an answer that the reader comes from quotes it."""

    parts: list[Part]
    table: Comparison | None
    # The table's lines: a heading, and of each cell its text and whether it is quoted.
    rows: list[tuple[str, list[tuple[str, bool]]]]
    quoted: bool
    begins_quote: bool

    @property
    def marked(self) -> bool:
        """True when something in it is marked."""
        return self.quoted or any(quoted for _, cells in self.rows for _, quoted in cells)


@dataclass(frozen=True)
class SectionView:
    """A section with its passages."""

    anchor: str
    heading: str
    passages: list[Passage]


@dataclass(frozen=True)
class ArticleView:
    """What the template shows of an article."""

    article: Article
    sections: list[SectionView]
    description: str
    minutes: int
    overdue: bool
    data: dict[str, Any]

    @property
    def quotes(self) -> bool:
        """True when a passage is marked."""
        return any(passage.marked for section in self.sections for passage in section.passages)


def view_article(site: Site, article: Article, quoted: Collection[str], today: date) -> ArticleView:
    """Prepare an article for its page.

    Args:
        site: whose article it is.
        article: the article.
        quoted: keys of the passages to mark; those of passages that have changed since mark nothing.
        today: decides whether the review is overdue.
    """
    words = sum(len(passage.split()) for section in article.sections for passage in section.passages)
    return ArticleView(
        article=article,
        sections=[_section(section, quoted) for section in article.sections],
        description=describe(article),
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        overdue=article.review_by is not None and article.review_by < today,
        data=structured_data(site, article),
    )


def describe(article: Article) -> str:
    """The beginning of the article, as the result list of a search engine shows it."""
    return textwrap.shorten(article.sections[0].lead, DESCRIPTION_LENGTH, placeholder=" …")


def structured_data(site: Site, article: Article) -> dict[str, Any]:
    """The article in the words of schema.org; addresses are relative to the page."""
    source = article.source
    based_on: dict[str, Any] = {"@type": "CreativeWork", "name": source.title}
    if source.author:
        role = {"jobTitle": source.role} if source.role else {}
        based_on["author"] = {"@type": "Person", "name": source.author, **role}
    if source.publisher:
        based_on["publisher"] = {"@type": "Organization", "name": source.publisher}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage",
        "headline": article.title,
        "description": describe(article),
        "url": article_path(article),
        "inLanguage": "en",
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "isAccessibleForFree": True,
        "isBasedOn": based_on,
    }
    if article.reviewed:
        data["lastReviewed"] = article.reviewed.isoformat()
    if site.clinic.name:
        data["publisher"] = {"@type": "MedicalClinic", "name": site.clinic.name}
    return data


def _section(section: Section, quoted: Collection[str]) -> SectionView:
    marks = [passage_key(passage) in quoted for passage in section.passages]
    passages = [
        _passage(text, quoted, mark, mark and not before)
        for text, mark, before in zip(section.passages, marks, [False, *marks], strict=False)
    ]
    return SectionView(section.anchor, section.heading, passages)


def _passage(text: str, quoted: Collection[str], mark: bool, begins_quote: bool) -> Passage:
    table = _table(text)
    rows = [
        (row.heading, [(cell, mark or passage_key(cell) in quoted) for cell in row.cells])
        for row in (table.rows if table else ())
    ]
    return Passage([] if table else passage_parts(text), table, rows, mark, begins_quote)


# Looking for a table takes longer than all the rest of a page.
_table = lru_cache(maxsize=10_000)(read_comparison)
