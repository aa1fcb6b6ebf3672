"""LINE, by its Messaging API."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import aiohttp

from acumen.channels.messaging.adapter import (
    Adapter,
    Address,
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
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.settings import Settings

API = "https://api.line.me"
# https://developers.line.biz/en/reference/messaging-api/#text-message and #quick-reply: sizes are units of UTF-16.
LONGEST_TEXT = 5000
QUICK_REPLIES = Form("buttons", most=13, title=20, text=LONGEST_TEXT)
# One request carries so many messages, and counts as one message of the account's plan.
MESSAGES_A_CALL = 5
# The same request was taken before: LINE knows it by its retry key for a day.
CONFLICT = 409


class Line(Adapter):
    """One official account, in its chats with one person each."""

    name: ClassVar[str] = "line"
    # https://developers.line.biz/en/reference/messaging-api/#rate-limits allows 2,000 requests a second.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=LONGEST_TEXT, size=utf16_units, forms=(QUICK_REPLIES,), calls_per_second=100.0
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> Line:
        """Makes the adapter (see parent class for full docstring)."""
        return cls(
            channel_secret=settings.secret("channel_secret"),
            access_token=settings.secret("access_token"),
            api=settings.address("api", API),
        )

    def __init__(self, *, channel_secret: str, access_token: str, api: str = API) -> None:
        self._channel_secret = channel_secret
        self._access_token = access_token
        self._url = f"{api}/v2/bot/message/push"

    @property
    def secret(self) -> str:
        """The channel's secret (see parent class for full docstring)."""
        return self._channel_secret

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks LINE's signature of the raw body (see parent class for full docstring)."""
        digest = hmac.digest(self._channel_secret.encode(), incoming.body, hashlib.sha256)
        given = incoming.headers.get("x-line-signature", "")
        return hmac.compare_digest(base64.b64encode(digest), given.encode())

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads messages (see parent class for full docstring)."""
        events = json.loads(incoming.body).get("events", [])
        return [found for event in events if (found := _event(event))]

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call of up to five pieces (see parent class for full docstring)."""
        return [
            self._push(
                [_message(piece) for piece in pieces[start : start + MESSAGES_A_CALL]], address, f"{key}-{start}"
            )
            for start in range(0, len(pieces), MESSAGES_A_CALL)
        ]

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives the access token (see parent class for full docstring)."""
        return {"Authorization": f"Bearer {self._access_token}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Knows what was taken before (see parent class for full docstring)."""
        return Verdict("sent") if status == CONFLICT else super().judge(status, headers, body)

    def _push(self, messages: list[dict[str, Any]], address: Address, key: str) -> Call:
        # Reply tokens are free, but end after a minute and know no retry: a reply that came late would be lost.
        return Call(
            self._url, key, json={"to": address["to"], "messages": messages}, headers={"X-Line-Retry-Key": _uuid(key)}
        )


class LineChannel(MessagingChannel):
    """Patients writing to an official account in LINE."""

    adapter_class = Line


def _event(event: dict[str, Any]) -> Event | None:
    """The event of a message; None in groups, where a person of the clinic has the chat in hand, and for the rest."""
    source, message = event.get("source") or {}, event.get("message") or {}
    if event.get("type") != "message" or event.get("mode") == "standby" or source.get("type") != "user":
        return None
    sender = str(source["userId"])
    text = str(message.get("text", "")) if message.get("type") == "text" else ""
    # Delivered again, the message is the same.
    return Event(str(event["webhookEventId"]), sender, text, {"to": sender}, event["timestamp"] / 1000)


def _message(piece: Piece) -> dict[str, Any]:
    message: dict[str, Any] = {"type": "text", "text": piece.text}
    if piece.form is not None:
        # LINE tells no title of a pressed button: it says its title instead, as if it had been typed.
        actions = [{"type": "message", "label": each.title, "text": each.title} for each in piece.choices]
        message["quickReply"] = {"items": [{"type": "action", "action": action} for action in actions]}
    return message


def _uuid(key: str) -> str:
    """A key in the form that LINE wants."""
    return str(uuid.UUID(bytes=hashlib.sha256(key.encode()).digest()[:16], version=4))
