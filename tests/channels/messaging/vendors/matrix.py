"""Matrix, seen from a homeserver."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from acumen.channels.messaging.matrix import MatrixChannel
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

BOT = "@acumen:clinic.example"
HS_TOKEN = "a-token-of-the-homeserver"
AS_TOKEN = "a-token-of-the-application-service"
SEND = re.compile(r"/_matrix/client/v3/rooms/([^/]+)/send/m\.room\.message/([A-Za-z0-9_-]+)")
TRANSACTIONS = itertools.count(1)


def room_of(sender: str) -> str:
    """The room in which somebody talks to the bot."""
    return f"!{sender.strip('@').replace(':', '-')}:clinic.example"


def sender_in(room: str) -> str:
    """Who talks to the bot in a room that `room_of` named."""
    name, _, host = room.removeprefix("!").rpartition(":")[0].partition("-")
    return f"@{name}:{host}"


def event(sender: str, content: dict[str, Any], identifier: str = "e", at: float | None = None, **more: Any) -> Any:
    """An event of a room; a message unless it says otherwise."""
    return {
        "type": "m.room.message",
        "event_id": f"${identifier}",
        "room_id": room_of(sender),
        "sender": sender,
        "origin_server_ts": int((at or time.time()) * 1000),
        "unsigned": {"age": 20},
        "content": content,
        **more,
    }


def text(words: str, **more: Any) -> dict[str, Any]:
    """The content of a text."""
    return {"msgtype": "m.text", "body": words, **more}


def invitation(sender: str, **content: Any) -> dict[str, Any]:
    """The event of an invitation of the bot."""
    return event(sender, {"membership": "invite", **content}, "invited", type="m.room.member", state_key=BOT)


class MatrixVendor(Vendor):
    """A homeserver with one application service."""

    channel = MatrixChannel
    senders = ("@ada:clinic.example", "@grace:elsewhere.example")

    def sender(self, number: int) -> str:
        return f"@patient{number}:clinic.example"

    def settings(self, api: str) -> dict[str, Any]:
        return {"homeserver": api, "user_id": BOT, "hs_token": HS_TOKEN, "as_token": AS_TOKEN}

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self.transaction([event(each.sender, text(each.text), each.id, each.at) for each in said])]

    def transaction(self, events: Sequence[dict[str, Any]]) -> Delivery:
        """A signed request with these events."""
        return self.signed(json.dumps({"events": events}).encode())

    def signed(self, body: bytes) -> Delivery:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {HS_TOKEN}"}
        return Delivery(body, headers, f"/_matrix/app/v1/transactions/{next(TRANSACTIONS)}", "PUT")

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        values = {
            "empty": "",
            "no scheme": HS_TOKEN,
            "another scheme": f"Basic {HS_TOKEN}",
            "scheme in lower case": f"bearer {HS_TOKEN}",
            "only the scheme": "Bearer ",
            "cut short": f"Bearer {HS_TOKEN[:-1]}",
            "longer": f"Bearer {HS_TOKEN}0",
            "in capitals": f"Bearer {HS_TOKEN.upper()}",
            "our own token": f"Bearer {AS_TOKEN}",
            "the bot's name": f"Bearer {BOT}",
            "not ASCII": "Bearer " + "é" * len(HS_TOKEN),
        }
        bare = {key: value for key, value in good.headers.items() if key != "Authorization"}
        forged = {name: replace(good, headers={**bare, "Authorization": value}) for name, value in values.items()}
        forged["missing"] = replace(good, headers=bare)
        forged["in the address"] = replace(good, headers=bare, path=f"{good.path}?access_token={HS_TOKEN}")
        return forged

    def noise(self) -> list[Delivery]:
        ada, grace = self.senders
        edit = {**text("* changed"), "m.new_content": text("changed"), "m.relates_to": {"rel_type": "m.replace"}}
        member = {"type": "m.room.member", "state_key": grace}
        events = [
            event(BOT, text("my own")),
            event(ada, {"msgtype": "m.notice", "body": "another bot's"}),
            event(ada, edit),
            event(ada, {}),
            event(ada, {"m.relates_to": {"rel_type": "m.annotation", "key": "👍"}}, type="m.reaction"),
            event(ada, {"reason": "gone"}, type="m.room.redaction", redacts="$x"),
            event(ada, {"membership": "join"}, **member),
            event(ada, {"membership": "leave"}, type="m.room.member", state_key=BOT),
            event(ada, {"name": "A chat"}, type="m.room.name", state_key=""),
            event(ada, text("not a message"), type="org.example.unknown"),
        ]
        ping = replace(self.signed(b'{"transaction_id": "x"}'), path="/_matrix/app/v1/ping", method="POST")
        return [*(self.transaction([each]) for each in events), self.transaction([]), self.signed(b"{}"), ping]

    def wordless(self, sender: str) -> Delivery:
        content = {"msgtype": "m.image", "body": "arm.jpg", "url": "mxc://clinic.example/JWEIFJgwEIhweiWJE"}
        return self.transaction([event(sender, content, "picture")])

    def shown(self, request: Request) -> Shown:
        sent = SEND.fullmatch(request.path)
        assert sent
        call = json.loads(request.body)
        assert call["msgtype"] == "m.text"
        assert len(request.body) < 60_000
        page = _Page(call["formatted_body"])
        # Both forms of it must say the same.
        assert page.seen.split() == [word for word in call["body"].split() if word not in page.links]
        assert all(link in call["body"].split() for link in page.links)
        return Shown(sender_in(unquote(sent[1])), " ".join([page.seen, *page.links]) if page.links else page.seen)

    def is_authorised(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {AS_TOKEN}"

    def accepted(self, request: Request) -> Answered:
        return Answered(body='{"event_id": "$sent"}')

    def identity(self, request: Request) -> str | None:
        return request.path

    def throttled(self) -> Answered:
        return Answered(429, body=json.dumps({"errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": 1}))


class _Page(HTMLParser):
    """What a text in Matrix's HTML shows."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = ""
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "a", "br")
        if tag == "br":
            self.seen += "\n"
        else:
            self._open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen += data
