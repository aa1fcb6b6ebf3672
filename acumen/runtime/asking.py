"""Asking the bot from a terminal or a pipe."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from acumen.answering.reply import Reply, plain_text
from acumen.runtime.agent import TurnAgent, load_agent
from acumen.runtime.conversation import Conversation

WELCOME = "Ask about acupuncture or dry needling. An empty line, or Ctrl-D, ends the conversation."


def ask(project: Path, model: Path, lines: Iterable[str], *, as_json: bool, dialogue: bool) -> None:
    """Ask each line and print its answer, in order.

    Each line is a conversation of its own; with `dialogue` lines are turns, and
    an empty line starts a new conversation.
    """
    asyncio.run(_ask(load_agent(project, model), lines, as_json, dialogue))


async def _ask(agent: TurnAgent, lines: Iterable[str], as_json: bool, dialogue: bool) -> None:
    conversation = Conversation(agent)
    for line in lines:
        if not dialogue or not line:
            conversation = Conversation(agent)
        if line:
            replies = await conversation.say(line)
            print(json.dumps(as_contract(replies), ensure_ascii=False) if as_json else readable(replies), flush=True)


def shell(project: Path, model: Path) -> None:
    """Talk to the bot until an empty line or the end of the input."""
    asyncio.run(_shell(load_agent(project, model)))


async def _shell(agent: TurnAgent) -> None:
    conversation = Conversation(agent)
    print(WELCOME)
    while True:
        print("\nYou: ", end="", flush=True)
        line = (await asyncio.to_thread(sys.stdin.readline)).rstrip("\r\n")
        if not line:
            return
        print("\n" + readable(await conversation.say(line)))


def as_contract(replies: list[Reply]) -> dict[str, Any]:
    """One JSON object for a turn, as `acumen ask --json` prints it."""
    return {
        "outcome": replies[0].outcome,
        "text": "\n\n".join(plain_text(reply) for reply in replies),
        "topics": list(dict.fromkeys(topic for reply in replies for topic in reply.topics)),
        "citations": [
            {"article": citation.article, "section": citation.section, "passage": citation.passage}
            for reply in replies
            for citation in reply.citations
        ],
        "buttons": [{"title": button.title} for reply in replies for button in reply.buttons],
    }


def readable(replies: list[Reply]) -> str:
    """A turn as a person would like to read it in a terminal."""
    texts = []
    for reply in replies:
        offers = " | ".join(button.title for button in reply.buttons)
        texts.append(plain_text(reply) + (f"\n\n  You could ask: {offers}" if offers else ""))
    return "\n\n".join(texts)
