"""What is LINE's own."""

from __future__ import annotations

import json

import pytest

from acumen.channels.messaging.adapter import Choice, Event, Incoming, Piece
from acumen.channels.messaging.line import Line
from tests.channels.messaging.vendors.line import SECRET, TOKEN, event, payload, text

ADAPTER = Line(channel_secret=SECRET, access_token=TOKEN)


def incoming(body: bytes, signature: str = "") -> Incoming:
    """A request of LINE."""
    return Incoming("POST", "https://x.example/webhook", "/webhook", {}, {"x-line-signature": signature}, body, 0.0)


async def test_published_signature():
    """The signature in the tests of LINE's own library is taken."""
    adapter, signature = (
        Line(channel_secret="channel_secret", access_token=TOKEN),
        "/gg9a+LvFevTH1sd7XCQycD7tsWclCsInj7MhBHxN7k=",
    )

    assert await adapter.verify(incoming(b"bodybodybodybody", signature), None)  # type: ignore[arg-type]
    assert not await adapter.verify(incoming(b"bodybodybodybodY", signature), None)  # type: ignore[arg-type]


def test_messages_are_events():
    """Each message of a batch is an event of its own, also when it is delivered again."""
    first = event("U1", 1754300000.25, "a", message=text("it's “sore” 👍"))
    again = {**first, "deliveryContext": {"isRedelivery": True}}
    location = event("U2", 1754300001.0, "b", message={"id": "1", "type": "location", "title": "my words?"})
    found = ADAPTER.read(incoming(payload(first, again, location)))

    said = Event("a", "U1", "it's “sore” 👍", {"to": "U1"}, 1754300000.25)
    assert found == [said, said, Event("b", "U2", "", {"to": "U2"}, 1754300001.0)]


def test_five_messages_a_request():
    """A long reply is as few requests as LINE allows, in order, each with a key that stays the same."""
    pieces = [Piece(str(number)) for number in range(12)]
    calls, again = ADAPTER.calls(pieces, {"to": "U1"}, "key"), ADAPTER.calls(pieces, {"to": "U1"}, "key")
    texts = [[message["text"] for message in call.json["messages"]] for call in calls]

    assert texts == [["0", "1", "2", "3", "4"], ["5", "6", "7", "8", "9"], ["10", "11"]]
    assert calls == again
    assert len({call.key for call in calls} | {call.headers["X-Line-Retry-Key"] for call in calls}) == 6
    assert all(call.key.startswith("key") for call in calls)
    assert ADAPTER.calls([], {"to": "U1"}, "key") == []


def test_pressed_button_says_its_title():
    """What a button says is its title, so that it means the same typed and pressed."""
    (call,) = ADAPTER.calls([Piece("x"), Piece("y", (Choice("Yes", "token"),), "buttons")], {"to": "U1"}, "key")
    first, second = call.json["messages"]

    assert "quickReply" not in first
    assert second["quickReply"]["items"] == [
        {"type": "action", "action": {"type": "message", "label": "Yes", "text": "Yes"}}
    ]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, "sent"), (409, "sent"), (400, "dead"), (404, "dead"), (401, "later"), (429, "later"), (500, "later")],
)
def test_judge(status: int, kind: str):
    """What LINE has taken before was sent."""
    assert ADAPTER.judge(status, {}, b'{"message": "x"}').kind == kind


def test_calls_hold_no_secret():
    """Calls wait in the outbox, so the token is no part of them."""
    (call,) = ADAPTER.calls([Piece("hello")], {"to": "U1"}, "key")

    assert TOKEN not in json.dumps([call.url, call.json, *call.headers.values()])
