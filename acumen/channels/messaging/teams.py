"""Microsoft Teams, by the Bot Framework."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

import aiohttp
import jwt

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
    Verdict,
)
from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.messaging.markup import HTML
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.settings import Settings

LOGIN = "https://login.microsoftonline.com"
METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com/.default"
CHANNEL = "msteams"
CARD = "application/vnd.microsoft.card.hero"
# A hero card shows up to six buttons, and cuts longer titles.
BUTTONS = Form("buttons", most=6, title=50, text=8000)
SKEW_SECONDS = 300
KEYS_SECONDS = 24 * 60 * 60.0
# Keys that are not known yet are looked for no more often than this, whoever asks.
FRESH_SECONDS = 60.0
UNAUTHORISED, FORBIDDEN = 401, 403


class Teams(Adapter):
    """One bot, in its chats with one person each."""

    name: ClassVar[str] = "teams"
    # A message may have about 100 KB in UTF-16, 80 KB to be safe; a line break takes five characters of it.
    # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
    # Of one conversation, 60 messages in 30 seconds; of all, 50 a second.
    # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=8000,
        size=utf16_units,
        markup=HTML,
        forms=(BUTTONS,),
        calls_per_second=40.0,
        seconds_between=0.5,
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> Teams:
        """Makes the adapter (see parent class for full docstring)."""
        return cls(
            app_id=settings.text("app_id"),
            app_password=settings.secret("app_password"),
            tenant_id=settings.text("tenant_id"),
            login=settings.address("login", LOGIN),
            metadata=settings.address("metadata", METADATA),
        )

    def __init__(
        self, *, app_id: str, app_password: str, tenant_id: str, login: str = LOGIN, metadata: str = METADATA
    ) -> None:
        self._app_id = app_id
        self._app_password = app_password
        self._token_url = f"{login}/{quote(tenant_id, safe='')}/oauth2/v2.0/token"
        self._metadata = metadata
        # Microsoft's, not of any request: its keys by their names, and our own token.
        self._keys: dict[str, dict[str, Any]] = {}
        self._keys_at = 0.0
        self._token = ""
        self._token_until = 0.0
        self._fetching = asyncio.Lock()

    @property
    def secret(self) -> str:
        """The app's password (see parent class for full docstring)."""
        return self._app_password

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks Microsoft's token, and that it is for this activity (see parent class for full docstring)."""
        scheme, _, token = incoming.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            return False
        activity = _activity(incoming.body)
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid")), http)
            if key is None or activity.get("channelId") not in key.get("endorsements", ()):
                return False
            claims = jwt.decode(
                token,
                jwt.PyJWK(key, algorithm="RS256").key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=SKEW_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError:
            return False
        # Answers, and our token, go to this address.
        address = str(claims.get("serviceurl") or "").rstrip("/")
        return bool(address) and address == str(activity.get("serviceUrl")).rstrip("/")

    def read(self, incoming: Incoming) -> list[Event]:
        """Reads a message or a pressed button (see parent class for full docstring)."""
        activity = json.loads(incoming.body)
        event = _event(activity) if activity.get("type") == "message" else None
        return [event] if event else []

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Answers with an empty object (see parent class for full docstring)."""
        return Answer(body={})

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        url = f"{address['service'].rstrip('/')}/v3/conversations/{quote(address['conversation'], safe='')}/activities"
        common = {"type": "message", "from": address["bot"], "recipient": address["to"], "textFormat": "xml"}
        return [
            Call(url, f"{key}-{number}", json={**common, "text": piece.text.replace("\n", "<br>"), **_card(piece)})
            for number, piece in enumerate(pieces)
        ]

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives our token, which Microsoft grants for an hour or so (see parent class for full docstring)."""
        async with self._fetching:
            if time.time() > self._token_until - SKEW_SECONDS:
                form = {"grant_type": "client_credentials", "client_id": self._app_id, "scope": SCOPE}
                form["client_secret"] = self._app_password
                async with http.post(self._token_url, data=form) as answer:
                    answer.raise_for_status()
                    granted = await answer.json(content_type=None)
                self._token, self._token_until = (
                    str(granted["access_token"]),
                    time.time() + float(granted["expires_in"]),
                )
        return {"Authorization": f"Bearer {self._token}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Asks for a new token where ours was refused (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        if status == UNAUTHORISED:
            self._token_until = 0.0
        # The patient has blocked the bot, or it was taken away: that does not pass.
        return Verdict("dead", verdict.reason) if status == FORBIDDEN else verdict

    async def _key(self, name: str, http: aiohttp.ClientSession) -> dict[str, Any] | None:
        """Microsoft's key of this name; fetched again daily, and where the name is new."""
        async with self._fetching:
            age = time.time() - self._keys_at
            if age > KEYS_SECONDS or (name not in self._keys and age > FRESH_SECONDS):
                async with http.get(self._metadata) as answer:
                    answer.raise_for_status()
                    address = (await answer.json(content_type=None))["jwks_uri"]
                async with http.get(address) as answer:
                    answer.raise_for_status()
                    keys = (await answer.json(content_type=None))["keys"]
                self._keys, self._keys_at = {str(key["kid"]): key for key in keys}, time.time()
            return self._keys.get(name)


class TeamsChannel(MessagingChannel):
    """Patients writing to a bot in Teams."""

    adapter_class = Teams


def _activity(body: bytes) -> dict[str, Any]:
    """What a request tells; nothing where it cannot be read, which no token is for."""
    try:
        activity = json.loads(body)
    except ValueError:
        return {}
    return activity if isinstance(activity, dict) else {}


def _event(activity: dict[str, Any]) -> Event | None:
    """The event of a message; None where others would read the answer, and where there is nothing in it."""
    conversation, value = activity["conversation"], activity.get("value")
    payload = str(value.get("token", "")) if isinstance(value, dict) else ""
    text = str(activity.get("text") or "").strip()
    if conversation.get("conversationType") != "personal" or activity.get("channelId") != CHANNEL:
        return None
    if not (text or payload or activity.get("attachments")):
        return None
    address = {
        "service": activity["serviceUrl"],
        "conversation": conversation["id"],
        "bot": {"id": activity["recipient"]["id"]},
        "to": {"id": activity["from"]["id"]},
    }
    at = datetime.fromisoformat(activity["timestamp"]).timestamp()
    # An activity's id is its conversation's only.
    identifier = f"{conversation['id']} {activity['id']}"
    return Event(identifier, str(conversation["id"]), text, address, at, payload)


def _card(piece: Piece) -> dict[str, Any]:
    if piece.form is None:
        return {}
    buttons = [
        {
            "type": "messageBack",
            "title": choice.title,
            "text": choice.title,
            "displayText": choice.title,
            "value": {"token": choice.token},
        }
        for choice in piece.choices
    ]
    return {"attachments": [{"contentType": CARD, "content": {"buttons": buttons}}]}
