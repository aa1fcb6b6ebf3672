"""What the articles can speak about: conditions they name, techniques they cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from acumen.answering.question import CONDITION, Entity
from acumen.content.article import ACUPUNCTURE, DRY_NEEDLING, Section
from acumen.content.library import Library

Reader = Callable[[str], list[Entity]]


class Evidence:
    """Answers from a library, read once with the pipeline's eyes."""

    def __init__(self, library: Library, read: Reader) -> None:
        """Read all passages; `read` finds the entities of a text."""
        self._library = library
        self._named = {
            entity.id
            for section in library.sections.values()
            for passage in (section.heading, *section.passages)
            for entity in read(passage)
            if entity.kind == CONDITION
        }

    def is_topic(self, name: str) -> bool:
        return name in self._library.topics

    def per_condition(self, topic: str) -> bool:
        return self._library.topics[topic].per_condition

    def names(self, condition: str) -> bool:
        """True when an article names the condition."""
        return condition in self._named

    def answered(self, topic: str) -> bool:
        return bool(self._library.answering(topic))

    def answers_for(self, topic: str, technique: str) -> bool:
        """True when a section answers the topic for the technique, or leaves it open on purpose."""
        sections = self._library.answering(topic)
        return not sections or any(section.covers(technique) for section in sections)

    def sections(self, topic: str, technique: str | None) -> list[Section]:
        """The sections that answer `topic`, for `technique` where one is asked about."""
        sections = self._library.answering(topic)
        wanted = [section for section in sections if section.covers(technique or ACUPUNCTURE)]
        return wanted or [section for section in sections if technique != DRY_NEEDLING]

    def topic_for(self, conditions: Iterable[str]) -> list[str]:
        """The topics of sections about one of these conditions, nearest first."""
        wanted = set(conditions)
        found = [
            section.topics[0]
            for section in self._library.sections.values()
            if section.conditions & wanted and self.per_condition(section.topics[0])
        ]
        return sorted(set(found), key=lambda topic: -found.count(topic))
