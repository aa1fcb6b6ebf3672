"""Deciding what to do about a question: answer it, ask back, or say it is not covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from acumen.answering.evidence import Evidence
from acumen.answering.question import CONDITION, TECHNIQUE, Entity, Question
from acumen.content.article import DRY_NEEDLING

OFF_TOPIC = "off_topic"

Verdict = Literal["answer", "clarify", "not_covered", "off_topic"]


@dataclass(frozen=True)
class Thresholds:
    """Where certainty ends, in probabilities of the intent classifier."""

    # Below this the likeliest topic is not good enough to be answered.
    answer: float = 0.25
    # Below this not even a choice between the likeliest topics helps.
    clarify: float = 0.12
    # A single word says little: below this it is asked what about it.
    single_word: float = 0.6


@dataclass(frozen=True)
class Decision:
    """What to do, about which topics, and the name of what is missing where something is."""

    verdict: Verdict
    topics: tuple[str, ...] = ()
    missing: Entity | None = None


class Decider:
    """Combines the classifier's certainty with the evidence of what the articles name."""

    def __init__(self, evidence: Evidence, thresholds: Thresholds | None = None) -> None:
        self._evidence = evidence
        self._thresholds = thresholds or Thresholds()

    def decide(self, question: Question) -> Decision:
        """Decide about one question."""
        topics = [(name, chance) for name, chance in question.ranking if self._evidence.is_topic(name)]
        best, chance = question.ranking[0] if question.ranking else (OFF_TOPIC, 1.0)
        small_talk = best != OFF_TOPIC and not self._evidence.is_topic(best)
        if not topics or small_talk or (best == OFF_TOPIC and not self._on_subject(question)):
            return Decision("off_topic")
        topic, chance = topics[0]
        if chance < self._thresholds.clarify and best != OFF_TOPIC:
            return Decision("not_covered", ())
        alone = len(question.text.split()) == 1
        if chance < (self._thresholds.single_word if alone else self._thresholds.answer):
            return Decision("clarify", tuple(name for name, _ in topics[:3]))
        return self._about(topic, question)

    def _about(self, topic: str, question: Question) -> Decision:
        """Check a topic against the techniques and conditions that the question names."""
        topic = self._evidence.for_technique(topic, question.technique)
        if self._evidence.per_condition(topic) and not self._evidence.leaves_out(topic):
            conditions = question.named(CONDITION)
            missing = [each for each in conditions if not self._evidence.names(each.id)]
            known = [each.id for each in conditions if each not in missing]
            if not any(self._evidence.about(topic, each) for each in known):
                if missing:
                    return Decision("not_covered", (topic,), missing=missing[0])
                topic = next(iter(self._evidence.topic_for(known)), topic)
        if question.technique == DRY_NEEDLING and not self._evidence.answers_for(topic, DRY_NEEDLING):
            named = next(each for each in question.named(TECHNIQUE) if each.id == DRY_NEEDLING)
            return Decision("not_covered", (topic,), missing=named)
        if not self._evidence.answered(topic):
            return Decision("not_covered", (topic,))
        return Decision("answer", (topic,))

    def _on_subject(self, question: Question) -> bool:
        """True when a question names the subject so plainly that it cannot be about another."""
        return any(each.kind == TECHNIQUE and each.id in ("acupuncture", DRY_NEEDLING) for each in question.entities)
