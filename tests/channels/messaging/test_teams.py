"""What is Microsoft Teams' own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from acumen.channels.messaging.adapter import Choice, Event, Incoming, Piece
from acumen.channels.messaging.teams import Teams
from tests.channels.messaging.conftest import Opening
from tests.channels.messaging.vendors.base import Answered
from tests.channels.messaging.vendors.teams import GRANTED, TeamsVendor, token

ADA = TeamsVendor.senders[0]
ADAPTER = Teams(app_id="app", app_password="an app's password", tenant_id="tenant")


@pytest.fixture
def vendor() -> TeamsVendor:
    """These tests are Teams' only."""
    return TeamsVendor()


def read(activity: dict[str, Any]) -> list[Event]:
    """What is read of an activity."""
    return ADAPTER.read(Incoming("POST", "", "/", {}, {}, json.dumps(activity).encode(), time.time()))


@pytest.mark.parametrize(
    "timestamp", ["2026-11-01T12:00:00Z", "2026-11-01T12:00:00.0000000Z", "2026-11-01T13:00:00+01:00"]
)
def test_times_are_read(timestamp: str):
    """Microsoft writes times with none to seven places of seconds."""
    (event,) = read({**TeamsVendor().activity(ADA, text="hello"), "timestamp": timestamp})

    assert event.at == 1793534400.0


def test_ids_are_of_one_conversation():
    """Two conversations may have activities of the same id: both are answered."""
    first, second = (read(TeamsVendor().activity(sender, "1", text="hello"))[0] for sender in TeamsVendor.senders)

    assert first.id != second.id


def test_call_holds_no_secret():
    """Calls wait in the outbox, so they hold no token of ours; a button carries its own."""
    (event,) = read(TeamsVendor().activity(ADA, text="hello"))
    (call,) = ADAPTER.calls([Piece("one\ntwo", (Choice("More", "signed"),), "buttons")], event.address, "key")

    assert call.json["text"] == "one<br>two"
    assert call.json["attachments"][0]["content"]["buttons"][0]["value"] == {"token": "signed"}
    assert "password" not in json.dumps(call.json) + str(call.headers)


async def test_new_key_is_fetched_once(opening: Opening, monkeypatch: pytest.MonkeyPatch):
    """Forged names of keys do not make us ask Microsoft again and again."""
    asked = []
    answer = TeamsVendor.aside

    def count(self: TeamsVendor, request: Any) -> Answered | None:
        asked.append(request.path)
        return answer(self, request)

    monkeypatch.setattr(TeamsVendor, "aside", count)
    async with opening() as messenger:
        (good,) = messenger.vendor.deliveries([messenger.said("hello")])
        for name in range(5):
            forged = token(messenger.vendor.service_url, name=f"stranger {name}", signer="stranger")
            headers = {**good.headers, "Authorization": f"Bearer {forged}"}
            assert await messenger.deliver(type(good)(good.body, headers)) == 401
        assert await messenger.deliver(good) == 200

    assert asked.count("/keys") == 1


async def test_refused_token_is_replaced(opening: Opening, monkeypatch: pytest.MonkeyPatch):
    """When our token is refused a new one is asked for, and the message goes out with it."""
    async with opening() as messenger:
        messenger.server.behaviours.append(Answered(401))
        await messenger.say(messenger.said("hello"))
        await messenger.server.shown(1)
        await messenger.rest()

    assert [request.headers["Authorization"] for request in messenger.server.requests] == [f"Bearer {GRANTED}"] * 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [(201, "sent"), (401, "later"), (403, "dead"), (404, "dead"), (413, "dead"), (429, "later"), (502, "later")],
)
def test_judge(status: int, kind: str):
    """A bot that was blocked stays blocked; what passes is tried again."""
    assert ADAPTER.judge(status, {}, b"").kind == kind
