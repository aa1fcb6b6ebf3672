"""Slack, seen from its Events API."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.slack import SlackChannel
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "-".join(["xoxb", "1234567890", "abcdefghijklmnop"])
SIGNATURE, TIMESTAMP = "X-Slack-Signature", "X-Slack-Request-Timestamp"
LINK = re.compile(r"<(https?://[^|<>\n]+)\|([^<>\n]+)>")


def sign(body: bytes, at: str, secret: str = SECRET, version: str = "v0") -> str:
    """The value of Slack's header for a body."""
    return f"{version}=" + hmac.new(secret.encode(), f"{version}:{at}:".encode() + body, hashlib.sha256).hexdigest()


def signed(body: bytes, at: float | None = None, kind: str = "application/json") -> Delivery:
    """Any body, signed well, now or at another time."""
    seconds = str(int(at or time.time()))
    return Delivery(body, {"Content-Type": kind, SIGNATURE: sign(body, seconds), TIMESTAMP: seconds})


def wrapped(event: dict[str, Any]) -> bytes:
    """The body of an event."""
    request = {"token": "x", "team_id": "T1", "api_app_id": "A1", "type": "event_callback", "event_id": "Ev1"}
    return json.dumps({**request, "event": event, "event_time": int(time.time())}).encode()


def message(channel: str, ts: str, text: str, **more: Any) -> dict[str, Any]:
    """The event of a message in a direct chat."""
    return {
        "type": "message",
        "user": "U2147483697",
        "channel": channel,
        "channel_type": "im",
        "ts": ts,
        "text": text,
        **more,
    }


def pressed(channel: str, ts: str, title: str, value: str) -> bytes:
    """The body of a pressed button."""
    text = {"type": "plain_text", "text": title, "emoji": False}
    action = {"type": "button", "action_id": "x", "block_id": "y", "text": text, "value": value, "action_ts": ts}
    request = {
        "type": "block_actions",
        "user": {"id": "U2147483697"},
        "channel": {"id": channel, "name": "directmessage"},
        "message": {"type": "message", "bot_id": "B1", "text": "…", "ts": "1.2"},
        "actions": [action],
    }
    return urlencode({"payload": json.dumps(request)}).encode()


def escaped(text: str) -> str:
    """What somebody typed, as Slack hands it on."""
    return html.escape(text, quote=False)


def _ts(said: Said) -> str:
    """Slack's name for a message: a time that no other message of the chat has."""
    number = int(re.sub(r"[^0-9]", "", said.id) or 0)
    return f"{int(said.at)}.{number:06}"


def _delivery(said: Said) -> Delivery:
    if said.payload:
        body = pressed(said.sender, _ts(said), said.text, said.payload)
        return signed(body, kind="application/x-www-form-urlencoded")
    return signed(wrapped(message(said.sender, _ts(said), escaped(said.text), client_msg_id=said.id)))


class SlackVendor(Vendor):
    """Slack's side of one app."""

    channel = SlackChannel
    senders = ("D024BE91LAA", "D9876543ZBB")

    def settings(self, api: str) -> dict[str, Any]:
        return {"signing_secret": SECRET, "bot_token": TOKEN, "api": api}

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [_delivery(each) for each in said]

    def signed(self, body: bytes) -> Delivery:
        return signed(body)

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        now = good.headers[TIMESTAMP]
        right = good.headers[SIGNATURE]
        values = {
            "empty": "",
            "no version": right.removeprefix("v0="),
            "only the version": "v0=",
            "another version": sign(good.body, now, version="v1"),
            "another secret": sign(good.body, now, "another secret"),
            "empty secret": sign(good.body, now, ""),
            "the bot's token as secret": sign(good.body, now, TOKEN),
            "without the time": "v0=" + hmac.new(SECRET.encode(), good.body, hashlib.sha256).hexdigest(),
            "cut short": right[:-1],
            "longer": right + "0",
            "not ASCII": "v0=" + "é" * 64,
        }
        forged = {name: replace(good, headers={**good.headers, SIGNATURE: value}) for name, value in values.items()}
        for name, at in {
            "stale": str(int(now) - 310),
            "of the future": str(int(now) + 310),
            "no time": "",
            "negative time": f"-{now}",
            "not a time": "now",
            "digits of another script": now.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
            "huge time": "9" * 400,
        }.items():
            headers = {**good.headers, SIGNATURE: sign(good.body, at), TIMESTAMP: at}
            forged[name] = replace(good, headers=headers)
        forged["time changed"] = replace(good, headers={**good.headers, TIMESTAMP: str(int(now) - 1)})
        forged["missing"] = replace(good, headers={"Content-Type": "application/json", TIMESTAMP: now})
        forged["time missing"] = replace(good, headers={"Content-Type": "application/json", SIGNATURE: right})
        forged["body with a space more"] = replace(good, body=good.body + b" ")
        return forged

    def noise(self) -> list[Delivery]:
        sender, ts = self.senders[0], f"{int(time.time())}.000001"
        said = message(sender, ts, "hello")
        events: list[dict[str, Any]] = [
            {**said, "channel": "C1", "channel_type": "channel"},
            {**said, "channel": "G1", "channel_type": "mpim"},
            {**said, "subtype": "message_changed", "message": said},
            {**said, "subtype": "message_deleted", "deleted_ts": ts},
            {**said, "subtype": "bot_message", "bot_id": "B1"},
            {**said, "bot_id": "B1", "bot_profile": {"id": "B1"}, "blocks": [{"type": "section", "block_id": "x"}]},
            {**said, "bot_id": "B1", "blocks": []},
            {**said, "subtype": "channel_topic"},
            {key: value for key, value in said.items() if key != "user"},
            {"type": "app_mention", "user": "U1", "text": "<@U0> hello", "channel": "C1", "ts": ts},
            {"type": "app_home_opened", "user": "U1", "channel": sender, "tab": "messages"},
            {"type": "reaction_added", "user": "U1", "reaction": "heart", "item": {"type": "message", "ts": ts}},
        ]
        bodies = [
            *map(wrapped, events),
            b'{"type": "url_verification", "token": "x", "challenge": "c"}',
            b'{"type": "app_rate_limited", "minute_rate_limited": 1}',
            b"{}",
        ]
        public = pressed("C1", ts, "Yes", "x")
        return [*map(signed, bodies), signed(public, kind="application/x-www-form-urlencoded")]

    def wordless(self, sender: str) -> Delivery:
        files = [{"id": "F1", "mimetype": "image/jpeg"}]
        return signed(wrapped(message(sender, f"{int(time.time())}.000009", "", subtype="file_share", files=files)))

    def shown(self, request: Request) -> Shown:
        call = json.loads(request.body)
        assert request.path == "/chat.postMessage"
        assert set(call) <= {"channel", "thread_ts", "text", "blocks", "unfurl_links", "unfurl_media"}
        section, *actions = call["blocks"]
        text = section["text"]["text"]
        assert (section["type"], section["text"]["type"]) == ("section", "mrkdwn")
        assert len(section["block_id"]) <= 255
        assert 0 < utf16_units(text) <= 3000
        assert text == call["text"]
        links = LINK.findall(text)
        plain = LINK.sub(lambda link: link[2], text)
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", plain)
        seen = html.unescape(" ".join([plain, *(address for address, _ in links)]) if links else plain)
        assert len(actions) <= 1
        buttons = [button for block in actions for button in block["elements"]]
        assert len(buttons) <= 25
        assert len({button["action_id"] for button in buttons}) == len(buttons)
        assert all(1 <= utf16_units(button["text"]["text"]) <= 75 and button["value"] for button in buttons)
        choices = tuple((button["text"]["text"], button["value"]) for button in buttons)
        return Shown(call["channel"], seen, choices)

    def is_authorised(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}"

    def accepted(self, request: Request) -> Answered:
        return Answered(body='{"ok": true, "ts": "1503435956.000247"}')

    def receipt(self, request: Request) -> Delivery | None:
        call = json.loads(request.body)
        echo = {"bot_id": "B1", "app_id": "A1", "blocks": call["blocks"]}
        return signed(wrapped(message(call["channel"], f"{int(time.time())}.000010", call["text"], **echo)))
