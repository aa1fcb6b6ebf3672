"""Ways to guess the intent of a message, each trained on the same messages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from acumen.language.encoder import SentenceEncoder
from acumen.nlu.intent_classifier import QuestionIntentClassifier
from acumen.nlu.linear_model import Array, LinearModel
from benchmarks.projects import labelled_messages

# Rasa's FallbackClassifier as `rasa init` sets it.
THRESHOLD, AMBIGUITY = 0.3, 0.1


@dataclass(frozen=True)
class Guess:
    """The likeliest intent, and whether it is sure enough to act on."""

    intent: str
    sure: bool


def guess_with_stock(model: Path, texts: Sequence[str]) -> list[Guess]:
    """Guess with a trained stock model; where its FallbackClassifier steps in, it is not sure."""
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    return asyncio.run(_parse_all(agent, texts))


def guess_with_vectors(encoder_folder: Path, data: Path, texts: Sequence[str]) -> list[Guess]:
    """Guess by logistic regression on the vectors of whole messages, with our classifier's settings.

    Args:
        encoder_folder: holds `encoder.onnx` and `tokenizer.json`.
        data: the folder with Rasa's training messages.
        texts: what to guess.
    """
    encoder, config = SentenceEncoder(encoder_folder), QuestionIntentClassifier.get_default_config()
    messages = labelled_messages(data)
    vectors = encoder.encode([text for text, _ in messages])
    labels = [label for _, label in messages]
    linear = LinearModel.fit(vectors, labels, strength=config["C"], steps=config["max_iter"])
    return [guess(linear.intents, chances) for chances in linear.chances(encoder.encode(texts))]


async def _parse_all(agent: Any, texts: Sequence[str]) -> list[Guess]:
    guesses = []
    for text in texts:
        parse = await agent.parse_message(text)
        sure = parse["intent"]["name"] != "nlu_fallback"
        # The fallback stands first in the ranking; what it replaced comes next.
        ranking = [each["name"] for each in parse["intent_ranking"] if each["name"] != "nlu_fallback"]
        guesses.append(Guess(ranking[0], sure))
    return guesses


def guess(intents: Sequence[str], chances: Array) -> Guess:
    """The likeliest intent, sure by FallbackClassifier's rule; `chances` has the probability of each."""
    second, first = np.argsort(chances)[-2:]
    sure = chances[first] >= THRESHOLD and chances[first] - chances[second] >= AMBIGUITY
    return Guess(intents[int(first)], bool(sure))
