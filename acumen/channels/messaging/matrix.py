"""Matrix, as an application service of a homeserver."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp

from acumen.channels.messaging.adapter import (
    Adapter,
    Address,
    Answer,
    Call,
    Capabilities,
    Errand,
    Event,
    Incoming,
    Piece,
    Verdict,
)
from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.messaging.markup import HTML
from acumen.channels.messaging.settings import Settings

# What may stand behind `Bearer`.
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
USER_ID = re.compile(r"@[a-z0-9._=/+-]+:[^\s:]+(:\d+)?")
ENCRYPTED = "I cannot read encrypted messages. Please start a new chat with me, with encryption turned off."
# Longer than any reply; an event has room for 65,536 bytes, of which the homeservers' own part is some thousand.
TEXT_BYTES = 48_000
LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
TAG = re.compile(r"</?b>")
# What older clients put before an answer: the message that is answered, which are not the patient's words.
QUOTED = re.compile(r"(> .*(\n|$))+\n?")
# The bot is not in the room any more: it does not pass, unlike a token that was refused.
FORBIDDEN = 403


def _content(text: str) -> dict[str, str]:
    """A text in HTML as the content of an event; notices would ring no bell, and an alarm must."""
    plain = html.unescape(TAG.sub("", LINK.sub("\\2\n\\1", text)))
    formatted = text.replace("\n", "<br>")
    return {"msgtype": "m.text", "body": plain, "format": "org.matrix.custom.html", "formatted_body": formatted}


def content_bytes(text: str) -> int:
    """The room that a text in HTML takes in an event, where it stands with its markup and without."""
    return len(json.dumps(_content(text), ensure_ascii=False).encode())


class Matrix(Adapter):
    """One bot on one homeserver, in chats with one person each."""

    name: ClassVar[str] = "matrix"
    # The size: https://spec.matrix.org/v1.13/client-server-api/#size-limits. A homeserver recognises a call by its key.
    capabilities: ClassVar[Capabilities] = Capabilities(text_limit=TEXT_BYTES, size=content_bytes, markup=HTML)
    routes: ClassVar[tuple[tuple[str, str], ...]] = (
        ("PUT", "/_matrix/app/v1/transactions/<transaction>"),
        ("POST", "/_matrix/app/v1/ping"),
    )
    # A homeserver adds the rest itself.
    webhook: ClassVar[str] = ""

    @classmethod
    def from_settings(cls, settings: Settings) -> Matrix:
        """Makes the adapter (see parent class for full docstring)."""
        user_id = settings.text("user_id")
        if user_id and not USER_ID.fullmatch(user_id):
            settings.fault("`user_id` is the bot's whole name, such as @acumen:clinic.example")
        tokens = {name: settings.secret(name) for name in ("hs_token", "as_token")}
        for name, token in tokens.items():
            if token and not TOKEN.fullmatch(token):
                settings.fault(f"`{name}` may have no spaces and no marks but . _ ~ + / = -")
        if tokens["hs_token"] and tokens["hs_token"] == tokens["as_token"]:
            settings.fault("`hs_token` and `as_token` must differ")
        return cls(homeserver=settings.address("homeserver"), user_id=user_id, **tokens)

    def __init__(self, *, homeserver: str, user_id: str, hs_token: str, as_token: str) -> None:
        self._client_api = f"{homeserver}/_matrix/client/v3"
        self._user_id = user_id
        self._hs_token = hs_token
        self._as_token = as_token

    @property
    def secret(self) -> str:
        """The bot's token, which no request of the homeserver holds (see parent class for full docstring)."""
        return self._as_token

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks the homeserver's token (see parent class for full docstring)."""
        given = incoming.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._hs_token}".encode())

    def read(self, incoming: Incoming) -> list[Event | Errand]:
        """Reads a transaction: messages, and invitations (see parent class for full docstring)."""
        events = json.loads(incoming.body).get("events", [])
        return [entry for event in events if (entry := self._entry(event))]

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Answers with an empty object, as homeservers want it (see parent class for full docstring)."""
        return Answer(body={})

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        return [self._send(address["room"], piece.text, f"{key}-{number}") for number, piece in enumerate(pieces)]

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives the bot's token (see parent class for full docstring)."""
        return {"Authorization": f"Bearer {self._as_token}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Reads how long to wait, which may stand in the body (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        if status == FORBIDDEN:
            return Verdict("dead", verdict.reason)
        wait = verdict.retry_after if verdict.retry_after is not None else _retry_after(body)
        return Verdict(verdict.kind, verdict.reason, wait)

    def _entry(self, event: dict[str, Any]) -> Event | Errand | None:
        """A message of somebody else, or what is to be done about an invitation; None for anything else."""
        kind, sender, room = event.get("type"), str(event["sender"]), str(event["room_id"])
        conversation, content = f"{room} {sender}", event.get("content") or {}
        if sender == self._user_id:
            return None
        if kind == "m.room.member" and event.get("state_key") == self._user_id:
            return self._invited(event["event_id"], conversation, room, content)
        if "state_key" in event:
            return None
        if kind == "m.room.encrypted":
            return Errand(conversation, self._send(room, ENCRYPTED, _key(event["event_id"])))
        if kind != "m.room.message" or (text := _words(content)) is None:
            return None
        return Event(str(event["event_id"]), conversation, text, {"room": room}, event["origin_server_ts"] / 1000)

    def _invited(self, identifier: str, conversation: str, room: str, content: dict[str, Any]) -> Errand | None:
        """Come where one person asks for a chat; what is asked among several, all would read."""
        if content.get("membership") != "invite":
            return None
        answer = "join" if content.get("is_direct") is True else "leave"
        return Errand(conversation, Call(f"{self._room(room)}/{answer}", _key(identifier), json={}))

    def _send(self, room: str, text: str, key: str) -> Call:
        return Call(f"{self._room(room)}/send/m.room.message/{key}", key, json=_content(text), method="PUT")

    def _room(self, room: str) -> str:
        return f"{self._client_api}/rooms/{quote(room, safe='')}"


class MatrixChannel(MessagingChannel):
    """Patients writing to the bot in Matrix."""

    adapter_class = Matrix


def _words(content: dict[str, Any]) -> str | None:
    """What a message says; None where it asks for no answer: other bots' notices, edits, and deleted messages."""
    kind, relation = content.get("msgtype"), content.get("m.relates_to") or {}
    if kind in (None, "m.notice") or relation.get("rel_type") == "m.replace":
        return None
    body = str(content.get("body", ""))
    if kind in ("m.text", "m.emote"):
        return QUOTED.sub("", body, count=1) if "m.in_reply_to" in relation and body.startswith("> ") else body
    # Of a picture, the body is its name, unless a name stands beside it.
    return body if content.get("filename", body) != body else ""


def _key(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()[:32]


def _retry_after(body: bytes) -> float | None:
    try:
        return float(json.loads(body)["retry_after_ms"]) / 1000
    except (ValueError, KeyError, TypeError):
        return None
