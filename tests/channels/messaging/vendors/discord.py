"""Discord, seen from its interactions."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from acumen.channels.messaging.discord import DiscordChannel
from acumen.channels.messaging.measure import utf16_units
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

APPLICATION = "1012345678901234567"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC_KEY = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
SIGNATURE, TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"
LINK = re.compile(r"\[((?:\\.|[^\[\]\\\n])+)\]\(<(https?://[^<>\s]+)>\)")
PATH = re.compile(rf"/webhooks/{APPLICATION}/token-([0-9]+)(/messages/@original)?")


def sign(body: bytes, at: str, key: Ed25519PrivateKey = KEY) -> str:
    """The value of Discord's header for a body."""
    return key.sign(at.encode() + body).hex()


def snowflake(at: float, number: int) -> str:
    """An id, which tells a time."""
    return str(((int(at * 1000) - 1420070400000) << 22) | number % (1 << 22))


def interaction(kind: int, sender: str, identifier: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An interaction in a direct chat; its token tells whose it is."""
    user = {"id": sender, "username": "ada", "global_name": "Ada"}
    common = {"id": identifier, "application_id": APPLICATION, "token": f"token-{sender}", "version": 1, "user": user}
    return {"type": kind, **common, "data": data, "channel_id": "9", **more}


def command(sender: str, identifier: str, words: str, **more: Any) -> dict[str, Any]:
    """The command that asks."""
    options = [{"name": "question", "type": 3, "value": words}]
    return interaction(2, sender, identifier, {"id": "7", "name": "ask", "type": 1, "options": options}, **more)


def pressed(sender: str, identifier: str, title: str, token: str) -> dict[str, Any]:
    """A pressed button below one of our messages."""
    buttons = [{"type": 2, "label": label, "custom_id": each} for label, each in (("Another", "x"), (title, token))]
    message = {"id": "5", "content": "…", "components": [{"type": 1, "components": [button]} for button in buttons]}
    return interaction(3, sender, identifier, {"custom_id": token, "component_type": 2}, message=message)


def _interaction(said: Said) -> dict[str, Any]:
    identifier = snowflake(said.at, int(re.sub(r"[^0-9]", "", said.id) or 0))
    if said.payload:
        return pressed(said.sender, identifier, said.text, said.payload)
    return command(said.sender, identifier, said.text)


class DiscordVendor(Vendor):
    """Discord's side of one application."""

    channel = DiscordChannel
    senders = ("80351110224678912", "53908232506183680")

    def settings(self, api: str) -> dict[str, Any]:
        return {"application_id": APPLICATION, "public_key": PUBLIC_KEY, "secret": "a secret of our own", "api": api}

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self.signed(json.dumps(_interaction(each)).encode()) for each in said]

    def signed(self, body: bytes) -> Delivery:
        now = str(int(time.time()))
        return Delivery(body, {"Content-Type": "application/json", SIGNATURE: sign(body, now), TIMESTAMP: now})

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        now, right = good.headers[TIMESTAMP], good.headers[SIGNATURE]
        values = {
            "empty": "",
            "zeros": "0" * 128,
            "another key": sign(good.body, now, OTHER_KEY),
            "without the time": KEY.sign(good.body).hex(),
            "time after the body": KEY.sign(good.body + now.encode()).hex(),
            "cut short": right[:-2],
            "longer": right + "00",
            "one bit": f"{int(right[0], 16) ^ 1:x}{right[1:]}",
            "not hexadecimal": "x" * 128,
            "not ASCII": "é" * 128,
        }
        forged = {name: replace(good, headers={**good.headers, SIGNATURE: value}) for name, value in values.items()}
        for name, at in {"stale": str(int(now) - 310), "of the future": str(int(now) + 310), "no time": ""}.items():
            headers = {**good.headers, SIGNATURE: sign(good.body, at), TIMESTAMP: at}
            forged[name] = replace(good, headers=headers)
        forged["time changed"] = replace(good, headers={**good.headers, TIMESTAMP: str(int(now) - 1)})
        forged["missing"] = replace(good, headers={TIMESTAMP: now})
        forged["time missing"] = replace(good, headers={SIGNATURE: right})
        forged["body with a space more"] = replace(good, body=good.body + b" ")
        return forged

    def noise(self) -> list[Delivery]:
        sender, identifier = self.senders[0], snowflake(time.time(), 1)
        foreign = {**command(sender, identifier, "hello"), "application_id": "1"}
        interactions: list[dict[str, Any]] = [
            {"type": 1, "id": identifier, "application_id": APPLICATION, "token": "x", "version": 1},
            interaction(4, sender, identifier, {"name": "ask", "options": []}),
            interaction(5, sender, identifier, {"custom_id": "x", "components": []}),
            interaction(99, sender, identifier, {}),
            foreign,
            {},
        ]
        return [self.signed(json.dumps(each).encode()) for each in interactions]

    def wordless(self, sender: str) -> Delivery:
        options = [{"name": "picture", "type": 11, "value": "11"}]
        asked = interaction(2, sender, snowflake(time.time(), 2), {"name": "ask", "type": 1, "options": options})
        return self.signed(json.dumps(asked).encode())

    def shown(self, request: Request) -> Shown:
        sent, call = PATH.fullmatch(request.path), json.loads(request.body)
        assert sent
        assert call["allowed_mentions"] == {"parse": []}
        assert call["flags"] & 4
        # Of the first, it was said when it was announced.
        assert sent[2] or call["flags"] & 64
        text = call["content"]
        assert 0 < utf16_units(text) <= 2000
        links = [address for _, address in LINK.findall(text)]
        plain = re.sub(r"\\(.)", r"\1", LINK.sub(r"\1", text).replace("**", ""))
        rows = [row["components"] for row in call.get("components", [])]
        assert len(rows) <= 5
        assert all(1 <= len(row) <= 5 for row in rows)
        buttons = [button for row in rows for button in row]
        assert all(1 <= utf16_units(each["label"]) <= 80 and 1 <= len(each["custom_id"]) <= 100 for each in buttons)
        assert len({each["custom_id"] for each in buttons}) == len(buttons)
        choices = tuple((each["label"], each["custom_id"]) for each in buttons)
        return Shown(sent[1], " ".join([plain, *links]) if links else plain, choices)

    def is_authorised(self, request: Request) -> bool:
        # The token in the address is all that Discord wants.
        return PATH.fullmatch(request.path) is not None

    def throttled(self) -> Answered:
        return Answered(429, body='{"message": "You are being rate limited.", "retry_after": 0.01, "global": false}')
