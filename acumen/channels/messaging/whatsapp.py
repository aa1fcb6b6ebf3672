"""WhatsApp, by Meta's Cloud API."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from acumen.channels.messaging.adapter import DAY, Address, Call, Capabilities, Event, Form, Incoming, Piece, Receipt
from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.messaging.markup import WHATSAPP
from acumen.channels.messaging.meta import MetaAdapter
from acumen.channels.messaging.render import shortened

BUTTONS = Form("buttons", most=3, title=20, text=1024)
LIST = Form("list", most=10, title=24, text=1024, detail=72)
LIST_LABEL = "More questions"
TAKEN = {"sent", "delivered", "read"}


class WhatsApp(MetaAdapter):
    """One business phone number."""

    name: ClassVar[str] = "whatsapp"
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=4096,
        markup=WHATSAPP,
        forms=(BUTTONS, LIST),
        remember_seconds=7 * DAY,
        calls_per_second=60.0,
        doubt_seconds=15.0,
    )
    id_setting: ClassVar[str] = "phone_number_id"
    # Too many calls of one kind or another, or WhatsApp's own trouble.
    passing_codes: ClassVar[frozenset[int]] = frozenset({80007, 130429, 131000, 131016, 131056})

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads messages to this number, and receipts (see parent class for full docstring)."""
        found: list[Event | Receipt] = []
        for entry in json.loads(incoming.body).get("entry", []):
            for change in entry.get("changes", []):
                value = change.get("value", {})
                if value.get("metadata", {}).get("phone_number_id") == self._id:
                    found += [event for message in value.get("messages", []) if (event := _event(message))]
                    found += [receipt for status in value.get("statuses", []) if (receipt := _receipt(status))]
        return found

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        common = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": address["to"]}
        keys = [f"{key}-{number}" for number in range(len(pieces))]
        # Meta hands this data back with each receipt.
        return [
            Call(self._url, key, json={**common, **_content(piece), "biz_opaque_callback_data": key})
            for key, piece in zip(keys, pieces, strict=True)
        ]


class WhatsAppChannel(MessagingChannel):
    """Patients writing by WhatsApp."""

    adapter_class = WhatsApp


def _event(message: dict[str, Any]) -> Event | None:
    """The event of a message; None for what asks for no answer, such as a reaction."""
    kind = message.get("type", "")
    if kind in ("reaction", "system", "unsupported") or "from" not in message or "id" not in message:
        return None
    text, payload = _words(kind, message.get(kind) or {})
    sender = str(message["from"])
    return Event(str(message["id"]), sender, text, {"to": sender}, float(message.get("timestamp", 0)), payload)


def _words(kind: str, content: dict[str, Any]) -> tuple[str, str]:
    """What a message says, and what a pressed button carried."""
    if kind == "interactive":
        pressed = content.get(content.get("type", "")) or {}
        return str(pressed.get("title", "")), str(pressed.get("id", ""))
    if kind == "button":
        return str(content.get("text", "")), ""
    return str(content.get("body", content.get("caption", ""))), ""


def _receipt(status: dict[str, Any]) -> Receipt | None:
    key = status.get("biz_opaque_callback_data")
    return Receipt(str(key)) if key and status.get("status") in TAKEN else None


def _content(piece: Piece) -> dict[str, Any]:
    if piece.form is None:
        return {"type": "text", "text": {"body": piece.text, "preview_url": False}}
    return {
        "type": "interactive",
        "interactive": {
            "type": "button" if piece.form == "buttons" else "list",
            "body": {"text": piece.text},
            "action": _buttons(piece) if piece.form == "buttons" else _list(piece),
        },
    }


def _buttons(piece: Piece) -> dict[str, Any]:
    replies = [{"id": choice.token, "title": choice.title} for choice in piece.choices]
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def _list(piece: Piece) -> dict[str, Any]:
    rows = []
    for choice in piece.choices:
        row = {"id": choice.token, "title": shortened(choice.title, LIST.title)}
        if row["title"] != choice.title:
            row["description"] = choice.title
        rows.append(row)
    return {"button": LIST_LABEL, "sections": [{"rows": rows}]}
