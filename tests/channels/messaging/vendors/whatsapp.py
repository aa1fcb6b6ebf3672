"""WhatsApp Cloud, seen from Meta."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from acumen.channels.messaging.whatsapp import WhatsAppChannel
from tests.channels.messaging.vendors import meta
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

NUMBER_ID = "106540352242922"


def _payload(*, messages: Sequence[Any] = (), statuses: Sequence[Any] = (), number: str = NUMBER_ID) -> bytes:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
    }
    if messages:
        value["contacts"] = [{"profile": {"name": "Sheena Nelson"}, "wa_id": each["from"]} for each in messages]
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    change = {"value": value, "field": "messages"}
    return json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}
    ).encode()


def _message(said: Said) -> dict[str, Any]:
    common = {"from": said.sender, "id": said.id, "timestamp": str(int(said.at))}
    if said.payload:
        reply = {"id": said.payload, "title": said.text}
        return {**common, "type": "interactive", "interactive": {"type": "list_reply", "list_reply": reply}}
    return {**common, "type": "text", "text": {"body": said.text}}


class WhatsAppVendor(Vendor):
    """Meta's side of one business number."""

    channel = WhatsAppChannel
    senders = ("16505551234", "447700900123")

    def settings(self, api: str) -> dict[str, Any]:
        return {
            "app_secret": meta.SECRET,
            "verify_token": meta.VERIFY_TOKEN,
            "access_token": meta.ACCESS_TOKEN,
            "phone_number_id": NUMBER_ID,
            "api": api,
        }

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self.signed(_payload(messages=[_message(each) for each in said]))]

    def signed(self, body: bytes) -> Delivery:
        return meta.signed(body)

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        return meta.forgeries(good)

    def noise(self) -> list[Delivery]:
        sender, at = self.senders[0], "1754300000"
        reaction = {"from": sender, "id": "wamid.r", "timestamp": at, "type": "reaction", "reaction": {"emoji": "👍"}}
        system = {"from": sender, "id": "wamid.s", "timestamp": at, "type": "system", "system": {"body": "changed"}}
        status = {"id": "wamid.x", "status": "read", "timestamp": at, "recipient_id": sender}
        foreign = _message(Said("wamid.f", sender, "for another number", 1754300000))
        bodies = [
            _payload(messages=[reaction]),
            _payload(messages=[system]),
            _payload(statuses=[status]),
            _payload(messages=[foreign], number="1"),
            b'{"object": "whatsapp_business_account", "entry": []}',
            b"{}",
        ]
        return [self.signed(body) for body in bodies]

    def wordless(self, sender: str) -> Delivery:
        picture = {"mime_type": "image/jpeg", "id": "2754859441498128"}
        message = {
            "from": sender,
            "id": "wamid.i",
            "timestamp": str(int(time.time())),
            "type": "image",
            "image": picture,
        }
        return self.signed(_payload(messages=[message]))

    def shown(self, request: Request) -> Shown:
        call = json.loads(request.body)
        assert request.path.endswith(f"/{NUMBER_ID}/messages")
        assert call["messaging_product"] == "whatsapp"
        if call["type"] == "text":
            assert 0 < len(call["text"]["body"]) <= 4096
            return Shown(call["to"], call["text"]["body"])
        interactive = call["interactive"]
        assert 0 < len(interactive["body"]["text"]) <= 1024
        return Shown(call["to"], interactive["body"]["text"], _choices(interactive))

    def is_authorised(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {meta.ACCESS_TOKEN}"

    def accepted(self, request: Request) -> Answered:
        return Answered(body=json.dumps({"messaging_product": "whatsapp", "messages": [{"id": "wamid.out"}]}))

    def receipt(self, request: Request) -> Delivery | None:
        key = json.loads(request.body)["biz_opaque_callback_data"]
        return self.signed(
            _payload(statuses=[{"id": "wamid.o", "status": "sent", "timestamp": "1", "biz_opaque_callback_data": key}])
        )

    def throttled(self) -> Answered:
        return Answered(400, body=json.dumps({"error": {"message": "(#130429) Rate limit hit", "code": 130429}}))


def _choices(interactive: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    action = interactive["action"]
    if interactive["type"] == "button":
        buttons = [each["reply"] for each in action["buttons"]]
        assert 0 < len(buttons) <= 3
        assert all(0 < len(each["title"]) <= 20 and len(each["id"]) <= 256 for each in buttons)
        return tuple((each["title"], each["id"]) for each in buttons)
    assert 0 < len(action["button"]) <= 20
    rows = [row for section in action["sections"] for row in section["rows"]]
    assert 0 < len(rows) <= 10
    assert all(0 < len(row["title"]) <= 24 and len(row["id"]) <= 200 for row in rows)
    assert all(len(row.get("description", "")) <= 72 for row in rows)
    return tuple((row["title"], row["id"]) for row in rows)
