"""What the articles can speak about: conditions they name, techniques they cover."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from acumen.content.article import ACUPUNCTURE, DRY_NEEDLING, Section
from acumen.content.library import MANY, Library


class Evidence:
    """Answers from a library."""

    def __init__(self, library: Library, conditions: Callable[[Collection[str]], Collection[str]]) -> None:
        """Learn what the sections on conditions are about.

        Args:
            library: the articles and topics.
            conditions: gives the conditions that sections of some topics are about. One named only in
                passing, as a cause or an author's interest, is not one they speak about.
        """
        self._library = library
        self._named = frozenset(conditions([name for name, topic in library.topics.items() if topic.per_condition]))

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
        return self._library.about(topic, condition)

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

    def sections(self, topic: str, technique: str | None, found: Iterable[Section] = ()) -> list[Section]:
        """The sections that answer `topic`, for `technique` where one is asked about.

        Where there are more of them than are looked at, those `found` by their passages come first.
        """
        sections = self._library.answering(topic)
        if len(sections) == MANY:
            sections = list(dict.fromkeys([*(each for each in found if topic in each.topics), *sections]))
        wanted = [section for section in sections if section.covers(technique or ACUPUNCTURE)]
        return wanted or [section for section in sections if technique != DRY_NEEDLING]

    def topic_for(self, conditions: Iterable[str]) -> list[str]:
        """The topics of sections about one of these conditions, nearest first."""
        return [topic for topic in self._library.topics_about(conditions) if self.per_condition(topic)]
