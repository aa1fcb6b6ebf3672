"""Twilio: SMS, and WhatsApp by Twilio."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import aiohttp

from acumen.channels.messaging.adapter import (
    Adapter,
    Address,
    Answer,
    Call,
    Capabilities,
    Event,
    Incoming,
    Piece,
    Receipt,
    Verdict,
)
from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.messaging.markup import SMS, WHATSAPP
from acumen.channels.messaging.measure import sms_segments, utf16_units
from acumen.channels.messaging.settings import Settings

API = "https://api.twilio.com"
ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
# A body has up to 1600 characters, https://www.twilio.com/docs/api/errors/21617; ten SMS hold 1530 at most.
LONGEST_BODY = 1600
MOST_SEGMENTS = 10
PORTS = {"https": 443, "http": 80}
TAKEN = {"queued", "sending", "sent", "delivered", "read"}
# Too many calls, or too many messages that wait at Twilio.
PASSING_CODES = {20429, 21611, 63018}
# By SMS, Twilio itself obeys these words, and takes no message to that number any more.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})


class Twilio(Adapter):
    """The numbers of one account whose messages are sent here."""

    # What Twilio writes before a number of this channel.
    prefix: ClassVar[str]
    stop_words: ClassVar[frozenset[str]] = frozenset()
    routes: ClassVar[tuple[tuple[str, str], ...]] = (("POST", "/webhook"), ("POST", "/status"))

    @classmethod
    def from_settings(cls, settings: Settings) -> Twilio:
        """Makes the adapter (see parent class for full docstring)."""
        # Twilio signs the public address: behind a proxy, nothing else tells what it is.
        settings.address("site")
        account = settings.text("account_sid")
        if account and not ACCOUNT.fullmatch(account):
            settings.fault("`account_sid` is AC and 32 digits and letters from a to f")
        return cls(account_sid=account, auth_token=settings.secret("auth_token"), api=settings.address("api", API))

    def __init__(self, *, account_sid: str, auth_token: str, api: str = API) -> None:
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._url = f"{api}/2010-04-01/Accounts/{account_sid}/Messages.json"

    @property
    def secret(self) -> str:
        """The account's token (see parent class for full docstring)."""
        return self._auth_token

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks Twilio's signature of address and parameters (see parent class for full docstring)."""
        given = incoming.headers.get("x-twilio-signature", "").encode()
        signed = "".join(name + value for name, value in sorted(set(_pairs(incoming.body))))
        # All are compared, whichever is right.
        right = [hmac.compare_digest(given, self._signature(url + signed)) for url in _spellings(incoming.url)]
        return any(right)

    def read(self, incoming: Incoming) -> list[Event | Receipt]:
        """Reads a message to this account, or what became of one of ours (see parent class for full docstring)."""
        values = dict(_pairs(incoming.body))
        if values.get("AccountSid") != self._account_sid:
            return []
        if incoming.path.endswith("/status"):
            key = incoming.query.get("key", "")
            return [Receipt(key)] if key and values.get("MessageStatus") in TAKEN else []
        sender, receiver, text = values.get("From", ""), values.get("To", ""), values.get("Body", "")
        if not self._is_number(sender) or not self._is_number(receiver) or "MessageSid" not in values:
            return []
        if "OptOutType" in values or text.strip().upper() in self.stop_words:
            return []
        # Where a button of a template was pressed, the body is its title.
        address = {"to": sender, "from": receiver, "status": urljoin(incoming.url, "status")}
        # Twilio does not tell when it was written.
        return [Event(values["MessageSid"], sender, text, address, incoming.received, values.get("ButtonPayload", ""))]

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Says that nothing is answered right now (see parent class for full docstring)."""
        return Answer(200, "<Response/>", "text/xml; charset=utf-8")

    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """Makes one call a piece (see parent class for full docstring)."""
        keys = [f"{key}-{number}" for number in range(len(pieces))]
        common = {"To": address["to"], "From": address["from"]}
        return [
            Call(
                self._url,
                key,
                form={**common, "Body": piece.text, "StatusCallback": f"{address['status']}?{urlencode({'key': key})}"},
            )
            for key, piece in zip(keys, pieces, strict=True)
        ]

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives account and token (see parent class for full docstring)."""
        given = base64.b64encode(f"{self._account_sid}:{self._auth_token}".encode()).decode()
        return {"Authorization": f"Basic {given}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Reads Twilio's own code (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        code = None if verdict.kind == "sent" else _error_code(body)
        if code is None:
            return verdict
        kind = "later" if code in PASSING_CODES else verdict.kind
        return Verdict(kind, f"status {status}, code {code}", verdict.retry_after)

    def _signature(self, signed: str) -> bytes:
        return base64.b64encode(hmac.new(self._auth_token.encode(), signed.encode(), hashlib.sha1).digest())

    def _is_number(self, address: str) -> bool:
        number = address.removeprefix(self.prefix)
        return address.startswith(self.prefix) and bool(number) and ":" not in number


class TwilioSMS(Twilio):
    """SMS, by Twilio."""

    name: ClassVar[str] = "twilio_sms"
    prefix: ClassVar[str] = ""
    stop_words: ClassVar[frozenset[str]] = STOP_WORDS
    # A US long number sends one part a second, and Twilio keeps the rest; a number's messages can overtake each other.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=MOST_SEGMENTS, size=sms_segments, markup=SMS, seconds_between=1.0, doubt_seconds=15.0
    )


class TwilioWhatsApp(Twilio):
    """WhatsApp, by Twilio; its buttons need templates, so they are numbers here."""

    name: ClassVar[str] = "twilio_whatsapp"
    prefix: ClassVar[str] = "whatsapp:"
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=LONGEST_BODY, size=utf16_units, markup=WHATSAPP, seconds_between=0.5, doubt_seconds=15.0
    )


class TwilioSMSChannel(MessagingChannel):
    """Patients writing by SMS, by Twilio."""

    adapter_class = TwilioSMS


class TwilioWhatsAppChannel(MessagingChannel):
    """Patients writing by WhatsApp, by Twilio."""

    adapter_class = TwilioWhatsApp


def _pairs(body: bytes) -> list[tuple[str, str]]:
    """The names and values of a form; of what is none, whatever comes of it: its signature will not fit."""
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)


def _spellings(url: str) -> list[str]:
    """The address without and with its port: which of them Twilio signs, has changed over time."""
    parts = urlsplit(url)
    host = parts.netloc.partition(":")[0]
    port = parts.port or PORTS[parts.scheme]
    return [parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}")]


def _error_code(body: bytes) -> int | None:
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, int) else None
