"""What stock Rasa, a frozen encoder and our bot understand of the same labelled messages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acumen.answering.reply import Reply, Text
from acumen.assistant import PIPELINE
from acumen.evaluation.asking import Asked, ask_all
from acumen.evaluation.figures import Figure, Figures, count
from acumen.evaluation.labelled import Labelled, judge, read_messages
from acumen.evaluation.measure import FOLDERS
from acumen.runtime.environment import prepare
from benchmarks.guessing import Guess, guess_with_stock, guess_with_vectors
from benchmarks.plain_replies import NOT_UNDERSTOOD, PlainReply, plain_replies
from benchmarks.projects import labelled_messages

TOPIC = "answerable: the likeliest topic is the right one"


# Set of messages -> way of understanding -> its figures.
Understanding = dict[str, dict[str, Figures]]


@dataclass(frozen=True)
class Judged:
    """One message: whether the likeliest topic was right, and what its reply contributes to each measure."""

    message: Labelled
    topic: str
    held: Mapping[str, bool]


def compare(project: Path, stock_model: Path, our_model: Path, frozen: Path) -> Understanding:
    """Ask all labelled messages of a project in every way, and count.

    `stock_model` and `our_model` are trained models, `frozen` is the folder of the encoder before it was tuned.
    """
    # Left to itself, Rasa's logging prints every message, those that nobody should read too.
    prepare(project)
    messages = {
        name: [each for file in ("questions", "safety") for each in read_messages(project / folder / f"{file}.jsonl")]
        for name, folder in FOLDERS.items()
    }
    everything = [message for each in messages.values() for message in each]
    data = project / "data"
    texts = [" ".join(message.text.split()) for message in everything]
    replies = plain_replies(data, {intent for _, intent in labelled_messages(data)})
    ways = {
        "stock Rasa": judged(everything, guess_with_stock(stock_model, texts), replies),
        "frozen encoder": judged(everything, guess_with_vectors(frozen, data, texts), replies),
        "tuned encoder": judged(
            everything, guess_with_vectors(project / PIPELINE / "acumen_encoder", data, texts), replies
        ),
        "Acumen": [_judged(each) for each in asyncio.run(_ask(project, our_model, everything))],
    }
    found: Understanding = {}
    for name, each in messages.items():
        ids = {message.id for message in each}
        found[name] = {way: figures([one for one in held if one.message.id in ids]) for way, held in ways.items()}
    return found


def save(found: Understanding, file: Path) -> None:
    """Write the figures to `file`, as JSON."""
    file.write_text(
        json.dumps(found, default=lambda figure: [figure.right, figure.of], indent=1),
        encoding="utf-8",
    )


def load(file: Path) -> Understanding:
    """Read what `save` wrote."""
    return {
        name: {way: {measure: Figure(*each) for measure, each in found.items()} for way, found in ways.items()}
        for name, ways in json.loads(file.read_text(encoding="utf-8")).items()
    }


def judged(messages: Sequence[Labelled], guesses: Sequence[Guess], replies: Mapping[str, PlainReply]) -> list[Judged]:
    """Judge guesses by what a plain bot would reply to them."""
    found = []
    for message, guess in zip(messages, guesses, strict=True):
        reply = replies[guess.intent if guess.sure else NOT_UNDERSTOOD]
        held = judge(message, Reply(reply.outcome, (Text(reply.text),)))
        found.append(Judged(message, guess.intent, held))
    return found


def figures(found: Sequence[Judged]) -> Figures:
    """The figures of one way, the right topics first."""
    answerable = [each for each in found if each.message.label == "answerable"]
    right = sum(each.topic == each.message.topic for each in answerable)
    return {TOPIC: Figure(right, len(answerable))} | count(each.held for each in found)


def _judged(asked: Asked) -> Judged:
    questions: Any = asked.parse.get("questions")
    intent: str = asked.parse["intent"]["name"]
    return Judged(asked.message, questions[0]["ranking"][0]["name"] if questions else intent, asked.held)


async def _ask(project: Path, model: Path, messages: Sequence[Labelled]) -> list[Asked]:
    from acumen.runtime.agent import load_agent

    return await ask_all(load_agent(project, model), messages)
