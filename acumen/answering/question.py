"""What understanding hands to answering: the questions of a message, and what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from acumen.content.article import ACUPUNCTURE, DRY_NEEDLING

CONDITION, BODY_PART, TECHNIQUE, SUBSTANCE = "condition", "body_part", "technique", "substance"


@dataclass(frozen=True)
class Entity:
    """A word or phrase of the lexicon: its kind, its entry, and how it was written."""

    kind: str
    id: str
    text: str


@dataclass(frozen=True)
class Question:
    """One question: its words, the likeliest topics first, what it names, and the story it stands in.

    A message's only question has the whole message for its story; of several,
    each stands for itself.
    """

    text: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...] = ()
    story: str = ""

    def named(self, kind: str) -> list[Entity]:
        return [entity for entity in self.entities if entity.kind == kind]

    @property
    def technique(self) -> str | None:
        """The technique asked about: dry needling only where acupuncture is not named too."""
        named = {entity.id for entity in self.named(TECHNIQUE)}
        return DRY_NEEDLING if DRY_NEEDLING in named and ACUPUNCTURE not in named else None


@dataclass(frozen=True)
class Message:
    """A patient's message: its cleaned text and the questions in it."""

    text: str
    questions: tuple[Question, ...]

    @classmethod
    def from_parse(cls, parse: Mapping[str, Any]) -> Message:
        """Read a message from Rasa's parse data.

        What the message names anywhere counts for its only question; of several
        questions each has what stands in its own words.
        """
        entities = tuple(
            Entity(each["entity"], each["value"], each.get("text", each["value"])) for each in parse.get("entities", [])
        )
        text, asked = parse.get("text") or "", parse.get("questions", [])
        questions = tuple(
            Question(
                text=each["text"],
                ranking=tuple((rank["name"], rank["confidence"]) for rank in each["ranking"]),
                entities=entities if len(asked) == 1 else _within(each["text"], entities),
                story=text if len(asked) == 1 else each["text"],
            )
            for each in asked
        )
        return cls(text, questions)


@dataclass(frozen=True)
class Memory:
    """What of the conversation so far bears on the next answer."""

    topics: tuple[str, ...] = ()
    shown: tuple[str, ...] = field(default=())

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Memory:
        return cls(tuple(slots.get("topics") or ()), tuple(slots.get("shown") or ()))

    def to_slots(self) -> dict[str, list[str]]:
        return {"topics": list(self.topics), "shown": list(self.shown)}


def _within(text: str, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    return tuple(entity for entity in entities if entity.text in text)
