"""Reading a question by what was said before: "and for migraines?", "does that one hurt?"."""

from __future__ import annotations

import re
from dataclasses import replace

from acumen.answering.passages import section_key
from acumen.answering.question import CONDITION, TECHNIQUE, Entity, Memory, Question
from acumen.content.article import DRY_NEEDLING
from acumen.content.library import Library

# A question that leans on the one before is short, and opens or points accordingly.
MAX_WORDS = 8
_OPENING = re.compile(
    r"(ok(ay)?|so|oh|well|no|sorry|right|thanks|yes|,|\s)*\b"
    r"((and|but|or)|(what|how) about|what if|(i )?(meant|mean|ment)|same (for|with)|does (that|it) (go|apply))\b",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(it|that|this|they|them|those)\b", re.IGNORECASE)


class FollowUp:
    """Fills in what a short question leaves to the conversation."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._on_dry_needling = {topic.for_dry_needling for topic in library.topics.values()}

    def resolve(self, question: Question, memory: Memory) -> Question:
        """Return the question with the topic or technique it takes from the last answer."""
        if not memory.topics or len(question.text.split()) > MAX_WORDS:
            return question
        if _OPENING.match(question.text) and (question.named(CONDITION) or question.named(TECHNIQUE)):
            return self._same_topic(question, memory.topics[-1])
        if question.technique is None and self._last_technique(memory) == DRY_NEEDLING:
            return self._same_technique(question)
        return question

    def _same_topic(self, question: Question, topic: str) -> Question:
        """Ask the last topic again about what is named now."""
        ranking: tuple[tuple[str, float], ...] = ((topic, 1.0),)
        if question.named(CONDITION) and not self._library.topics[topic].per_condition:
            single = [each.name for each in self._library.topics.values() if topic in each.in_general]
            ranking = ((single[0], 0.6), (topic, 0.4)) if single else question.ranking
        return replace(question, ranking=ranking)

    def _same_technique(self, question: Question) -> Question:
        """Let a pointing word mean the technique spoken of."""
        pointing = _POINTING.search(question.text)
        if pointing is None or question.named(TECHNIQUE):
            return question
        meant = Entity(TECHNIQUE, DRY_NEEDLING, "dry needling")
        return replace(question, entities=(*question.entities, meant))

    def _last_technique(self, memory: Memory) -> str | None:
        if not memory.shown:
            # What was asked last is not covered: only its topic tells what it was about.
            return DRY_NEEDLING if memory.topics[-1] in self._on_dry_needling else None
        techniques = {self._library.sections[section_key(key)].technique for key in memory.shown}
        return techniques.pop() if len(techniques) == 1 else None
