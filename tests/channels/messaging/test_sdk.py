"""Our channels, checked by the vendors' own libraries."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from acumen.channels.messaging import discord as ours
from acumen.channels.messaging.adapter import Choice, Incoming, Piece
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.line import Line
from acumen.channels.messaging.slack import BUTTONS, Slack
from acumen.channels.messaging.telegram import Telegram
from tests.channels.messaging.sdk import ask, needs_sdk
from tests.channels.messaging.vendors import discord, line, meta, slack, teams
from tests.channels.messaging.vendors.base import Said
from tests.channels.messaging.vendors.messenger import MessengerVendor
from tests.channels.messaging.vendors.teams import TeamsVendor
from tests.channels.messaging.vendors.telegram import SECRET, TelegramVendor
from tests.channels.messaging.vendors.telegram import TOKEN as BOT_TOKEN
from tests.channels.messaging.vendors.twilio import TOKEN, TwilioSMSVendor, TwilioWhatsAppVendor
from tests.channels.messaging.vendors.whatsapp import WhatsAppVendor

pytestmark = needs_sdk
SAID = [Said("id1", "+16505551234", "does it hurt? é “quoted” 👍 a=b&c", 1754300000.0)]


def incoming(url: str, body: bytes, **headers: str) -> Incoming:
    """A vendor's request."""
    return Incoming("POST", url, urlsplit(url).path, {}, headers, body, time.time())


async def test_twilio_library_agrees(monkeypatch: Any):
    """Twilio's library signs what we take, with a port or without, and takes what the tests' factory signs."""
    vendors = [TwilioSMSVendor(), TwilioWhatsAppVendor()]
    good = [(vendor, vendor.deliveries(SAID)[0]) for vendor in vendors]
    values = [{"Body": "", "From": "+1", "a": "é👍&="}, {}, {"b": "2", "B": "1", "aa": " "}]
    urls = [
        f"https://chat.clinic.example{port}/webhooks/twilio_sms/webhook{query}"
        for port, query in (("", ""), (":443", ""), (":8443", ""), ("", "?key=a-0&b=%20"))
    ]
    requests = [[url, each] for url in urls for each in values]
    signed = [
        [vendor.url(), dict(parse_qsl(each.body.decode(), keep_blank_values=True)), each.headers["X-Twilio-Signature"]]
        for vendor, each in good
    ]
    answer = ask("with_twilio.py", token=TOKEN, requests=requests, signed=signed)
    adapter = vendors[0].channel.from_settings(vendors[0].settings("http://localhost"))._adapter

    assert answer["taken"] == [True, True]
    for (url, each), signature in zip(requests, answer["made"], strict=True):
        request = incoming(url, urlencode(each).encode(), **{"x-twilio-signature": signature})
        assert await adapter.verify(request, None)
        assert not await adapter.verify(replace(request, body=request.body + b"&x=y"), None)
    # Where the public address names no port, Twilio may have signed it with one.
    request = incoming(urls[0], urlencode(values[0]).encode(), **{"x-twilio-signature": answer["made"][3]})
    assert await adapter.verify(request, None)


def test_library_for_meta_agrees():
    """A library for Meta's API takes what the tests' factories sign, and none of the forgeries."""
    good = [vendor.deliveries(SAID)[0] for vendor in (MessengerVendor(), WhatsAppVendor())]
    # It gets only the value of the header, and does not insist on the name of the algorithm.
    apart = {"missing", "old header", "not ASCII", "no algorithm"}
    forged = [each for name, each in meta.forgeries(good[0]).items() if name not in apart]
    pairs = [[each.body.decode(), each.headers["X-Hub-Signature-256"]] for each in [*good, *forged]]
    answer = ask("with_pywa.py", secret=meta.SECRET, signed=pairs)

    assert answer == [True] * len(good) + [False] * len(forged)


def test_library_for_telegram_agrees():
    """Updates as a library for Telegram writes them are read, and it reads ours; limits are those that it knows."""
    adapter = Telegram(token=BOT_TOKEN, webhook_secret=SECRET)
    token = Keys("telegram", BOT_TOKEN).token("telegram-1", "Does it hurt?")
    (call,) = adapter.calls([Piece("<b>Hello</b>", (Choice("Does it hurt?", token),), "buttons")], {"to": 9}, "key")
    keyboard = call.json["reply_markup"]
    vendor = TelegramVendor()
    said = [Said("id1", "9", "hello", 1754300000.0), Said("id2", "9", "Yes", 1754300000.0, payload="token")]
    ours = [each.body.decode() for each in [*vendor.deliveries(said), vendor.wordless("9")]]
    answer = ask("with_telegram.py", keyboards=[keyboard], updates=ours)

    read = {name: adapter.read(incoming("", update.encode())) for name, update in answer["updates"].items()}
    found = {name: [(each.text, each.payload) for each in events] for name, events in read.items()}
    assert found == {
        "text": [("Does it hurt?", "")],
        "start": [("Hello", "")],
        "caption": [("my arm", "")],
        "photo": [("", "")],
        "pressed": [("Does it hurt?", "token")],
        "edited": [],
        "pinned": [],
    }
    assert answer["keyboards"] == [json.loads(json.dumps(keyboard))]
    assert answer["read"] == [True] * 3
    limits, mine = answer["limits"], adapter.capabilities
    assert mine.text_limit == limits["text"]
    assert len(token) <= limits["callback_data"]
    assert mine.calls_per_second <= limits["per_second"]
    assert mine.seconds_between >= 1 / limits["per_second_and_chat"]


async def test_slack_library_agrees():
    """Slack's library signs what we take, takes what the tests' factory signs, and knows our messages and limits."""
    adapter = Slack(signing_secret=slack.SECRET, bot_token=slack.TOKEN)
    vendor, now = slack.SlackVendor(), int(time.time())
    good = vendor.deliveries(SAID)[0]
    # It wants both headers as text, and a time that is a number; other scripts' digits are numbers to it.
    apart = {"missing", "time missing", "no time", "not a time", "huge time", "digits of another script", "not ASCII"}
    forged = [each for name, each in vendor.forgeries(good).items() if name not in apart]
    signed = [
        [each.body.decode(), each.headers[slack.TIMESTAMP], each.headers[slack.SIGNATURE]] for each in [good, *forged]
    ]
    bodies = [good.body.decode(), "", "payload=%7B%7D", "é “quoted” 👍"]
    choices = tuple(Choice(f"Does it hurt, number {n}?", f"token{n}") for n in range(25))
    messages = [
        call.json["blocks"]
        for call in adapter.calls([Piece("x" * 3000), Piece("*b*", choices, "buttons")], {"channel": "D1"}, "key")
    ]
    requests = [[str(now), body] for body in bodies]
    answer = ask("with_slack.py", secret=slack.SECRET, now=now, requests=requests, signed=signed, messages=messages)

    assert answer["taken"] == [True] + [False] * len(forged)
    for body, signature in zip(bodies, answer["made"], strict=True):
        headers = {slack.SIGNATURE.lower(): signature, slack.TIMESTAMP.lower(): str(now)}
        assert await adapter.verify(incoming("", body.encode(), **headers), None)
        assert not await adapter.verify(incoming("", body.encode() + b" ", **headers), None)
    assert [[block["type"] for block in message] for message in answer["blocks"]] == [
        ["section"],
        ["section", "actions"],
    ]
    assert answer["limits"] == {"text": BUTTONS.text, "buttons": BUTTONS.most, "title": BUTTONS.title, "value": 2000}


def test_line_library_agrees():
    """LINE's library takes and reads what the tests' factory makes, no forgery, and knows our messages."""
    vendor = line.LineVendor()
    (good,) = vendor.deliveries(SAID)
    forged = [each for name, each in vendor.forgeries(good).items() if name != "missing"]
    signed = [[each.body.decode(), each.headers[line.SIGNATURE]] for each in [good, *forged]]
    choices = tuple(Choice(f"Question {n}?", f"token{n}") for n in range(13))
    pieces = [Piece("x"), Piece("y"), Piece("z", choices, "buttons")]
    adapter = Line(channel_secret=line.SECRET, access_token=line.TOKEN)
    pushed = [call.json for call in adapter.calls(pieces, {"to": "U1"}, "key")]
    answer = ask("with_line.py", secret=line.SECRET, signed=signed, good=signed[:1], pushed=pushed)

    assert answer["taken"] == [True] + [False] * len(forged)
    assert answer["read"] == [[SAID[0].text, SAID[0].sender, SAID[0].id, int(SAID[0].at * 1000)]]
    assert answer["pushed"] == [call["messages"] for call in pushed]


def test_discord_library_agrees():
    """Discord's library takes what the tests' factory signs, no forged signature, and has our numbers."""
    vendor = discord.DiscordVendor()
    (good,) = vendor.deliveries(SAID)
    # It looks at no clock, and wants both headers.
    apart = {"stale", "of the future", "no time", "missing", "time missing", "not ASCII"}
    forged = [each for name, each in vendor.forgeries(good).items() if name not in apart]
    signed = [
        [each.body.decode(), each.headers[discord.TIMESTAMP], each.headers[discord.SIGNATURE]]
        for each in [good, *forged]
    ]
    answer = ask("with_discord.py", key=discord.PUBLIC_KEY, signed=signed)

    assert answer["taken"] == [True] + [False] * len(forged)
    assert answer["numbers"] == {
        "ping": ours.PING,
        "command": ours.COMMAND,
        "pressed": ours.PRESSED,
        "pong": ours.PONG,
        "deferred": ours.DEFERRED,
        "ephemeral": ours.EPHEMERAL,
    }


def test_library_for_teams_agrees():
    """Microsoft's library takes the token of the tests' factory, and none that we are to refuse for its claims."""
    vendor = TeamsVendor()
    url = vendor.service_url
    changes = [{"aud": "x"}, {"iss": "x"}, {"exp": 1}, {"nbf": 9e9}, {"serviceurl": "x"}, {"serviceurl": None}]
    tokens = [teams.token(url), *(teams.token(url, **each) for each in changes), teams.token(url, signer="stranger")]
    answer = ask("with_teams.py", app_id=teams.APP_ID, keys=teams.jwks(), service=url, tokens=tokens)

    assert answer == [True] + [False] * (len(tokens) - 1)
