"""Telegram, by its Bot API."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import aiohttp

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
from acumen.channels.messaging.markup import HTML
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.settings import Settings

API = "https://api.telegram.org"
TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{30,}")
# What `setWebhook` allows.
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
# Telegram has no limit for a title, but phones cut what is longer.
KEYBOARD = Form("buttons", most=10, title=40, text=4096)
# Pressing Start is how each conversation begins; these are commands of Telegram's, not words of the patient.
COMMANDS = {"/start": "Hello", "/help": "What can you help me with?"}
# What a message may hold instead of words; anything else is a note of the system.
MEDIA = (
    {"animation", "audio", "contact", "dice", "document", "game", "location", "paid_media", "photo"}
    | {"poll", "sticker", "story", "venue", "video", "video_note", "voice"}
)  # fmt: skip
# The patient has blocked the bot, or is not there any more: it does not pass, unlike a forbidden token.
FORBIDDEN = 403
# What a wrong token gets.
NOT_FOUND = 404
# Of message ids, so that messages of one second keep their order.
RANKS = 1_000_000


class Telegram(Adapter):
    """One bot, in its private chats."""

    name: ClassVar[str] = "telegram"
    # A text has up to 4096 units of UTF-16 once its markup is taken out. https://core.telegram.org/bots/faq
    # wants no more than 30 messages a second, and one a second to the same chat.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=4096,
        size=utf16_units,
        markup=HTML,
        forms=(KEYBOARD,),
        calls_per_second=25.0,
        seconds_between=1.0,
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> Telegram:
        """Makes the adapter (see parent class for full docstring)."""
        token, secret = settings.secret("token"), settings.secret("webhook_secret")
        if token and not TOKEN.fullmatch(token):
            settings.fault("`token` is not a bot's token, such as 123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11")
        if secret and not WEBHOOK_SECRET.fullmatch(secret):
            settings.fault("`webhook_secret` has up to 256 letters, digits, hyphens and underscores")
        return cls(token=token, webhook_secret=secret, api=settings.address("api", API))

    def __init__(self, *, token: str, webhook_secret: str, api: str = API) -> None:
        self._token = token
        self._webhook_secret = webhook_secret
        self._api = api

    @property
    def secret(self) -> str:
        """The bot's token, which no request of Telegram holds (see parent class for full docstring)."""
        return self._token

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks the secret that Telegram was given (see parent class for full docstring)."""
        given = incoming.headers.get("x-telegram-bot-api-secret-token", "")
        return hmac.compare_digest(given.encode(), self._webhook_secret.encode())

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads a message or a pressed button (see parent class for full docstring)."""
        update = json.loads(incoming.body)
        if "update_id" not in update:
            return []
        identifier = str(update["update_id"])
        if pressed := update.get("callback_query"):
            event = _pressed(identifier, pressed, incoming.received)
        else:
            event = _message(identifier, update.get("message") or {})
        return [event] if event else []

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Lets a pressed button stop turning (see parent class for full docstring)."""
        try:
            pressed = json.loads(incoming.body)["callback_query"]["id"]
        except (ValueError, KeyError, TypeError):
            return Answer()
        return Answer(body={"method": "answerCallbackQuery", "callback_query_id": pressed})

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        common = {"chat_id": address["to"], "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
        return [
            Call("sendMessage", f"{key}-{number}", json={**common, "text": piece.text, **_keyboard(piece)})
            for number, piece in enumerate(pieces)
        ]

    def target(self, call: Call) -> str:
        """Puts the token into the address; calls only name a method (see parent class for full docstring)."""
        return f"{self._api}/bot{self._token}/{call.url}"

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Reads how long to wait, which stands in the body (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        if status == FORBIDDEN:
            return Verdict("dead", verdict.reason)
        if status == NOT_FOUND:
            return Verdict("later", verdict.reason)
        return Verdict(verdict.kind, verdict.reason, _retry_after(body) or verdict.retry_after)


class TelegramChannel(MessagingChannel):
    """Patients writing to a Telegram bot."""

    adapter_class = Telegram


def _message(identifier: str, message: dict[str, Any]) -> Event | None:
    """The event of a message; None in groups, from bots, and for notes of the system."""
    text = str(message.get("text", message.get("caption", "")))
    if not _is_private(message) or message.get("from", {}).get("is_bot") or not (text or MEDIA & message.keys()):
        return None
    chat = message["chat"]["id"]
    command = text.partition(" ")[0] if text.startswith("/") else ""
    at = message["date"] + message["message_id"] % RANKS / RANKS
    return Event(identifier, str(chat), COMMANDS.get(command, text), {"to": chat}, at)


def _pressed(identifier: str, pressed: dict[str, Any], received: float) -> Event | None:
    message = pressed.get("message") or {}
    if not _is_private(message) or "data" not in pressed:
        return None
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    titles = [button["text"] for row in rows for button in row if button.get("callback_data") == pressed["data"]]
    chat = message["chat"]["id"]
    # When it was pressed, Telegram does not tell.
    return Event(identifier, str(chat), "".join(titles[:1]), {"to": chat}, received, str(pressed["data"]))


def _is_private(message: dict[str, Any]) -> bool:
    return bool(message.get("chat", {}).get("type") == "private")


def _keyboard(piece: Piece) -> dict[str, Any]:
    if piece.form is None:
        return {}
    # A row each, as titles are long.
    rows = [[{"text": choice.title, "callback_data": choice.token}] for choice in piece.choices]
    return {"reply_markup": {"inline_keyboard": rows}}


def _retry_after(body: bytes) -> float | None:
    try:
        return float(json.loads(body)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return None
