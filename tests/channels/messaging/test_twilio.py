"""What is Twilio's own."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest

from acumen.channels.messaging.adapter import Event, Incoming, Piece, Receipt
from acumen.channels.messaging.markup import SMS
from acumen.channels.messaging.measure import sms_segments
from acumen.channels.messaging.settings import Settings
from acumen.channels.messaging.twilio import TwilioSMS, TwilioWhatsApp
from acumen.errors import AcumenError

ACCOUNT = "AC" + "0" * 32
ADAPTER = TwilioSMS(account_sid=ACCOUNT, auth_token="12345")
URL = "https://chat.clinic.example/webhooks/twilio_sms/webhook"
STATUS_URL = "https://chat.clinic.example/webhooks/twilio_sms/status"
# Published with Twilio's description of its signatures, and with its library for Python.
PUBLISHED_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PUBLISHED = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
PUBLISHED_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def incoming(values: dict[str, str], url: str = URL, signature: str = "", **query: str) -> Incoming:
    """A request of Twilio."""
    headers = {"x-twilio-signature": signature}
    return Incoming("POST", url, urlsplit(url).path, query, headers, urlencode(values).encode(), time.time())


def said(**values: str) -> dict[str, str]:
    """The values of a message to the clinic."""
    return {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": "+1650", "To": "+1500", "Body": "hello", **values}


async def test_published_signature_is_taken():
    """Twilio's own example is verified, with its port as well, and nothing that differs from it."""
    good = incoming(PUBLISHED, PUBLISHED_URL, PUBLISHED_SIGNATURE)

    assert await ADAPTER.verify(good, None)
    assert await ADAPTER.verify(replace(good, url=PUBLISHED_URL.replace(".com", ".com:443")), None)
    assert not await ADAPTER.verify(replace(good, url=PUBLISHED_URL + "&x"), None)
    assert not await ADAPTER.verify(replace(good, body=good.body + b"&x=y"), None)
    assert not await ADAPTER.verify(replace(good, headers={}), None)
    assert not await TwilioSMS(account_sid=ACCOUNT, auth_token="54321").verify(good, None)


def test_channels_keep_to_their_own():
    """SMS is not answered by WhatsApp, nor the other way; the answer comes from the number that was written to."""
    whatsapp = TwilioWhatsApp(account_sid=ACCOUNT, auth_token="12345")
    by_sms, by_whatsapp = incoming(said()), incoming(said(From="whatsapp:+1650", To="whatsapp:+1500"))

    (event,) = ADAPTER.read(by_sms)
    assert isinstance(event, Event)
    assert event.address == {"to": "+1650", "from": "+1500", "status": STATUS_URL}
    assert whatsapp.read(by_sms) == ADAPTER.read(by_whatsapp) == []
    assert len(whatsapp.read(by_whatsapp)) == 1


@pytest.mark.parametrize(
    ("values", "is_read"),
    [
        ({"Body": "Stop"}, False),
        ({"Body": "cancel "}, False),
        ({"Body": "please stop the pain"}, True),
        ({"Body": "HELP"}, True),
        ({"Body": "START", "OptOutType": "START"}, False),
        ({"AccountSid": "AC" + "1" * 32}, False),
        ({"From": "messenger:1"}, False),
        ({"From": ""}, False),
    ],
)
def test_what_is_not_ours_to_answer(values: dict[str, str], is_read: bool):
    """Who has stopped messages gets none, as Twilio answers itself; a cry for help gets one."""
    assert bool(ADAPTER.read(incoming(said(**values)))) is is_read


def test_receipts():
    """A status tells that our message was taken, under the key that its address carries."""
    for state, found in (("sent", [Receipt("key-0")]), ("failed", []), ("undelivered", [])):
        assert ADAPTER.read(incoming(said(MessageStatus=state), STATUS_URL, key="key-0")) == found
    assert ADAPTER.read(incoming(said(MessageStatus="sent"), STATUS_URL)) == []


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (201, b'{"sid": "SM1"}', "sent"),
        (400, b'{"code": 21610}', "dead"),
        (400, b'{"code": 21611}', "later"),
        (400, b"<html>", "dead"),
        (401, b'{"code": 20003}', "later"),
        (429, b'{"code": 20429}', "later"),
        (503, b"[]", "later"),
    ],
)
def test_judge(status: int, body: bytes, kind: str):
    """Twilio's code tells what passes."""
    assert ADAPTER.judge(status, {}, body).kind == kind


def test_no_secret_is_in_a_call():
    """Calls wait in the outbox, so they hold no token of ours."""
    (call,) = ADAPTER.calls([Piece("hello")], {"to": "+1", "from": "+2", "status": STATUS_URL}, "key")

    assert "12345" not in str((call.form, call.url, call.headers))
    assert call.form["StatusCallback"] == f"{STATUS_URL}?key=key-0"


def test_typographic_marks_do_not_double_the_price():
    """An SMS keeps to its own alphabet where a plain mark says the same."""
    text = "“It’s 6–8 sessions…” " * 7

    assert sms_segments(text) == 3
    assert sms_segments(SMS.escape(text)) == 2
    assert SMS.escape("“It’s\u00a06–8…”") == '"It\'s 6-8..."'


@pytest.mark.parametrize(("name", "value"), [("account_sid", "SK" + "0" * 32), ("site", ""), ("auth_token", "")])
def test_settings_are_checked(name: str, value: str):
    """The public address is needed, as it is signed; so are account and token."""
    good = {"site": "https://x.example", "account_sid": ACCOUNT, "auth_token": "0" * 32}
    settings = Settings("twilio_sms", {**good, name: value})
    TwilioSMS.from_settings(settings)

    with pytest.raises(AcumenError, match=f"`{name}`"):
        settings.check()
