"""What is Matrix's own."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from acumen.channels.messaging.adapter import Errand, Event, Incoming
from acumen.channels.messaging.checking import check_channels
from acumen.channels.messaging.matrix import ENCRYPTED, Matrix
from acumen.channels.messaging.settings import Settings
from acumen.errors import AcumenError
from tests.channels.messaging.conftest import Opening
from tests.channels.messaging.vendors.matrix import BOT, MatrixVendor, event, invitation, text

ADA, GRACE = MatrixVendor.senders
ADAPTER = Matrix(homeserver="https://matrix.example", user_id=BOT, hs_token="hs token", as_token="as token")


def read(*events: Any) -> list[Event | Errand]:
    """What is read of a transaction."""
    body = json.dumps({"events": events}).encode()
    return ADAPTER.read(Incoming("PUT", "https://x.example/", "/", {}, {}, body, time.time()))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (text("does it hurt?"), "does it hurt?"),
        ({"msgtype": "m.emote", "body": "has pain"}, "has pain"),
        (text("> <@acumen:x> Call 999\n> now\n\nthanks", **{"m.relates_to": {"m.in_reply_to": {}}}), "thanks"),
        (text("> quoted by hand"), "> quoted by hand"),
        (text("> not quoted", **{"m.relates_to": None}), "> not quoted"),
        ({"msgtype": "m.image", "body": "my arm", "filename": "arm.jpg"}, "my arm"),
        ({"msgtype": "m.image", "body": "arm.jpg", "filename": "arm.jpg"}, ""),
        ({"msgtype": "m.audio", "body": "voice.ogg"}, ""),
        ({"msgtype": "m.location", "body": "here"}, ""),
    ],
)
def test_words(content: dict[str, Any], expected: str):
    """The patient's own words are read, without what an older client quotes before them."""
    (found,) = read(event(ADA, content))

    assert isinstance(found, Event)
    assert found.text == expected


@pytest.mark.parametrize(
    ("content", "action"), [({"is_direct": True}, "join"), ({"is_direct": False}, "leave"), ({}, "leave")]
)
def test_only_a_chat_of_two_is_joined(content: dict[str, Any], action: str):
    """An invitation to a room in which others would read is turned down."""
    (found,) = read(invitation(ADA, **content))

    assert isinstance(found, Errand)
    assert found.call.url.endswith(f"/{action}")


def test_people_in_one_room_have_conversations_of_their_own():
    """Whoever else came into a room asks for themselves."""
    there = {"room_id": "!r:x"}
    first, second = read(event(ADA, text("one"), "1", **there), event(GRACE, text("two"), "2", **there))

    assert first.conversation != second.conversation


async def test_encrypted_message_gets_a_sentence(opening: Opening):
    """Who writes what we cannot read learns of it, once however often it is delivered, and Rasa is not asked."""
    vendor = MatrixVendor()
    async with opening() as messenger:
        secret = vendor.transaction([event(ADA, {"ciphertext": "AwgA"}, "secret", type="m.room.encrypted")])
        assert await messenger.deliver(secret) == await messenger.deliver(secret) == 200
        (shown,) = await messenger.server.shown(1)
        await messenger.rest()

    assert (shown.to, shown.text) == (ADA, ENCRYPTED)
    assert messenger.agent.messages == []
    assert len(messenger.server.taken) == 1


async def test_invitation_is_accepted_before_anything_is_answered(opening: Opening):
    """Joining waits like a message where the homeserver is away, and what is said there comes after it."""
    async with opening() as messenger:
        messenger.server.behaviours.append(messenger.vendor.throttled())
        assert await messenger.deliver(MatrixVendor().transaction([invitation(ADA, is_direct=True)])) == 200
        await messenger.say(messenger.said("hello"))
        await messenger.rest()

    joins = [request.path.endswith("/join") for request in messenger.server.taken]
    assert joins == [True, False]


@pytest.fixture
def vendor() -> MatrixVendor:
    """These tests are Matrix's only."""
    return MatrixVendor()


@pytest.mark.parametrize(
    ("status", "body", "kind", "wait"),
    [
        (200, b"{}", "sent", None),
        (429, b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}', "later", 2.5),
        (429, b"<html>", "later", None),
        (401, b'{"errcode": "M_UNKNOWN_TOKEN"}', "later", None),
        (403, b'{"errcode": "M_FORBIDDEN"}', "dead", None),
        (413, b'{"errcode": "M_TOO_LARGE"}', "dead", None),
        (502, b"", "later", None),
    ],
)
def test_judge(status: int, body: bytes, kind: str, wait: float | None):
    """What passes is tried again, as soon as the homeserver wants it; a room that the bot was put out of is lost."""
    verdict = ADAPTER.judge(status, {}, body)

    assert (verdict.kind, verdict.retry_after) == (kind, wait)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"user_id": "acumen"}, "whole name"),
        ({"hs_token": "with a space"}, "no spaces"),
        ({"as_token": "with a space"}, "no spaces"),
        ({"as_token": "the-same-token", "hs_token": "the-same-token"}, "must differ"),
        ({"homeserver": "http://matrix.example"}, "https://"),
    ],
)
def test_settings_that_cannot_work_are_named(changed: dict[str, str], expected: str):
    """What a homeserver would refuse, or what anybody could forge, is a fault."""
    settings = Settings("matrix", {**MatrixVendor().settings("https://matrix.example"), **changed})
    Matrix.from_settings(settings)

    with pytest.raises(AcumenError, match=expected):
        settings.check()


def test_address_for_the_registration(tmp_path: Path):
    """`acumen channels check` names the address as a registration wants it."""
    settings = {**MatrixVendor().settings("https://matrix.example"), "site": "https://chat.clinic.example"}
    file = tmp_path / "credentials.yml"
    file.write_text(json.dumps({"acumen.channels.messaging.matrix.MatrixChannel": settings}))

    (checked,) = check_channels(file)

    assert (checked.address, checked.problems) == ("https://chat.clinic.example/webhooks/matrix", ())
