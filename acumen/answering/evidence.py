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
        """Read the sections on conditions; `read` finds the entities of a text.

        A condition named only in passing, as a cause or an author's interest, is not one they speak about.
        """
        self._library = library
        self._named = {
            condition
            for section in library.sections.values()
            if any(self.per_condition(topic) for topic in section.topics)
            for condition in (
                *section.conditions,
                *_conditions(read, section.heading),
                *_conditions(read, section.lead),
            )
        }

    def is_topic(self, name: str) -> bool:
        return name in self._library.topics

    def per_condition(self, topic: str) -> bool:
        return self._library.topics[topic].per_condition

    def leaves_out(self, topic: str) -> bool:
        """True when every answer to the topic says what the articles leave out of it."""
        return self._library.topics[topic].leaves_out is not None

    def names(self, condition: str) -> bool:
        """True when the articles speak about the condition."""
        return condition in self._named

    def about(self, topic: str, condition: str) -> bool:
        """True when a section of the topic is about the condition."""
        return any(condition in section.conditions for section in self._library.answering(topic))

    def answered(self, topic: str) -> bool:
        return bool(self._library.answering(topic))

    def for_technique(self, topic: str, technique: str | None) -> str:
        """The topic that is meant when `topic` is asked about the technique."""
        other = self._library.topics[topic].for_dry_needling
        return other if other and technique == DRY_NEEDLING else topic

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
            if section.topics and section.conditions & wanted and self.per_condition(section.topics[0])
        ]
        return sorted(set(found), key=lambda topic: -found.count(topic))


def _conditions(read: Reader, text: str) -> list[str]:
    return [entity.id for entity in read(text) if entity.kind == CONDITION]
