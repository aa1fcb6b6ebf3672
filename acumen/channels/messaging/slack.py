"""Slack, by its Events API."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs

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
from acumen.channels.messaging.markup import SLACK
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.settings import Settings

API = "https://slack.com/api"
TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{10,}")
# What Slack advises against recorded requests.
WINDOW_SECONDS = 300.0
# https://docs.slack.dev/reference/block-kit/blocks/section-block/, …/actions-block/, …/block-elements/button-element/
SECTION = 3000
BUTTONS = Form("buttons", most=25, title=75, text=SECTION)
# A message with a file is a message too; all other subtypes are notes of the system, edits and deletions.
WRITTEN = {"", "file_share"}
# What may work later, of the errors that Slack gives with status 200: its trouble, or what the clinic can mend.
PASSING_ERRORS = (
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "request_timeout", "service_unavailable"}
    | {"invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive", "missing_scope"}
)  # fmt: skip
ERROR = re.compile(r"[a-z_]{1,40}")
# How Slack writes a link, a mention or a channel that a patient typed.
REFERENCE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


class Slack(Adapter):
    """One app in one workspace, in its direct messages."""

    name: ClassVar[str] = "slack"
    # https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a chat, some hundred a minute in all.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=SECTION,
        size=utf16_units,
        markup=SLACK,
        forms=(BUTTONS,),
        calls_per_second=4.0,
        seconds_between=1.0,
        doubt_seconds=15.0,
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> Slack:
        """Makes the adapter (see parent class for full docstring)."""
        signing_secret, token = settings.secret("signing_secret"), settings.secret("bot_token")
        if token and not TOKEN.fullmatch(token):
            settings.fault("`bot_token` is not a bot's token, which begins with xoxb-")
        return cls(signing_secret=signing_secret, bot_token=token, api=settings.address("api", API))

    def __init__(self, *, signing_secret: str, bot_token: str, api: str = API) -> None:
        self._signing_secret = signing_secret
        self._bot_token = bot_token
        self._url = f"{api}/chat.postMessage"

    @property
    def secret(self) -> str:
        """The app's signing secret (see parent class for full docstring)."""
        return self._signing_secret

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks Slack's signature of time and raw body (see parent class for full docstring)."""
        at = incoming.headers.get("x-slack-request-timestamp", "")
        if not incoming.came_within(WINDOW_SECONDS, at):
            return False
        signed = f"v0:{at}:".encode() + incoming.body
        digest = hmac.new(self._signing_secret.encode(), signed, hashlib.sha256).hexdigest()
        given = incoming.headers.get("x-slack-signature", "")
        return hmac.compare_digest(f"v0={digest}".encode(), given.encode())

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads a message or a pressed button, and echoes of ours (see parent class for full docstring)."""
        request = _request(incoming)
        if request.get("type") == "block_actions":
            return _pressed(request)
        event = request.get("event") or {}
        if request.get("type") != "event_callback" or event.get("type") != "message":
            return []
        found = _receipt(event) or _message(event)
        return [found] if found else []

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Answers Slack's try of the address (see parent class for full docstring)."""
        try:
            request = _request(incoming)
            return Answer(body=str(request["challenge"])) if request["type"] == "url_verification" else Answer()
        except (ValueError, KeyError, TypeError):
            return Answer()

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        common = {**address, "unfurl_links": False, "unfurl_media": False}
        keys = [f"{key}-{number}" for number in range(len(pieces))]
        return [
            Call(self._url, key, json={**common, "text": piece.text, "blocks": _blocks(piece, key)})
            for key, piece in zip(keys, pieces, strict=True)
        ]

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives the bot's token (see parent class for full docstring)."""
        return {"Authorization": f"Bearer {self._bot_token}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Reads Slack's own error, which comes with status 200 (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        if verdict.kind != "sent":
            return verdict
        try:
            answer = json.loads(body)
            error = "" if answer["ok"] is True else str(answer["error"])
        except (ValueError, KeyError, TypeError):
            return Verdict("later", "an answer that is not Slack's")
        if not error:
            return verdict
        named = error if ERROR.fullmatch(error) else "unknown"
        return Verdict("later" if error in PASSING_ERRORS else "dead", f"error {named}", verdict.retry_after)


class SlackChannel(MessagingChannel):
    """Patients, or a clinic's own people, writing to an app in Slack."""

    adapter_class = Slack


def _request(incoming: Incoming) -> Any:
    """What Slack says: JSON for events, a form with JSON in it for pressed buttons."""
    if incoming.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return json.loads(parse_qs(incoming.body.decode())["payload"][0])
    return json.loads(incoming.body)


def _is_direct(channel: str) -> bool:
    return channel.startswith("D")


def _message(event: dict[str, Any]) -> Event | None:
    """The event of a message; None among several people, from bots, and for notes of the system."""
    is_person = event.get("user") and not event.get("bot_id") and not event.get("bot_profile")
    if not is_person or event.get("channel_type") != "im" or event.get("subtype", "") not in WRITTEN:
        return None
    channel, at = str(event["channel"]), str(event["ts"])
    # The same message may come with two event ids; its place tells it.
    return Event(f"{channel} {at}", channel, _words(str(event.get("text") or "")), _address(channel, event), float(at))


def _pressed(request: dict[str, Any]) -> list[Event | Receipt]:
    channel, message = str((request.get("channel") or {}).get("id", "")), request.get("message") or {}
    if not _is_direct(channel):
        return []
    return [
        Event(
            f"{channel} {action['action_ts']}",
            channel,
            str((action.get("text") or {}).get("text", "")),
            _address(channel, message),
            float(action["action_ts"]),
            str(action.get("value", "")),
        )
        for action in request.get("actions", [])
        if action.get("type") == "button"
    ]


def _receipt(event: dict[str, Any]) -> Receipt | None:
    """Slack hands our own messages back, with the names that we gave to their blocks."""
    blocks = event.get("blocks") or [{}]
    if not event.get("bot_id") or event.get("channel_type") != "im" or "block_id" not in blocks[0]:
        return None
    return Receipt(str(blocks[0]["block_id"]))


def _address(channel: str, message: Mapping[str, Any]) -> Address:
    """Where to answer: in the thread, where it was asked in one."""
    thread = message.get("thread_ts")
    return {"channel": channel, "thread_ts": str(thread)} if thread else {"channel": channel}


def _words(text: str) -> str:
    """What was typed, as Slack writes links in a form of its own."""
    plain = REFERENCE.sub(lambda found: found[2] or found[1].removeprefix("mailto:"), text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _blocks(piece: Piece, key: str) -> list[dict[str, Any]]:
    text = {"type": "mrkdwn", "text": piece.text, "verbatim": True}
    blocks: list[dict[str, Any]] = [{"type": "section", "block_id": key, "text": text, "expand": True}]
    if piece.form is not None:
        blocks.append({"type": "actions", "elements": [_button(each.title, each.token) for each in piece.choices]})
    return blocks


def _button(title: str, token: str) -> dict[str, Any]:
    label = {"type": "plain_text", "text": title, "emoji": False}
    return {"type": "button", "action_id": token, "text": label, "value": token}
