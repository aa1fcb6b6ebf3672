"""Asking the bot the labelled messages, through the trained model and the real actions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent

from acumen.answering.reply import Reply
from acumen.evaluation.labelled import Labelled, Turn, judge, judge_turn
from acumen.runtime.conversation import Conversation


@dataclass(frozen=True)
class Asked:
    """A message, what was understood, what was replied, and how long the turn took."""

    message: Labelled
    parse: Mapping[str, Any]
    reply: Reply
    seconds: float

    @property
    def held(self) -> dict[str, bool]:
        """The measures this reply contributes to."""
        return judge(self.message, self.reply)

    @property
    def confidence(self) -> float:
        """The classifier's certainty about the likeliest topic of the first question."""
        questions = self.parse.get("questions") or []
        return float(questions[0]["ranking"][0]["confidence"]) if questions else 0.0


async def ask_all(agent: Agent, messages: Sequence[Labelled]) -> list[Asked]:
    """Ask each message in a conversation of its own."""
    asked = []
    for message in messages:
        text = " ".join(message.text.split())
        started = time.perf_counter()
        replies = await Conversation(agent).say(text)
        seconds = time.perf_counter() - started
        asked.append(Asked(message, await agent.parse_message(text), joined(replies), seconds))
    return asked


async def hold_all(agent: Agent, dialogues: Sequence[Sequence[Turn]]) -> list[dict[str, bool]]:
    """Hold each dialogue; one entry a turn."""
    judged = []
    for turns in dialogues:
        conversation = Conversation(agent)
        for turn in turns:
            judged.append(judge_turn(turn, joined(await conversation.say(" ".join(turn.text.split())))))
    return judged


def joined(replies: Sequence[Reply]) -> Reply:
    """The replies of a turn as one, with the outcome of the first."""
    first, *rest = replies
    blocks = tuple(block for reply in replies for block in reply.blocks)
    topics = tuple(dict.fromkeys(topic for reply in replies for topic in reply.topics))
    return Reply(first.outcome, blocks, topics) if rest else first
