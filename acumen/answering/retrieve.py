"""Finding a section by its passages, where no topic leads to one."""

from __future__ import annotations

from collections.abc import Mapping

from acumen.answering.passages import section_key
from acumen.answering.question import Question
from acumen.content.article import DRY_NEEDLING, Section
from acumen.content.library import Library

# From this score a passage answers the question. High, as nothing but the score speaks for it.
ENOUGH = 0.75


class Retriever:
    """Looks through the passages of sections that no topic leads to, or of all."""

    def __init__(self, library: Library) -> None:
        self._sections = library.sections

    def find(self, question: Question, scores: Mapping[str, float], *, everywhere: bool) -> Section | None:
        """The section with the passage that fits best, if it fits well enough.

        Args:
            question: the question; one about dry needling is not answered by what holds for acupuncture.
            scores: of the passages found, by key.
            everywhere: whether sections of topics count too, as they do where no topic was understood.
        """
        for key in sorted(scores, key=lambda key: -scores[key]):
            if scores[key] < ENOUGH:
                break
            section = self._sections.get(section_key(key))
            if section and (everywhere or not section.topics) and self._fits(section, question):
                return section
        return None

    def _fits(self, section: Section, question: Question) -> bool:
        return question.technique != DRY_NEEDLING or section.covers(DRY_NEEDLING)
