"""Telegram, seen from its Bot API."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.telegram import TelegramChannel
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "a-webhook-secret_0123456789"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def _number(identifier: str) -> int:
    """The number in a test's id; those of Telegram are numbers."""
    return int(re.sub(r"[^0-9]", "", identifier) or 0)


def _chat(sender: str, kind: str = "private") -> dict[str, Any]:
    return {"id": int(sender), "type": kind, "first_name": "Ada"}


def _message(sender: str, at: float, number: int, **content: Any) -> dict[str, Any]:
    return {
        "message_id": number,
        "from": {"id": int(sender), "is_bot": False, "first_name": "Ada", "language_code": "en"},
        "chat": _chat(sender),
        "date": int(at),
        **content,
    }


def _update(said: Said) -> dict[str, Any]:
    number = _number(said.id)
    if not said.payload:
        return {"update_id": 10_000 + number, "message": _message(said.sender, said.at, number, text=said.text)}
    keyboard = [[{"text": "Another", "callback_data": "other"}], [{"text": said.text, "callback_data": said.payload}]]
    shown = _message(said.sender, said.at, number, text="…", reply_markup={"inline_keyboard": keyboard})
    pressed = {"id": "4382bfdwdsb323b2d9", "from": shown["from"], "message": shown, "chat_instance": "8"}
    return {"update_id": 10_000 + number, "callback_query": {**pressed, "data": said.payload}}


class TelegramVendor(Vendor):
    """Telegram's side of one bot."""

    channel = TelegramChannel
    senders = ("5731846290", "1098274655")

    def settings(self, api: str) -> dict[str, Any]:
        return {"token": TOKEN, "webhook_secret": SECRET, "api": api}

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self.signed(json.dumps(_update(each)).encode()) for each in said]

    def signed(self, body: bytes) -> Delivery:
        return Delivery(body, {"Content-Type": "application/json", HEADER: SECRET})

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        values = {
            "empty": "",
            "a space": " ",
            "cut short": SECRET[:-1],
            "longer": SECRET + "0",
            "in capitals": SECRET.upper(),
            "one letter different": "A" + SECRET[1:],
            "the first letter": SECRET[0],
            "twice": f"{SECRET},{SECRET}",
            "the bot's token": TOKEN,
            "the bot's number": TOKEN.partition(":")[0],
            "with a scheme": f"Bearer {SECRET}",
            "not ASCII": "é" * len(SECRET),
        }
        headers = {key: value for key, value in good.headers.items() if key != HEADER}
        forged = {name: replace(good, headers={**headers, HEADER: value}) for name, value in values.items()}
        forged["missing"] = replace(good, headers=headers)
        forged["in another header"] = replace(good, headers={**headers, "Authorization": SECRET})
        forged["in the address"] = replace(good, headers=headers, path=f"/webhook?secret_token={SECRET}")
        return forged

    def noise(self) -> list[Delivery]:
        sender, now = self.senders[0], time.time()
        said = _message(sender, now, 1, text="hello")
        group = {**said, "chat": {"id": -100, "type": "supergroup", "title": "A group"}}
        bot = {**said, "from": {**said["from"], "is_bot": True}}
        member = {
            "chat": _chat(sender),
            "from": said["from"],
            "date": int(now),
            "new_chat_member": {"status": "kicked"},
        }
        updates: list[dict[str, Any]] = [
            {"edited_message": {**said, "edit_date": int(now)}},
            {"channel_post": group},
            {"message": group},
            {"message": bot},
            {"message": _message(sender, now, 2, pinned_message=said)},
            {"message": _message(sender, now, 3, message_auto_delete_timer_changed={"message_auto_delete_time": 1})},
            {"my_chat_member": member},
            {"message_reaction": {"chat": _chat(sender), "message_id": 1, "date": int(now)}},
            {"callback_query": {"id": "1", "from": said["from"], "message": group, "data": "x"}},
            {"callback_query": {"id": "1", "from": said["from"], "inline_message_id": "1", "data": "x"}},
            {"inline_query": {"id": "1", "from": said["from"], "query": "x", "offset": ""}},
            {},
        ]
        bodies = [json.dumps({"update_id": 500 + n, **each}).encode() for n, each in enumerate(updates)]
        return [self.signed(body) for body in [*bodies, b"{}"]]

    def wordless(self, sender: str) -> Delivery:
        photo = [{"file_id": "AgACAgIAAx", "file_unique_id": "AQAD", "width": 90, "height": 67}]
        update = {"update_id": 700, "message": _message(sender, time.time(), 9, photo=photo)}
        return self.signed(json.dumps(update).encode())

    def shown(self, request: Request) -> Shown:
        call = json.loads(request.body)
        assert request.path.endswith("/sendMessage")
        assert call["parse_mode"] == "HTML"
        page = _Page(call["text"])
        assert 0 < utf16_units(page.seen.strip()) <= 4096
        rows = call.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row]
        assert len(buttons) <= 100
        assert all(len(row) <= 8 for row in rows)
        assert all(button["text"] and 1 <= len(button["callback_data"].encode()) <= 64 for button in buttons)
        choices = tuple((button["text"], button["callback_data"]) for button in buttons)
        return Shown(str(call["chat_id"]), " ".join([page.seen, *page.links]) if page.links else page.seen, choices)

    def is_authorised(self, request: Request) -> bool:
        return request.path == f"/bot{TOKEN}/sendMessage"

    def accepted(self, request: Request) -> Answered:
        return Answered(body=json.dumps({"ok": True, "result": {"message_id": 1}}))

    def throttled(self) -> Answered:
        body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 0}}
        return Answered(429, body=json.dumps(body))


class _Page(HTMLParser):
    """What a text in Telegram's HTML shows; an AssertionError where Telegram would refuse it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = ""
        self.links: list[str] = []
        self._open: list[str] = []
        assert set(re.findall(r"&(\w+);", text)) <= {"lt", "gt", "amp", "quot"}
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "a")
        self._open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen += data
