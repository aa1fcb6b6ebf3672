"""Everything an action needs, loaded from a project folder: articles, clinic, safety replies."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from acumen.answering import phrases
from acumen.answering.decide import Thresholds
from acumen.answering.engine import Engine
from acumen.answering.question import Entity, Memory, Message
from acumen.answering.reply import Reply, Text
from acumen.answering.stores import open_store
from acumen.content.clinic import Clinic, read_clinic
from acumen.content.library import Library
from acumen.errors import AcumenError, problem
from acumen.safety.categories import OUTCOMES, outcome_of
from acumen.safety.replies import SafetyReplies

PIPELINE = Path("models/acumen_en")
# Where what was made of the articles is kept between starts.
CACHE = Path("var")
# What of the pipeline reads passages: a change there makes what was read before useless.
PASSAGE_READERS = ("acumen_encoder/encoder.onnx", "acumen_encoder/tokenizer.json", "entity_ruler/patterns.jsonl")
SAFETY_REPLIES = Path("data/safety/replies.yml")
# "I take warfarin, is that bad" is no question about anything but the caution: what is answered beside one
# must be surely about its topic.
SURE_BESIDE_CAUTION = 0.7
LAST_RESORT = "If this is an emergency, call your local emergency number (999, 911 or 112) now."


@dataclass(frozen=True)
class Assistant:
    """The answering engine and the fixed safety replies of one clinic."""

    engine: Engine
    safety: SafetyReplies
    clinic: Clinic

    @classmethod
    def load(cls, project: Path, thresholds: Thresholds | None = None) -> Assistant:
        """Load from the project folder; `thresholds` say where certainty ends.

        Raises:
            AcumenError: with every problem of the articles, topics and settings.
        """
        data = project / "data"
        library = Library.load(data, project / CACHE)
        clinic = read_clinic(data / "clinic.yml", library.topics)
        safety = SafetyReplies.load(project / SAFETY_REPLIES, clinic.country, clinic.contact)
        nlp = _pipeline(project / PIPELINE)
        store = open_store(project / CACHE, _fingerprint(project / PIPELINE))
        encoder: Any = nlp.get_pipe("acumen_encoder")
        engine = Engine(library, clinic, lambda text: _entities(nlp, text), encoder.encode, thresholds, store)
        return cls(engine, safety, clinic)

    def urgent(self, category: str, message: Message, memory: Memory) -> tuple[Reply, Memory]:
        """The fixed reply for a safety category, or for an outcome in general.

        Only beside a caution is an ordinary question of the same message answered
        too: nothing may stand beside an alarm.
        """
        outcome = category if category in OUTCOMES else outcome_of(category) or "emergency"
        blocks = tuple(Text(paragraph) for paragraph in self.safety.paragraphs(category, outcome))
        sure = tuple(each for each in message.questions if each.ranking and each.ranking[0][1] >= SURE_BESIDE_CAUTION)
        if outcome == "caution" and sure:
            answer, memory_after = self.engine.answer(replace(message, questions=sure), memory)
            if answer.outcome == "answer":
                return Reply("caution", blocks + answer.blocks, answer.topics, answer.buttons), memory_after
        return Reply(outcome, blocks), memory  # type: ignore[arg-type]


def failure_reply(project: Path) -> Reply:
    """What to say when something broke: a clear sentence, and the line for emergencies.

    It needs as little as possible, as what broke may be the articles themselves.
    """
    try:
        clinic = read_clinic(project / "data" / "clinic.yml")
        safety = SafetyReplies.load(project / SAFETY_REPLIES, clinic.country, clinic.contact)
        contact, line = clinic.contact, safety.failure_line()
    except (AcumenError, OSError, KeyError):
        contact, line = Clinic().contact, LAST_RESORT
    return Reply("clarify", (Text(phrases.FAILED.format(clinic=contact)), Text(line)))


# Loading it takes most of the time of loading an assistant, and it does not change while the bot runs.
@cache
def _pipeline(folder: Path) -> Language:
    try:
        return spacy.load(folder)
    except OSError as error:
        raise AcumenError(problem("ACU203", folder=folder, detail=error)) from error


def _fingerprint(folder: Path) -> str:
    contents = b"".join((folder / name).read_bytes() for name in PASSAGE_READERS)
    return hashlib.sha256(contents).hexdigest()


def _entities(nlp: Language, text: str) -> list[Entity]:
    with nlp.select_pipes(enable="entity_ruler"):
        return [Entity(span.label_, span.ent_id_, span.text) for span in nlp(text).ents]
