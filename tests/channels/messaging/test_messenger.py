"""What is Messenger's own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from acumen.channels.messaging.adapter import Choice, Event, Incoming, Piece, Receipt
from acumen.channels.messaging.messenger import Messenger

ADAPTER = Messenger(app_secret="app secret", verify_token="verify token", access_token="token", identifier="1067")


def read(*items: dict[str, Any]) -> list[Event | Receipt]:
    """What is read of a request with these items."""
    body = json.dumps({"object": "page", "entry": [{"id": "1067", "messaging": items}]}).encode()
    return ADAPTER.read(Incoming("POST", "https://x.example/webhook", "/webhook", {}, {}, body, time.time()))


def item(**content: Any) -> dict[str, Any]:
    """An item from a patient to the page."""
    return {"sender": {"id": "72"}, "recipient": {"id": "1067"}, "timestamp": 1458692752478, **content}


def test_messages_and_buttons_are_read():
    """Typed words, quick replies and buttons of the page's own menu are messages, each with its id and time."""
    found = read(
        item(message={"mid": "m.1", "text": "hello"}),
        item(message={"mid": "m.2", "text": "Yes", "quick_reply": {"payload": "token"}}),
        item(postback={"mid": "m.3", "title": "Does it hurt?", "payload": "MENU"}),
        item(postback={"title": "Get Started", "payload": "START"}),
    )

    assert found == [
        Event("m.1", "72", "hello", {"to": "72"}, 1458692752.478),
        Event("m.2", "72", "Yes", {"to": "72"}, 1458692752.478, "token"),
        Event("m.3", "72", "Does it hurt?", {"to": "72"}, 1458692752.478, "MENU"),
        Event("72 1458692752478", "72", "Get Started", {"to": "72"}, 1458692752.478, "START"),
    ]


def test_echo_of_ours_is_a_receipt():
    """Only an echo from the page, with metadata, tells of a call of ours; what a person there writes is left alone."""
    echo = {"sender": {"id": "1067"}, "recipient": {"id": "72"}, "timestamp": 1}
    ours = {**echo, "message": {"mid": "m.1", "is_echo": True, "metadata": "key-0"}}
    persons = {**echo, "message": {"mid": "m.2", "is_echo": True, "text": "hello"}}
    forged = item(message={"mid": "m.3", "text": "x", "is_echo": True, "metadata": "key-1"})

    assert read(ours, persons, forged) == [Receipt("key-0")]


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"code": 613}, "later"),
        (403, {"code": 10, "error_subcode": 2018278}, "dead"),
        (400, {"code": 551}, "dead"),
        (403, {"code": 200}, "later"),
    ],
)
def test_judge(status: int, error: dict[str, int], kind: str):
    """Too many calls pass; a patient who is gone, or wrote too long ago, does not."""
    assert ADAPTER.judge(status, {}, json.dumps({"error": error}).encode()).kind == kind


def test_calls():
    """Buttons are quick replies, the key is where the echo hands it back, and no secret is in a call."""
    call, plain = ADAPTER.calls([Piece("Well?", (Choice("Yes", "t"),), "buttons"), Piece("Bye")], {"to": "72"}, "key")

    assert call.json["message"] == {
        "text": "Well?",
        "quick_replies": [{"content_type": "text", "title": "Yes", "payload": "t"}],
        "metadata": "key-0",
    }
    assert plain.json["message"] == {"text": "Bye", "metadata": "key-1"}
    assert "token" not in json.dumps(call.json) + call.url
