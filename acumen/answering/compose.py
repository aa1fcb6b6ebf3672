"""Choosing passages: a short first answer, both sides where figures differ, more on request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from acumen.answering import phrases
from acumen.answering.figures import differ
from acumen.answering.reply import Block, Citation, Text
from acumen.content.article import Section
from acumen.content.library import Library

FIRST_ANSWER_WORDS = 60
MORE_WORDS = 80


def passage_key(section: Section, index: int) -> str:
    """A passage's address: `article#anchor/0` is the lead of a section."""
    return f"{section.key}/{index}"


class Composer:
    """Turns sections into blocks of passages, each with its citation."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def first(self, sections: Sequence[Section]) -> tuple[list[Block], list[str]]:
        """Blocks of the first answer, and the keys of the passages shown.

        The leads of one section an article, nearest first, as far as they fit
        into 60 words; where figures differ the other side is shown all the same.
        """
        candidates = _one_an_article(sections)
        chosen = candidates[:1]
        for section in candidates[1:]:
            leads = [each.lead for each in chosen]
            fits = _words([*leads, section.lead]) <= FIRST_ANSWER_WORDS
            if fits or differ([*leads, section.lead]) and len(chosen) < 2:
                chosen.append(section)
        blocks: list[Block] = [self.cite(section, 0) for section in chosen]
        if differ([section.lead for section in chosen]):
            blocks.insert(0, Text(phrases.DIFFERENT_FIGURES))
        return blocks, [passage_key(section, 0) for section in chosen]

    def more(self, sections: Sequence[Section], shown: Iterable[str]) -> tuple[list[Block], list[str], bool]:
        """Blocks not yet shown, their keys, and whether there is still more after them.

        Sections begun come first; a patient who asks for more wants the rest of those.
        """
        seen = set(shown)
        begun = sorted(sections, key=lambda section: passage_key(section, 0) not in seen)
        rest = [(section, index) for section in begun for index in range(len(section.passages))]
        rest = [(section, index) for section, index in rest if passage_key(section, index) not in seen]
        taken: list[tuple[Section, int]] = []
        for section, index in rest:
            texts = [each.passages[i] for each, i in taken]
            # A line that announces a list is never shown without it.
            announced = bool(texts) and texts[-1].endswith(":")
            if taken and not announced and _words([*texts, section.passages[index]]) > MORE_WORDS:
                break
            taken.append((section, index))
        blocks: list[Block] = [self.cite(section, index) for section, index in taken]
        return blocks, [passage_key(section, index) for section, index in taken], len(rest) > len(taken)

    def cite(self, section: Section, index: int) -> Citation:
        """The passage as it stands in the article, with where it stands."""
        article = self._library.article_of(section)
        return Citation(
            article=section.article,
            section=section.anchor,
            passage=section.passages[index],
            heading=section.heading,
            title=article.source.title,
            author=article.source.author,
            date=article.source.date,
        )


def _one_an_article(sections: Iterable[Section]) -> list[Section]:
    first: dict[str, Section] = {}
    for section in sections:
        first.setdefault(section.article, section)
    return list(first.values())


def _words(texts: Iterable[str]) -> int:
    return sum(len(text.split()) for text in texts)
