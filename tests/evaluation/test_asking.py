"""Asking labelled messages, with a stub agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from acumen.answering.reply import Button, Reply, Text, plain_text
from acumen.evaluation.asking import Asked, ask_all, hold_all, joined
from acumen.evaluation.labelled import Labelled, Turn


class Echo:
    """An agent that answers with what it was asked, and counts the turns of each conversation."""

    def __init__(self) -> None:
        self.turns: dict[str, int] = {}

    async def handle_message(self, message: UserMessage) -> None:
        self.turns[message.sender_id] = self.turns.get(message.sender_id, 0) + 1
        place = f"{len(self.turns)}.{self.turns[message.sender_id]}"
        for text in (place, message.text):
            reply = Reply("answer" if text == place else "chitchat", (Text(text),), (message.text,))
            await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})

    async def parse_message(self, text: str) -> dict[str, Any]:
        return {"text": text, "intent": {"name": "greet"}, "questions": []}


async def test_each_message_has_a_conversation_of_its_own():
    """Messages are asked in order, on one line each, and none knows of another."""
    messages = [Labelled("a", "does  it\nhurt ", "answerable", [["hurt"]]), Labelled("b", "how many", "not_covered")]

    asked = await ask_all(Echo(), messages)

    assert [each.message for each in asked] == messages
    assert [each.parse["text"] for each in asked] == ["does it hurt", "how many"]
    assert [plain_text(each.reply) for each in asked] == ["1.1\n\ndoes it hurt", "2.1\n\nhow many"]
    assert [each.held for each in asked] == [{"answerable": True}, {"not covered": False}]
    assert all(each.seconds > 0 for each in asked)


async def test_turns_of_a_dialogue_belong_together():
    """A dialogue is one conversation, another one a new one; each turn is judged."""
    dialogues = [
        [Turn("one", ["answer"], [[r"1\.1"]]), Turn(" two ", ["answer"], [[r"1\.2\n\ntwo"]])],
        [Turn("three", ["answer"], [[r"2\.1"]]), Turn("four", ["caution"])],
    ]

    judged = await hold_all(Echo(), dialogues)

    assert [holds for each in judged for holds in each.values()] == [True, True, True, False]


def test_replies_of_a_turn_are_one():
    """Several replies have the outcome of the first, all that was said, and each topic once."""
    first = Reply("caution", (Text("Ask your doctor."),), ("a", "b"))
    second = Reply("answer", (Text("Here you are."),), ("b", "c"))

    assert joined([first, second]) == Reply("caution", first.blocks + second.blocks, ("a", "b", "c"))


def test_a_single_reply_stays_as_it_is():
    """One reply is judged with everything in it."""
    reply = Reply("answer", (Text("Here you are."),), ("a", "a"), (Button("More"),))

    assert joined([reply]) is reply


@pytest.mark.parametrize(("chance", "confidence"), [(0.7, 0.7), (None, 0.0)], ids=["a question", "no question"])
def test_certainty_of_a_message(make_asked: Callable[..., Asked], chance: float | None, confidence: float):
    """A message is as certain as the likeliest topic of its first question; without one it is not at all."""
    assert make_asked("safe", "chitchat", chance=chance).confidence == confidence
