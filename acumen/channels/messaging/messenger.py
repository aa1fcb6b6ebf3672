"""Messenger: a clinic's Facebook page, by Meta's Messenger Platform."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from acumen.channels.messaging.adapter import Address, Call, Capabilities, Event, Form, Incoming, Piece, Receipt
from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.meta import MetaAdapter

# https://developers.facebook.com/docs/messenger-platform/send-messages/quick-replies
QUICK_REPLIES = Form("buttons", most=13, title=20, text=2000)


class Messenger(MetaAdapter):
    """One Facebook page."""

    name: ClassVar[str] = "messenger"
    # A text has up to 2000 characters; the platform has no markup, and makes links of addresses by itself.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=2000,
        size=utf16_units,
        forms=(QUICK_REPLIES,),
        calls_per_second=40.0,
        doubt_seconds=15.0,
    )
    id_setting: ClassVar[str] = "page_id"
    # Too many calls: of the page, of the app to the messenger, of one kind.
    passing_codes: ClassVar[frozenset[int]] = frozenset({32, 613, 1200, 80006})
    # The patient's last message is too long ago; the patient is not there any more.
    final_codes: ClassVar[frozenset[int]] = frozenset({2018278, 551})

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads messages to this page, and echoes of ours (see parent class for full docstring)."""
        # What another app of the page has in hand stands under `standby`, and is not ours to answer.
        items = [item for entry in json.loads(incoming.body).get("entry", []) for item in entry.get("messaging", [])]
        found = (self._receipt(item) or self._event(item) for item in items)
        return [each for each in found if each]

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        common = {"recipient": {"id": address["to"]}, "messaging_type": "RESPONSE"}
        keys = [f"{key}-{number}" for number in range(len(pieces))]
        # Meta hands the metadata back with the echo of the message.
        return [
            Call(self._url, key, json={**common, "message": {**_content(piece), "metadata": key}})
            for key, piece in zip(keys, pieces, strict=True)
        ]

    def _receipt(self, item: dict[str, Any]) -> Receipt | None:
        message = item.get("message") or {}
        is_ours = message.get("is_echo") and item.get("sender", {}).get("id") == self._id
        return Receipt(str(message["metadata"])) if is_ours and message.get("metadata") else None

    def _event(self, item: dict[str, Any]) -> Event | None:
        """The event of a message or a pressed button; None for what asks for no answer."""
        sender, message, postback = str(item.get("sender", {}).get("id", "")), item.get("message"), item.get("postback")
        if not sender or item.get("recipient", {}).get("id") != self._id:
            return None
        at, address = item.get("timestamp", 0) / 1000, {"to": sender}
        if message and "mid" in message and not message.get("is_echo") and not message.get("is_deleted"):
            payload = str((message.get("quick_reply") or {}).get("payload", ""))
            return Event(str(message["mid"]), sender, str(message.get("text", "")), address, at, payload)
        if postback:
            # A page's own menu, or a question it proposes: it says its title. Older ones have no id.
            identifier = str(postback.get("mid") or f"{sender} {item.get('timestamp')}")
            return Event(
                identifier, sender, str(postback.get("title", "")), address, at, str(postback.get("payload", ""))
            )
        return None


class MessengerChannel(MessagingChannel):
    """Patients writing to a Facebook page."""

    adapter_class = Messenger


def _content(piece: Piece) -> dict[str, Any]:
    if piece.form is None:
        return {"text": piece.text}
    replies = [{"content_type": "text", "title": each.title, "payload": each.token} for each in piece.choices]
    return {"text": piece.text, "quick_replies": replies}
