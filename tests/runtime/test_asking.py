"""Asking the bot from a terminal or a pipe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from acumen.answering.reply import Button, Citation, Reply, Text
from acumen.runtime import asking
from acumen.runtime.asking import as_contract, ask, readable

HURT = Citation("bru", "hurt", "Most feel little.", "Does it hurt?", "Understanding Pain", "Kelsey Bru")
ANSWER = Reply("answer", (HURT, Text("Not more.")), ("does_it_hurt",), (Button("Tell me more"), Button("Is it safe?")))
HELLO = Reply("chitchat", (Text("Hello."),))


class Echo:
    """An agent that answers with what it was asked, and counts the turns of each conversation."""

    def __init__(self) -> None:
        self.turns: dict[str, int] = {}

    async def handle_message(self, message: UserMessage) -> None:
        self.turns[message.sender_id] = self.turns.get(message.sender_id, 0) + 1
        text = f"{len(self.turns)}.{self.turns[message.sender_id]} {message.text}"
        reply = Reply("chitchat", (Text(text),), buttons=(Button("Next"),))
        await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent that would be loaded."""
    monkeypatch.setattr(asking, "load_agent", lambda project, model: Echo())


def asked(capsys: pytest.CaptureFixture[str], *lines: str, dialogue: bool = False) -> list[str]:
    """The texts that asking `lines` prints as JSON, in order."""
    ask(Path(), Path(), lines, as_json=True, dialogue=dialogue)
    return [json.loads(line)["text"] for line in capsys.readouterr().out.splitlines()]


def test_contract():
    """A reply is one object with its outcome, all its text, its topics, passages and buttons."""
    assert as_contract([ANSWER]) == {
        "outcome": "answer",
        "text": "Most feel little. [1]\n\nNot more.\n\nSources:\n[1] Kelsey Bru, “Understanding Pain”: Does it hurt?",
        "topics": ["does_it_hurt"],
        "citations": [{"article": "bru", "section": "hurt", "passage": "Most feel little."}],
        "buttons": [{"title": "Tell me more"}, {"title": "Is it safe?"}],
    }


def test_contract_of_several_replies():
    """Two replies to one message are one object still."""
    contract = as_contract([HELLO, ANSWER, ANSWER])

    assert contract["outcome"] == "chitchat"
    assert contract["text"].startswith("Hello.\n\nMost feel little.")
    assert contract["topics"] == ["does_it_hurt"]


def test_readable_text_ends_with_what_could_be_asked():
    """A person sees the buttons as a line below the text."""
    text = readable([ANSWER])

    assert "Most feel little." in text
    assert text.splitlines()[-1].strip() == "You could ask: Tell me more | Is it safe?"
    assert readable([HELLO]) == "Hello."


def test_each_line_is_a_conversation(echo: None, capsys: pytest.CaptureFixture[str]):
    """Lines are answered in order, none knowing of another."""
    assert asked(capsys, "one", "two", "three") == ["1.1 one", "2.1 two", "3.1 three"]


def test_lines_of_a_dialogue_are_turns(echo: None, capsys: pytest.CaptureFixture[str]):
    """In a dialogue lines belong together, and an empty one begins another."""
    printed = asked(capsys, "one", "two", "", "three", "four", dialogue=True)

    assert printed == ["1.1 one", "1.2 two", "2.1 three", "2.2 four"]


def test_text_for_a_person_is_no_json(echo: None, capsys: pytest.CaptureFixture[str]):
    """Without the option a reply is printed as one reads it."""
    ask(Path(), Path(), ["one"], as_json=False, dialogue=False)

    assert capsys.readouterr().out.startswith("1.1 one\n")


@pytest.mark.parametrize("text", ["needles “in”\u2028 ears", "line\tbreak", "針灸"])
def test_one_line_a_message(echo: None, capsys: pytest.CaptureFixture[str], text: str):
    """Whatever a reply holds, it takes one line of the output and reads back the same."""
    ask(Path(), Path(), [text], as_json=True, dialogue=False)
    out = capsys.readouterr().out

    assert out.count("\n") == 1
    assert json.loads(out)["text"] == f"1.1 {text}"
