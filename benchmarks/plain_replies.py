"""What a plain bot says, intent by intent: the articles' passages without any choosing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

from acumen.answering import phrases
from acumen.answering.reply import Outcome
from acumen.content.article import Section
from acumen.content.clinic import Clinic, read_clinic
from acumen.content.library import Library
from acumen.content.topics import Topic
from acumen.safety.categories import outcome_of
from acumen.safety.replies import SafetyReplies

NOT_UNDERSTOOD = "nlu_fallback"
# Our own first answer to a topic holds one or two passages as a rule.
SECTIONS = 2


@dataclass(frozen=True)
class PlainReply:
    """The reply to an intent: what is said at once, on "tell me more", and on "who says that"."""

    outcome: Outcome
    text: str
    more: str = phrases.NO_MORE
    sources: str = phrases.NO_MORE
    buttons: tuple[Mapping[str, str], ...] = ()


def plain_replies(data: Path, intents: Iterable[str]) -> dict[str, PlainReply]:
    """The reply to each of `intents`, and to `nlu_fallback`, from the folder `data`.

    Raises:
        AcumenError: with every problem of the articles, topics and settings.
    """
    clinic, library = read_clinic(data / "clinic.yml"), Library.load(data)
    safety = SafetyReplies.load(data / "safety/replies.yml", clinic.country, clinic.contact)
    found = {NOT_UNDERSTOOD: PlainReply("clarify", phrases.not_understood(clinic.contact))}
    for intent in intents:
        outcome = outcome_of(intent)
        if outcome:
            text = "\n\n".join(safety.paragraphs(intent, outcome))
            found[intent] = PlainReply(_outcome(outcome), text)
        elif intent in library.topics:
            found[intent] = _topic(library, library.topics[intent], clinic)
        elif intent == "off_topic":
            found[intent] = PlainReply("off_topic", phrases.OFF_TOPIC)
        else:
            found[intent] = PlainReply("chitchat", phrases.contact(clinic.contact, clinic.facts))
    return found


def as_json(replies: Mapping[str, PlainReply]) -> dict[str, object]:
    """The replies as the stock bot's actions read them."""
    return {intent: asdict(reply) for intent, reply in replies.items()}


def _outcome(name: str) -> Outcome:
    return next(outcome for outcome in get_args(Outcome) if outcome == name)


def _topic(library: Library, topic: Topic, clinic: Clinic) -> PlainReply:
    asks = [library.topics[name].ask for name in topic.next]
    buttons = tuple({"title": ask, "payload": ask} for ask in asks)
    sections = library.answering(topic.name)
    if not sections:
        return PlainReply("not_covered", phrases.gap(topic.gap or "", clinic.contact), buttons=buttons)
    return PlainReply(
        "answer",
        "\n\n".join(_cited(library, section, section.lead) for section in sections[:SECTIONS]),
        "\n\n".join(passage for section in sections for passage in section.details) or phrases.NO_MORE,
        "\n".join(dict.fromkeys(library.article_of(section).source.name for section in sections)),
        buttons,
    )


def _cited(library: Library, section: Section, passage: str) -> str:
    return f"{passage}\n({library.article_of(section).title}: {section.heading})"
