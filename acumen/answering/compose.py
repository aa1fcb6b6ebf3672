"""Choosing passages: a short first answer, both sides where figures differ, more on request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from acumen.answering import phrases
from acumen.answering.passages import passage_key
from acumen.answering.reply import Block, Citation, Row, Table, Text
from acumen.content.article import Section
from acumen.content.figures import differ
from acumen.content.library import Library
from acumen.content.tables import read_comparison

FIRST_ANSWER_WORDS = 60
MORE_WORDS = 80
# Where two things are said at once, each is said in one passage.
SHORT_WORDS = 1
# A lead answers its heading alone; another passage must fit the question clearly better.
LEAD_BONUS = 0.15


@dataclass(frozen=True)
class _Unit:
    """Passages of a section that are shown together: one, or a list with the line announcing it."""

    section: Section
    indices: tuple[int, ...]

    @property
    def keys(self) -> list[str]:
        return [passage_key(self.section, index) for index in self.indices]

    @property
    def texts(self) -> list[str]:
        return [self.section.passages[index] for index in self.indices]

    @property
    def is_list(self) -> bool:
        return len(self.indices) > 1 or self.texts[0].startswith(("- ", "* ", "1. "))

    @property
    def is_table(self) -> bool:
        return self.texts[0].startswith("|")

    @property
    def is_lead(self) -> bool:
        return self.indices[0] == 0


class Composer:
    """Turns sections into blocks of passages, each with its citation."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def first(
        self, sections: Sequence[Section], scores: Mapping[str, float], words: int = FIRST_ANSWER_WORDS
    ) -> tuple[list[Block], list[str]]:
        """Blocks of the first answer, and the keys of the passages shown.

        The passages that fit the question best, one at least, up to so many `words` together; where
        the leads of the topic give different figures, both sides whatever the length.
        A question that a lead answers gets the topic's comparison, if it has one.
        """
        units = [unit for section in sections for unit in _units(section)]
        tables = [unit for unit in units if unit.is_table]
        # Lists are for those who want to know more.
        units = [unit for unit in units if not unit.is_list and not unit.is_table] or units
        units.sort(key=lambda unit: -_fit(unit, scores))
        if tables and units[0].is_lead:
            lead = next(unit for unit in units if unit.section == tables[0].section)
            return self._cite([lead, tables[0]]), [*lead.keys, *tables[0].keys]
        chosen = units[:1]
        chosen += _other_figures(units) if _gives_figure(units[0]) else []
        for unit in units[1:]:
            if unit not in chosen and _words(chosen) + _words([unit]) <= words:
                chosen.append(unit)
        blocks = self._cite(chosen)
        if differ(" ".join(unit.texts) for unit in chosen):
            blocks.insert(0, Text(phrases.DIFFERENT_FIGURES))
        return blocks, [key for unit in chosen for key in unit.keys]

    def more(self, sections: Sequence[Section], shown: Iterable[str]) -> tuple[list[Block], list[str], bool]:
        """Blocks not yet shown, their keys, and whether there is still more after them.

        Sections begun come first; a patient who asks for more wants the rest of those.
        """
        seen = set(shown)
        begun = sorted(sections, key=lambda section: not any(key in seen for key in _keys(section)))
        rest = [unit for section in begun for unit in _units(section) if not seen.issuperset(unit.keys)]
        taken: list[_Unit] = []
        for unit in rest:
            if taken and _words([*taken, unit]) > MORE_WORDS:
                break
            taken.append(unit)
        return self._cite(taken), [key for unit in taken for key in unit.keys], len(rest) > len(taken)

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

    def quote(self, section: Section, index: int) -> Block:
        """The passage as a block: a table as such, with each of its cells cited, else the citation."""
        whole = self.cite(section, index)
        table = read_comparison(whole.passage)
        if table is None:
            return whole
        rows = tuple(Row(row.heading, tuple(replace(whole, passage=cell) for cell in row.cells)) for row in table.rows)
        return Table(table.columns, rows)

    def _cite(self, units: Iterable[_Unit]) -> list[Block]:
        return [self.quote(unit.section, index) for unit in units for index in unit.indices]


def _units(section: Section) -> list[_Unit]:
    """The section's passages; one that ends in a colon goes with the next."""
    units: list[_Unit] = []
    pending: tuple[int, ...] = ()
    for index, passage in enumerate(section.passages):
        pending = (*pending, index)
        if not passage.endswith(":") or index == len(section.passages) - 1:
            units.append(_Unit(section, pending))
            pending = ()
    return units


def _fit(unit: _Unit, scores: Mapping[str, float]) -> float:
    """How well a unit answers: the score of its best passage, with a bonus for leads."""
    return max(scores.get(key, 0.0) for key in unit.keys) + (LEAD_BONUS if unit.is_lead else 0.0)


def _gives_figure(unit: _Unit) -> bool:
    return unit.is_lead and any(character.isdigit() for character in unit.section.lead)


def _other_figures(units: Sequence[_Unit]) -> list[_Unit]:
    """The best lead of another article whose figures differ from the first unit's."""
    first = units[0]
    others = [unit for unit in units if unit.is_lead and unit.section.article != first.section.article]
    return [unit for unit in others if differ([first.section.lead, unit.section.lead])][:1]


def _keys(section: Section) -> list[str]:
    return [passage_key(section, index) for index in range(len(section.passages))]


def _words(units: Iterable[_Unit]) -> int:
    return sum(len(text.split()) for unit in units for text in unit.texts)
