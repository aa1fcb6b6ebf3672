"""Made-up messages and what came of them, without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from acumen.answering.reply import Citation, Outcome, Reply, Text
from acumen.evaluation.asking import Asked
from acumen.evaluation.labelled import Labelled


def reply(outcome: Outcome, said: str = "", *topics: str) -> Reply:
    """A reply with one cited passage, or without any."""
    cited = (Citation("bru", "sessions", said, "How many?", "Understanding Needles", "Ada Example"),) if said else ()
    return Reply(outcome, (Text("In short:"), *cited), topics)


def asked(
    label: str,
    outcome: Outcome,
    *,
    text: str = "how many",
    said: str = "",
    facts: Sequence[Sequence[str]] = (),
    topic: str = "",
    topics: Sequence[str] = (),
    intent: str = "how_many_sessions",
    chance: float | None = 0.9,
    scores: dict[str, float] | None = None,
) -> Asked:
    """A labelled message that was asked; without a chance no question was found in it."""
    question = {"text": text, "ranking": [{"name": intent, "confidence": chance}]}
    parse: dict[str, Any] = {
        "text": text,
        "intent": {"name": intent},
        "questions": [] if chance is None else [question],
        "safety_scores": {
            name: {"score": score, "category": f"{name}_other"} for name, score in (scores or {}).items()
        },
    }
    message = Labelled("x1", text, label, facts, topic)
    return Asked(message, parse, reply(outcome, said, *topics), seconds=0.1)


@pytest.fixture(scope="session")
def make_reply() -> Callable[..., Reply]:
    """Makes a reply of an outcome, a passage and topics."""
    return reply


@pytest.fixture(scope="session")
def make_asked() -> Callable[..., Asked]:
    """Makes a message of a label that got a reply of an outcome."""
    return asked
