"""What is Slack's own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from acumen.channels.messaging.adapter import Choice, Event, Incoming, Piece, Receipt
from acumen.channels.messaging.markup import SLACK
from acumen.channels.messaging.settings import Settings
from acumen.channels.messaging.slack import Slack
from acumen.errors import AcumenError
from tests.channels.messaging.vendors.slack import SECRET, TOKEN, message, pressed, wrapped

ADAPTER = Slack(signing_secret=SECRET, bot_token=TOKEN)
# https://docs.slack.dev/authentication/verifying-requests-from-slack/
BODY = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
AT = 1531420618
PUBLISHED = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def incoming(body: bytes, received: float = AT, **headers: str) -> Incoming:
    """A request of Slack."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Incoming("POST", "https://x.example/webhook", "/webhook", {}, named, body, received)


def read(body: bytes, **headers: str) -> list[Any]:
    """What is read of a request."""
    return list(ADAPTER.read(incoming(body, **headers)))


@pytest.mark.parametrize(("late", "taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
async def test_published_signature(late: int, taken: bool):
    """The signature that Slack published is taken, within five minutes of its time."""
    headers = {"x_slack_request_timestamp": str(AT), "x_slack_signature": PUBLISHED}

    assert await ADAPTER.verify(incoming(BODY.encode(), AT + late, **headers), None) is taken  # type: ignore[arg-type]
    assert not await ADAPTER.verify(incoming(BODY.encode() + b"&x=1", AT, **headers), None)  # type: ignore[arg-type]


def test_address_is_tried():
    """Slack's challenge comes back as it is; anything else gets an empty 200."""
    assert ADAPTER.acknowledge(incoming(b'{"type": "url_verification", "challenge": "3eZbrw1a"}')).body == "3eZbrw1a"
    for body in (b"", b"[]", b'{"type": "event_callback", "challenge": "x"}', b'{"type": "url_verification"}'):
        answer = ADAPTER.acknowledge(incoming(body))
        assert (answer.status, answer.body) == (200, "")


def test_message_is_known_by_its_place():
    """The same message with another event id, as Slack sometimes delivers it, is the same event."""
    first = wrapped(message("D1", "1754300000.000200", "hello"))

    assert read(first) == read(first.replace(b'"Ev1"', b'"Ev2"')) == [
        Event("D1 1754300000.000200", "D1", "hello", {"channel": "D1"}, 1754300000.0002)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 &lt; 5 &amp;amp; x", "3 < 5 &amp; x"),
        ("see <https://a.example/x|a.example/x>", "see a.example/x"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<@U123> hello", "@U123 hello"),
        ("", ""),
    ],
)
def test_words_are_what_was_typed(text: str, words: str):
    """Slack's own form of links and special letters is undone."""
    assert read(wrapped(message("D1", "1.2", text)))[0].text == words


def test_thread_is_answered_in_the_thread():
    """A question in a thread, or a button pressed there, gets its answer there."""
    body = wrapped(message("D1", "2.3", "hello", thread_ts="1.2"))
    (call,) = ADAPTER.calls([Piece("x")], read(body)[0].address, "key")

    assert call.json["thread_ts"] == "1.2"
    assert "thread_ts" not in ADAPTER.calls([Piece("x")], {"channel": "D1"}, "key")[0].json


def test_pressed_button_is_an_event():
    """A button says its title and carries its token; one in a public channel is left alone."""
    kind = "application/x-www-form-urlencoded"
    found = read(pressed("D1", "7.5", "Does it hurt?", "token"), content_type=kind)

    assert found == [Event("D1 7.5", "D1", "Does it hurt?", {"channel": "D1"}, 7.5, "token")]
    assert read(pressed("C1", "7.5", "Does it hurt?", "token"), content_type=f"{kind}; charset=utf-8") == []


def test_own_message_is_a_receipt():
    """The name of a call is the name of its first block, which Slack hands back."""
    first, second = ADAPTER.calls([Piece("a"), Piece("b", (Choice("Yes", "t"),), "buttons")], {"channel": "D1"}, "key")
    echoes = [wrapped(message("D1", "1.2", "a", bot_id="B1", blocks=call.json["blocks"])) for call in (first, second)]

    assert [read(echo) for echo in echoes] == [[Receipt(first.key)], [Receipt(second.key)]]
    assert first.key != second.key


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (200, b'{"ok": true}', "sent", ""),
        (200, b'{"ok": false, "error": "channel_not_found"}', "dead", "error channel_not_found"),
        (200, b'{"ok": false, "error": "ratelimited"}', "later", "error ratelimited"),
        (200, b'{"ok": false, "error": "invalid_auth"}', "later", "error invalid_auth"),
        (200, b'{"ok": false, "error": "Ada said: it hurts"}', "dead", "error unknown"),
        (200, b'{"ok": false}', "later", "an answer that is not Slack's"),
        (200, b"<html>", "later", "an answer that is not Slack's"),
        (200, b"[]", "later", "an answer that is not Slack's"),
        (429, b"", "later", "status 429"),
        (400, b"", "dead", "status 400"),
        (503, b"", "later", "status 503"),
    ],
)
def test_judge(status: int, body: bytes, kind: str, reason: str):
    """Slack says 200 to nearly everything; its own error tells what passes, and nothing else is quoted."""
    verdict = ADAPTER.judge(status, {"Retry-After": "17"}, body)

    assert (verdict.kind, verdict.reason) == (kind, reason)
    assert verdict.kind == "sent" or verdict.retry_after in (17.0, None)


def test_markup_in_a_text_is_only_text():
    """Signs of Slack's markup show as they are, addresses stay whole, and a link stays on its line."""
    assert (
        SLACK.escape("a *b* _c_ <@U1> & `d`") == "a *\u2060b*\u2060 _\u2060c_\u2060 &lt;@U1&gt; &amp; `\u2060d`\u2060"
    )
    assert SLACK.escape("see https://a.example/b_c?d=1&e=2") == "see https://a.example/b_c?d=1&amp;e=2"
    assert SLACK.escape("> quoted\n> more > x") == "\u2060&gt; quoted\n\u2060&gt; more &gt; x"
    assert SLACK.link("two\nlines", "https://a.example/x?a=1&b=<|>") == (
        "<https://a.example/x?a=1&amp;b=%3C%7C%3E|two lines>"
    )


@pytest.mark.parametrize(("name", "value"), [("bot_token", "xoxp-1234567890-abcdef"), ("signing_secret", "short")])
def test_settings_are_checked(name: str, value: str):
    """A user's token, or a secret that is none, is named at the start."""
    settings = Settings("slack", {"signing_secret": SECRET, "bot_token": TOKEN, name: value})
    Slack.from_settings(settings)

    with pytest.raises(AcumenError, match=f"`{name}`"):
        settings.check()


def test_calls_hold_no_secret():
    """Calls wait in the outbox, so the token is no part of them."""
    (call,) = ADAPTER.calls([Piece("hello")], {"channel": "D1"}, "key")

    assert TOKEN not in json.dumps([call.url, call.json, *call.headers])
