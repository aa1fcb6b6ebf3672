"""Messenger, seen from Meta."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from acumen.channels.messaging.messenger import MessengerChannel
from tests.channels.messaging.vendors import meta
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

PAGE = "1067280970047460"


def _payload(*items: dict[str, Any], under: str = "messaging") -> bytes:
    entry = {"id": PAGE, "time": int(time.time() * 1000), under: list(items)}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def _item(sender: str, at: float, receiver: str = PAGE, **content: Any) -> dict[str, Any]:
    return {"sender": {"id": sender}, "recipient": {"id": receiver}, "timestamp": int(at * 1000), **content}


def _message(said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"mid": said.id, "text": said.text}
    if said.payload:
        message["quick_reply"] = {"payload": said.payload}
    return _item(said.sender, said.at, message=message)


class MessengerVendor(Vendor):
    """Meta's side of one page."""

    channel = MessengerChannel
    senders = ("7284930017465923", "6109482235718842")

    def settings(self, api: str) -> dict[str, Any]:
        return {
            "app_secret": meta.SECRET,
            "verify_token": meta.VERIFY_TOKEN,
            "access_token": meta.ACCESS_TOKEN,
            "page_id": PAGE,
            "api": api,
        }

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self.signed(_payload(*map(_message, said)))]

    def signed(self, body: bytes) -> Delivery:
        return meta.signed(body)

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        return meta.forgeries(good)

    def noise(self) -> list[Delivery]:
        sender, now = self.senders[0], time.time()
        echo = {"mid": "m.e", "text": "Hello", "is_echo": True, "app_id": 1}
        foreign = _item(sender, now, "1", message={"mid": "m.f", "text": "for another page"})
        items = [
            _item(sender, now, read={"watermark": 1458668856253}),
            _item(sender, now, delivery={"mids": ["m.x"], "watermark": 1458668856253}),
            _item(sender, now, reaction={"reaction": "love", "emoji": "❤", "action": "react", "mid": "m.x"}),
            _item(sender, now, optin={"ref": "x"}),
            _item(sender, now, referral={"ref": "x", "source": "SHORTLINK", "type": "OPEN_THREAD"}),
            _item(sender, now, message_edit={"mid": "m.y", "text": "changed", "num_edit": 1}),
            _item(sender, now, message={"mid": "m.d", "is_deleted": True}),
            _item(PAGE, now, sender, message=echo),
            foreign,
        ]
        standby = _payload(_message(Said("m.s", sender, "with a person", now)), under="standby")
        bodies = [*map(_payload, items), standby, b'{"object": "page", "entry": []}', b"{}"]
        return [self.signed(body) for body in bodies]

    def wordless(self, sender: str) -> Delivery:
        picture = {"type": "image", "payload": {"url": "https://scontent.example/x.jpg"}}
        return self.signed(_payload(_item(sender, time.time(), message={"mid": "m.i", "attachments": [picture]})))

    def shown(self, request: Request) -> Shown:
        assert request.path.endswith(f"/{PAGE}/messages")
        call = json.loads(request.body)
        assert call["messaging_type"] == "RESPONSE"
        message = call["message"]
        assert 0 < len(message["text"]) <= 2000
        assert len(message["metadata"]) <= 1000
        replies = message.get("quick_replies", [])
        assert len(replies) <= 13
        assert all(each["content_type"] == "text" for each in replies)
        assert all(0 < len(each["title"]) <= 20 and len(each["payload"]) <= 1000 for each in replies)
        choices = tuple((each["title"], each["payload"]) for each in replies)
        return Shown(call["recipient"]["id"], message["text"], choices)

    def is_authorised(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {meta.ACCESS_TOKEN}"

    def accepted(self, request: Request) -> Answered:
        return Answered(body=json.dumps({"recipient_id": "1", "message_id": "m.out"}))

    def receipt(self, request: Request) -> Delivery | None:
        call = json.loads(request.body)
        echo = {"mid": "m.out", "is_echo": True, "app_id": 1, "metadata": call["message"]["metadata"], "text": "…"}
        return self.signed(_payload(_item(PAGE, time.time(), call["recipient"]["id"], message=echo)))

    def throttled(self) -> Answered:
        return Answered(400, body=json.dumps({"error": {"message": "(#613) Calls exceed the rate", "code": 613}}))
