"""LINE, seen from its Messaging API."""

from __future__ import annotations

import base64
import hmac
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from acumen.channels.messaging.line import LineChannel
from acumen.channels.messaging.measure import utf16_units
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "a channel access token"
SIGNATURE = "X-Line-Signature"


def sign(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> str:
    """The value of LINE's header for a body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, algorithm)).decode()


def payload(*events: dict[str, Any]) -> bytes:
    """The body of a request with these events."""
    return json.dumps({"destination": "U" + "b" * 32, "events": events}, ensure_ascii=False).encode()


def event(sender: str, at: float, identifier: str = "01", **content: Any) -> dict[str, Any]:
    """An event of a chat with one person; of a text unless it says otherwise."""
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(at * 1000),
        "source": {"type": "user", "userId": sender},
        "webhookEventId": identifier,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        **content,
    }


def text(words: str) -> dict[str, Any]:
    """The message of a text."""
    return {"id": "444573844083572737", "type": "text", "quoteToken": "q3Plxr4AgKd", "text": words}


class LineVendor(Vendor):
    """LINE's side of one official account."""

    channel = LineChannel
    senders = ("U4af4980629f1a2b3c4d5e6f708192a3b", "U9ae5c71d20b34f6a8c1e0d2b4f6a8c1e")

    def settings(self, api: str) -> dict[str, Any]:
        return {"channel_secret": SECRET, "access_token": TOKEN, "api": api}

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        # A pressed button says its title, and carries nothing.
        events = [event(each.sender, each.at, each.id, message=text(each.text)) for each in said]
        return [self.signed(payload(*events))]

    def signed(self, body: bytes) -> Delivery:
        return Delivery(body, {"Content-Type": "application/json; charset=utf-8", SIGNATURE: sign(body)})

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        right = good.headers[SIGNATURE]
        values = {
            "empty": "",
            "sha1": sign(good.body, algorithm="sha1"),
            "sha512": sign(good.body, algorithm="sha512"),
            "hexadecimal": base64.b64decode(right).hex(),
            "with an algorithm": f"sha256={right}",
            "another secret": sign(good.body, "another secret"),
            "empty secret": sign(good.body, ""),
            "the access token as secret": sign(good.body, TOKEN),
            "without padding": right.rstrip("="),
            "cut short": right[:-4],
            "longer": right + "AAAA",
            "in lower case": right.lower(),
            "not ASCII": "é" * len(right),
        }
        bare = {key: value for key, value in good.headers.items() if key != SIGNATURE}
        forged = {name: replace(good, headers={**bare, SIGNATURE: value}) for name, value in values.items()}
        forged["missing"] = replace(good, headers=bare)
        forged["of another body"] = replace(good, body=good.body.replace(b"text", b"TEXT"))
        forged["body with a space more"] = replace(good, body=good.body + b" ")
        return forged

    def noise(self) -> list[Delivery]:
        sender, now = self.senders[0], time.time()
        said = event(sender, now, message=text("hello"))
        events = [
            {**said, "source": {"type": "group", "groupId": "C1", "userId": sender}},
            {**said, "source": {"type": "room", "roomId": "R1", "userId": sender}},
            {**said, "mode": "standby"},
            event(sender, now, type="follow", follow={"isUnblocked": False}),
            event(sender, now, type="unfollow"),
            event(sender, now, type="postback", postback={"data": "x"}),
            event(sender, now, type="unsend", unsend={"messageId": "1"}),
            event(sender, now, type="videoPlayComplete", videoPlayComplete={"trackingId": "1"}),
            event(sender, now, type="accountLink", link={"result": "ok", "nonce": "x"}),
            event(sender, now, type="an event of tomorrow"),
        ]
        # With no events LINE tries the address out.
        return [*(self.signed(payload(each)) for each in events), self.signed(payload()), self.signed(b"{}")]

    def wordless(self, sender: str) -> Delivery:
        sticker = {"id": "1501597916", "type": "sticker", "packageId": "446", "stickerId": "1988", "quoteToken": "q"}
        return self.signed(payload(event(sender, time.time(), "02", message=sticker)))

    def shown(self, request: Request) -> Shown:
        call = json.loads(request.body)
        assert request.path == "/v2/bot/message/push"
        assert uuid.UUID(self.identity(request)).version == 4
        assert set(call) == {"to", "messages"}
        messages = call["messages"]
        assert 1 <= len(messages) <= 5
        assert all(message["type"] == "text" and 0 < utf16_units(message["text"]) <= 5000 for message in messages)
        # Only those of the last message are shown.
        assert not any("quickReply" in message for message in messages[:-1])
        items = messages[-1].get("quickReply", {"items": []})["items"]
        assert len(items) <= 13
        actions = [item["action"] for item in items]
        assert all(action["type"] == "message" and 1 <= utf16_units(action["label"]) <= 20 for action in actions)
        seen = "\n\n".join(message["text"] for message in messages)
        return Shown(call["to"], seen, tuple((action["label"], action["text"]) for action in actions))

    def is_authorised(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"

    def accepted(self, request: Request) -> Answered:
        return Answered(body='{"sentMessages": [{"id": "461230966842064897", "quoteToken": "IStG5h1Tz7b"}]}')

    def identity(self, request: Request) -> str:
        return request.headers.get("X-Line-Retry-Key", "")

    def throttled(self) -> Answered:
        return Answered(429, body='{"message": "The API rate limit has been exceeded. Try again later."}')
