"""What is Telegram's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from acumen.channels.messaging.adapter import Event, Incoming, Piece
from acumen.channels.messaging.settings import Settings
from acumen.channels.messaging.telegram import Telegram
from acumen.errors import AcumenError
from tests.channels.messaging.vendors.telegram import SECRET, TOKEN

ADAPTER = Telegram(token=TOKEN, webhook_secret=SECRET)
RECEIVED = 1754300099.5


def incoming(update: Any) -> Incoming:
    """An update."""
    body = json.dumps(update).encode()
    return Incoming("POST", "https://x.example/webhook", "/webhook", {}, {}, body, RECEIVED)


def message(**content: Any) -> dict[str, Any]:
    """A patient's message."""
    chat = {"id": 9, "type": "private"}
    return {"message_id": 41, "date": 1754300000, "chat": chat, "from": {"id": 9, "is_bot": False}, **content}


def texts(*updates: dict[str, Any]) -> list[str]:
    """The words that are read of updates."""
    read = [event for n, update in enumerate(updates) for event in ADAPTER.read(incoming({"update_id": n, **update}))]
    return [event.text for event in read if isinstance(event, Event)]


def test_commands_are_a_patients_words():
    """Start and help, which Telegram offers by itself, are a greeting and a question; other slashes are text."""
    typed = ["/start", "/start from-the-website", "/help", "/restart", "/", "start"]

    assert texts(*({"message": message(text=text)} for text in typed)) == [
        "Hello",
        "Hello",
        "What can you help me with?",
        "/restart",
        "/",
        "start",
    ]


def test_event_has_its_place():
    """Messages of one second are in the order of their ids; the update's id tells a repetition."""
    first, second = (
        ADAPTER.read(incoming({"update_id": 7 - n, "message": message(message_id=41 + n, text="x")}))[0] for n in (0, 1)
    )

    assert (first.id, second.id) == ("7", "6")
    assert 1754300000 <= first.at < second.at < 1754300001
    assert first.address == {"to": 9}


def test_pressed_button_says_what_it_shows():
    """The title is looked up in the keyboard that was pressed, and the button stops turning."""
    keyboard = [[{"text": "No", "callback_data": "a"}], [{"text": "Yes", "callback_data": "b"}]]
    shown = message(text="Well?", reply_markup={"inline_keyboard": keyboard})
    update = {"update_id": 7, "callback_query": {"id": "43", "from": {"id": 9}, "message": shown, "data": "b"}}

    assert ADAPTER.read(incoming(update)) == [Event("7", "9", "Yes", {"to": 9}, RECEIVED, "b")]
    assert ADAPTER.acknowledge(incoming(update)).body == {"method": "answerCallbackQuery", "callback_query_id": "43"}
    assert ADAPTER.acknowledge(incoming({"update_id": 7, "message": message(text="x")})).body == ""
    assert ADAPTER.acknowledge(incoming([])).body == ""


@pytest.mark.parametrize(
    ("status", "body", "kind", "retry_after"),
    [
        (200, b'{"ok": true}', "sent", None),
        (429, b'{"ok": false, "parameters": {"retry_after": 17}}', "later", 17.0),
        (429, b"", "later", 3.0),
        (403, b'{"ok": false, "description": "Forbidden: bot was blocked by the user"}', "dead", None),
        (404, b'{"ok": false, "description": "Not Found"}', "later", None),
        (401, b'{"ok": false}', "later", 3.0),
        (400, b'{"ok": false, "description": "Bad Request: chat not found"}', "dead", None),
    ],
)
def test_judge(status: int, body: bytes, kind: str, retry_after: float | None):
    """How long to wait stands in the body; who has blocked the bot is not written to again."""
    verdict = ADAPTER.judge(status, {"Retry-After": "3"} if retry_after == 3.0 else {}, body)

    assert (verdict.kind, verdict.retry_after) == (kind, retry_after)
    assert verdict.reason in ("", f"status {status}")


def test_token_is_in_the_address_only_when_it_is_sent():
    """Calls wait in the outbox, so they hold no token of ours."""
    (call,) = ADAPTER.calls([Piece("hello")], {"to": 9}, "key")

    assert TOKEN not in json.dumps([call.url, call.json, *call.headers])
    assert ADAPTER.target(call) == f"https://api.telegram.org/bot{TOKEN}/sendMessage"


@pytest.mark.parametrize(("name", "value"), [("token", "not-a-token"), ("webhook_secret", "with a space")])
def test_settings_are_checked(name: str, value: str):
    """A token or secret that Telegram would not take is named at the start."""
    settings = Settings("telegram", {"token": TOKEN, "webhook_secret": SECRET, name: value})
    Telegram.from_settings(settings)

    with pytest.raises(AcumenError, match=f"`{name}`"):
        settings.check()
