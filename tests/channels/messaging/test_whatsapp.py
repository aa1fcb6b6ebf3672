"""What is WhatsApp's own."""

from __future__ import annotations

import json
import time

import pytest

from acumen.channels.messaging.adapter import Event, Incoming, Piece, Receipt
from acumen.channels.messaging.whatsapp import WhatsApp
from tests.channels.messaging.vendors.whatsapp import WhatsAppVendor

ADAPTER = WhatsApp(
    app_secret="app secret", verify_token="verify token", access_token="token", identifier="106540352242922"
)


def incoming(body: bytes = b"", **query: str) -> Incoming:
    """A request of Meta."""
    return Incoming("POST", "https://x.example/webhook", "/webhook", query, {}, body, time.time())


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        (
            {"hub.mode": "subscribe", "hub.verify_token": "verify token", "hub.challenge": "1158201444"},
            200,
            "1158201444",
        ),
        ({"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1"}, 403, ""),
        ({"hub.mode": "subscribe", "hub.challenge": "1"}, 403, ""),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "verify token", "hub.challenge": "1"}, 403, ""),
        ({}, 403, ""),
    ],
)
def test_challenge(query: dict[str, str], status: int, body: str):
    """Meta's try of the address succeeds with our token only."""
    answer = ADAPTER.challenge(incoming(**query))

    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"{}", "sent"),
        (400, b'{"error": {"code": 131047}}', "dead"),
        (400, b'{"error": {"code": 130429}}', "later"),
        (400, b'{"error": {"code": 131056}}', "later"),
        (400, b'{"error": {"code": "130429"}}', "dead"),
        (400, b"<html>", "dead"),
        (401, b'{"error": {"code": 190}}', "later"),
        (500, b"", "later"),
    ],
)
def test_judge(status: int, body: bytes, kind: str):
    """Meta puts much under 400: its own code tells what passes."""
    verdict = ADAPTER.judge(status, {}, body)

    assert verdict.kind == kind
    assert "html" not in verdict.reason


def test_kinds_of_messages_are_read():
    """Words are read wherever they stand, and statuses are receipts only when they are good and ours."""
    value = {
        "metadata": {"phone_number_id": "106540352242922"},
        "messages": [
            {"from": "1", "id": "a", "timestamp": "7", "type": "text", "text": {"body": "hello"}},
            {"from": "1", "id": "b", "timestamp": "7", "type": "image", "image": {"caption": "my arm"}},
            {"from": "1", "id": "c", "timestamp": "7", "type": "audio", "audio": {"id": "9"}},
            {"from": "1", "id": "d", "timestamp": "7", "type": "button", "button": {"text": "Yes", "payload": "/x"}},
            {
                "from": "1",
                "id": "e",
                "timestamp": "7",
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "token", "title": "Yes"}},
            },
        ],
        "statuses": [
            {"status": "delivered", "biz_opaque_callback_data": "key"},
            {"status": "failed", "biz_opaque_callback_data": "key"},
            {"status": "delivered"},
        ],
    }
    found = ADAPTER.read(incoming(json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()))

    events = [each for each in found if isinstance(each, Event)]
    assert [(each.text, each.payload) for each in events] == [
        ("hello", ""),
        ("my arm", ""),
        ("", ""),
        ("Yes", ""),
        ("Yes", "token"),
    ]
    assert [each for each in found if isinstance(each, Receipt)] == [Receipt("key")]


async def test_signature_agrees_with_an_independent_one():
    """A body and its signature by OpenSSL: `printf '{"object":"x"}' | openssl dgst -sha256 -hmac 'app secret'`."""
    signature = "d290683cbe6b926f84ad0e076a2630058a6f207b6f0f4012e2661ed80280e01e"
    request = incoming(b'{"object":"x"}')
    request.headers["x-hub-signature-256"] = f"sha256={signature}"

    assert await ADAPTER.verify(request, None)


def test_no_secret_is_in_a_call():
    """Calls wait in the outbox, so they hold no token of ours."""
    (call,) = ADAPTER.calls([Piece("hello")], {"to": "1"}, "key")

    assert "token" not in json.dumps(call.json) + str(call.headers)
    assert call.key == "key-0"


def test_settings_name_the_number():
    """The id of the number is not the number as people write it."""
    from acumen.channels.messaging.settings import Settings

    settings = Settings("whatsapp", {**WhatsAppVendor().settings("http://localhost"), "phone_number_id": "+44 7700"})
    WhatsApp.from_settings(settings)
    with pytest.raises(Exception, match="digits only"):
        settings.check()
