"""Discord, by its interactions: a command that asks, and buttons."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import aiohttp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from acumen.channels.messaging.adapter import (
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
from acumen.channels.messaging.markup import DISCORD
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.settings import Settings

API = "https://discord.com/api/v10"
PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}")
SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")
# Discord names no window; its tokens for answers end after 15 minutes, and it delivers at once and never again.
WINDOW_SECONDS = 300.0
# https://discord.com/developers/docs/resources/message and …/components/reference#button
LONGEST_TEXT = 2000
BUTTONS = Form("buttons", most=25, title=80, text=LONGEST_TEXT)
ROWS = 5
PING, COMMAND, PRESSED = 1, 2, 3
PONG, DEFERRED = 1, 5
STRING_OPTION = 3
# Only who asked sees the answer; addresses in it show no preview.
EPHEMERAL, NO_PREVIEW = 1 << 6, 1 << 2
# An interaction's id tells its time, in milliseconds since 2015. Discord calls such ids snowflakes.
EPOCH_MILLISECONDS, TIME_SHIFT = 1420070400000, 22
NOT_FOUND = 404
# The token for the answer has ended.
ENDED_TOKEN = 50027


class Discord(Adapter):
    """One application."""

    name: ClassVar[str] = "discord"
    # https://discord.com/developers/docs/topics/rate-limits: 50 requests a second in all; a webhook's, about 2.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=LONGEST_TEXT,
        size=utf16_units,
        markup=DISCORD,
        forms=(BUTTONS,),
        calls_per_second=40.0,
        seconds_between=0.5,
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> Discord:
        """Makes the adapter (see parent class for full docstring)."""
        application, key = settings.text("application_id"), settings.text("public_key")
        if application and not application.isdigit():
            settings.fault("`application_id` is an id at Discord, digits only")
        if key and not PUBLIC_KEY.fullmatch(key):
            settings.fault("`public_key` is 64 digits and letters from a to f")
        secret = settings.secret("secret")
        return cls(application_id=application, public_key=key, secret=secret, api=settings.address("api", API))

    def __init__(self, *, application_id: str, public_key: str, secret: str, api: str = API) -> None:
        self._application_id = application_id
        self._public_key = public_key
        self._secret = secret
        self._url = f"{api}/webhooks/{application_id}"

    @property
    def secret(self) -> str:
        """A secret of the clinic's own, as Discord gives none (see parent class for full docstring)."""
        return self._secret

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks Discord's signature of time and raw body (see parent class for full docstring)."""
        at, given = incoming.headers.get("x-signature-timestamp", ""), incoming.headers.get("x-signature-ed25519", "")
        if not incoming.came_within(WINDOW_SECONDS, at):
            return False
        if not SIGNATURE.fullmatch(given):
            return False
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self._public_key))
        try:
            key.verify(bytes.fromhex(given), at.encode() + incoming.body)
        except InvalidSignature:
            return False
        return True

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads a command or a pressed button (see parent class for full docstring)."""
        interaction = json.loads(incoming.body)
        if interaction.get("type") not in (COMMAND, PRESSED) or interaction["application_id"] != self._application_id:
            return []
        data, user = interaction["data"], (interaction.get("member") or interaction)["user"]
        if interaction["type"] == COMMAND:
            options = data.get("options", [])
            text, payload = " ".join(str(each["value"]) for each in options if each["type"] == STRING_OPTION), ""
        else:
            payload = str(data["custom_id"])
            text = _title(interaction.get("message") or {}, payload)
        identifier = str(interaction["id"])
        at = ((int(identifier) >> TIME_SHIFT) + EPOCH_MILLISECONDS) / 1000
        return [Event(identifier, str(user["id"]), text, {"token": str(interaction["token"])}, at, payload)]

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Answers a try of the address, or says that an answer follows (see parent class for full docstring)."""
        try:
            kind = json.loads(incoming.body)["type"]
        except (ValueError, KeyError, TypeError):
            return Answer()
        if kind == PING:
            return Answer(body={"type": PONG})
        if kind in (COMMAND, PRESSED):
            return Answer(body={"type": DEFERRED, "data": {"flags": EPHEMERAL}})
        return Answer()

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece; the first fills the answer that was announced (see parent class for docstring)."""
        url = f"{self._url}/{address['token']}"
        first = [
            Call(f"{url}/messages/@original", f"{key}-0", json=_message(piece), method="PATCH") for piece in pieces[:1]
        ]
        return first + [
            Call(url, f"{key}-{number}", json={**_message(piece), "flags": EPHEMERAL | NO_PREVIEW})
            for number, piece in enumerate(pieces[1:], 1)
        ]

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Tells an answer that is not announced yet from one that is too late (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        if verdict.kind == "sent":
            return verdict
        if _error(body, "code") == ENDED_TOKEN:
            return Verdict("dead", f"status {status}, code {ENDED_TOKEN}")
        # We may be faster than Discord takes in that an answer follows.
        kind = "later" if status == NOT_FOUND else verdict.kind
        wait = _error(body, "retry_after")
        return Verdict(kind, verdict.reason, verdict.retry_after if wait is None else wait)


class DiscordChannel(MessagingChannel):
    """Patients asking an application in Discord."""

    adapter_class = Discord


def _title(message: dict[str, Any], token: str) -> str:
    """The title of the button that was pressed, as the message shows it."""
    buttons = [button for row in message.get("components", []) for button in row.get("components", [])]
    return next((str(button.get("label", "")) for button in buttons if button.get("custom_id") == token), "")


def _message(piece: Piece) -> dict[str, Any]:
    message: dict[str, Any] = {"content": piece.text, "flags": NO_PREVIEW, "allowed_mentions": {"parse": []}}
    if piece.form is not None:
        buttons = [{"type": 2, "style": 2, "label": each.title, "custom_id": each.token} for each in piece.choices]
        size = math.ceil(len(buttons) / ROWS)
        rows = [buttons[start : start + size] for start in range(0, len(buttons), size)]
        message["components"] = [{"type": 1, "components": row} for row in rows]
    return message


def _error(body: bytes, name: str) -> float | None:
    """A number in Discord's account of an error."""
    try:
        return float(json.loads(body)[name])
    except (ValueError, KeyError, TypeError):
        return None
