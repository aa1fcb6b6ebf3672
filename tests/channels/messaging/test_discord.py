"""What is Discord's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from acumen.channels.messaging.adapter import Choice, Event, Incoming, Piece
from acumen.channels.messaging.discord import Discord
from acumen.channels.messaging.markup import DISCORD
from acumen.channels.messaging.settings import Settings
from acumen.errors import AcumenError
from tests.channels.messaging.vendors.discord import (
    APPLICATION,
    PUBLIC_KEY,
    SIGNATURE,
    TIMESTAMP,
    command,
    pressed,
    sign,
    snowflake,
)

SETTINGS = {"application_id": APPLICATION, "public_key": PUBLIC_KEY, "secret": "a secret of our own"}
ADAPTER = Discord(**SETTINGS)
AT = 1754300000


def incoming(value: Any, received: float = AT, **headers: str) -> Incoming:
    """A request of Discord."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Incoming("POST", "https://x.example/webhook", "/webhook", {}, headers, body, received)


@pytest.mark.parametrize(("late", "taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
async def test_signature_has_its_time(late: int, taken: bool):
    """A good signature is taken within five minutes of its time."""
    headers = {SIGNATURE.lower(): sign(b"{}", str(AT)), TIMESTAMP.lower(): str(AT)}

    assert await ADAPTER.verify(incoming(b"{}", AT + late, **headers), None) is taken  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"type": 1}', {"type": 1}),
        (b'{"type": 2}', {"type": 5, "data": {"flags": 64}}),
        (b'{"type": 3}', {"type": 5, "data": {"flags": 64}}),
        (b'{"type": 4}', ""),
        (b"[]", ""),
        (b"", ""),
    ],
)
def test_acknowledged_for_one_person(body: bytes, answer: Any):
    """A try of the address is answered, and of a question it is said that an answer follows that nobody else sees."""
    assert ADAPTER.acknowledge(incoming(body)).body == answer


def test_command_and_button_are_events():
    """The same person is the same in a server and in a direct chat."""
    identifier = snowflake(AT + 0.25, 7)
    direct = command("9", identifier, "does it hurt?")
    server = {**direct, "member": {"user": direct["user"]}}
    del server["user"]
    said = Event(identifier, "9", "does it hurt?", {"token": "token-9"}, AT + 0.25)

    assert ADAPTER.read(incoming(direct)) == ADAPTER.read(incoming(server)) == [said]
    assert ADAPTER.read(incoming(pressed("9", identifier, "Yes", "t"))) == [
        Event(identifier, "9", "Yes", {"token": "token-9"}, AT + 0.25, "t")
    ]


def test_first_piece_fills_the_announced_answer():
    """The first replaces what was announced, so that it may be sent twice; the others follow, for one person only."""
    first, second = ADAPTER.calls([Piece("a"), Piece("b")], {"token": "t"}, "key")

    assert (first.method, first.url.endswith("/t/messages/@original")) == ("PATCH", True)
    assert (second.method, second.url.endswith("/t"), second.json["flags"]) == ("POST", True, 68)


@pytest.mark.parametrize(("count", "rows"), [(1, [1]), (5, [1] * 5), (7, [2, 2, 2, 1]), (25, [5] * 5)])
def test_buttons_stand_in_five_rows(count: int, rows: list[int]):
    """As few beside each other as five rows allow."""
    choices = tuple(Choice(f"Title {n}", f"token{n}") for n in range(count))
    (call,) = ADAPTER.calls([Piece("a", choices, "buttons")], {"token": "t"}, "key")

    assert [len(row["components"]) for row in call.json["components"]] == rows


@pytest.mark.parametrize(
    ("status", "body", "kind", "retry_after"),
    [
        (200, b"{}", "sent", None),
        (404, b'{"code": 10015, "message": "Unknown Webhook"}', "later", None),
        (401, b'{"code": 50027, "message": "Invalid Webhook Token"}', "dead", None),
        (429, b'{"retry_after": 0.65, "global": false}', "later", 0.65),
        (400, b'{"code": 50035}', "dead", None),
        (500, b"<html>", "later", None),
    ],
)
def test_judge(status: int, body: bytes, kind: str, retry_after: float | None):
    """An answer that Discord does not know yet waits; one whose token has ended is given up."""
    verdict = ADAPTER.judge(status, {}, body)

    assert (verdict.kind, verdict.retry_after) == (kind, retry_after)


def test_markup_in_a_text_is_only_text():
    """Signs of Discord's markup show as they are, addresses stay whole, and a link stays on its line."""
    assert DISCORD.escape("# a *b* <@9> [1]") == "\\# a \\*b\\* \\<@9\\> \\[1\\]"
    assert DISCORD.escape("see https://a.example/b_c") == "see https://a.example/b_c"
    assert DISCORD.link("two\nlines", "https://a.example/x<y>") == "[two lines](<https://a.example/x%3Cy%3E>)"


@pytest.mark.parametrize(("name", "value"), [("application_id", "my app"), ("public_key", "12"), ("secret", "short")])
def test_settings_are_checked(name: str, value: str):
    """What Discord would not call so is named at the start."""
    settings = Settings("discord", {**SETTINGS, name: value})
    Discord.from_settings(settings)

    with pytest.raises(AcumenError, match=f"`{name}`"):
        settings.check()
