"""WhatsApp, by Meta's Cloud API."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import aiohttp

from acumen.channels.messaging.adapter import (
    DAY,
    Adapter,
    Address,
    Answer,
    Call,
    Capabilities,
    Event,
    Form,
    Incoming,
    Piece,
    Receipt,
    Verdict,
)
from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.messaging.markup import WHATSAPP
from acumen.channels.messaging.render import shortened
from acumen.channels.messaging.settings import Settings

API = "https://graph.facebook.com/v21.0"
BUTTONS = Form("buttons", most=3, title=20, text=1024)
LIST = Form("list", most=10, title=24, text=1024, detail=72)
LIST_LABEL = "More questions"
# Meta's codes for what passes: too many calls of one kind or another, or its own trouble.
PASSING_CODES = {1, 2, 4, 80007, 130429, 131000, 131016, 131056}
TAKEN = {"sent", "delivered", "read"}


class WhatsApp(Adapter):
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
    routes: ClassVar[tuple[tuple[str, str], ...]] = (("POST", "/webhook"), ("GET", "/webhook"))

    @classmethod
    def from_settings(cls, settings: Settings) -> WhatsApp:
        """Makes the adapter (see parent class for full docstring)."""
        number = settings.text("phone_number_id")
        if number and not number.isdigit():
            settings.fault("`phone_number_id` is the id of the number at Meta, digits only")
        return cls(
            app_secret=settings.secret("app_secret"),
            verify_token=settings.secret("verify_token"),
            access_token=settings.secret("access_token"),
            phone_number_id=number,
            api=settings.address("api", API),
        )

    def __init__(
        self, *, app_secret: str, verify_token: str, access_token: str, phone_number_id: str, api: str = API
    ) -> None:
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._access_token = access_token
        self._phone_number_id = phone_number_id
        self._api = api

    @property
    def secret(self) -> str:
        """The app's secret (see parent class for full docstring)."""
        return self._app_secret

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks Meta's signature of the raw body (see parent class for full docstring)."""
        digest = hmac.new(self._app_secret.encode(), incoming.body, hashlib.sha256).hexdigest()
        given = incoming.headers.get("x-hub-signature-256", "")
        return hmac.compare_digest(f"sha256={digest}".encode(), given.encode())

    def challenge(self, incoming: Incoming) -> Answer:
        """Answers Meta's try of the address (see parent class for full docstring)."""
        query = incoming.query
        is_ours = hmac.compare_digest(query.get("hub.verify_token", "").encode(), self._verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not is_ours:
            return Answer(403)
        return Answer(200, query.get("hub.challenge", ""))

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads messages to this number, and receipts (see parent class for full docstring)."""
        found: list[Event | Receipt] = []
        for entry in json.loads(incoming.body).get("entry", []):
            for change in entry.get("changes", []):
                value = change.get("value", {})
                if value.get("metadata", {}).get("phone_number_id") == self._phone_number_id:
                    found += [event for message in value.get("messages", []) if (event := _event(message))]
                    found += [receipt for status in value.get("statuses", []) if (receipt := _receipt(status))]
        return found

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        url = f"{self._api}/{self._phone_number_id}/messages"
        common = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": address["to"]}
        keys = [f"{key}-{number}" for number in range(len(pieces))]
        # Meta hands this data back with each receipt.
        return [
            Call(url, key, json={**common, **_content(piece), "biz_opaque_callback_data": key})
            for key, piece in zip(keys, pieces, strict=True)
        ]

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives the access token (see parent class for full docstring)."""
        return {"Authorization": f"Bearer {self._access_token}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Reads Meta's own code, as it puts much under status 400 (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        code = _error_code(body)
        if verdict.kind == "dead" and code in PASSING_CODES:
            return Verdict("later", f"status {status}, code {code}", verdict.retry_after)
        return Verdict(verdict.kind, f"{verdict.reason}, code {code}" if code else verdict.reason, verdict.retry_after)


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


def _error_code(body: bytes) -> int | None:
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) else None
