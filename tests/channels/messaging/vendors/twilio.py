"""SMS and WhatsApp, seen from Twilio."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from acumen.channels.messaging.measure import sms_segments
from acumen.channels.messaging.twilio import TwilioSMSChannel, TwilioWhatsAppChannel
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

SITE = "https://chat.clinic.example"
ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "an auth token of 32 characters!!"
CLINIC = "+15005550006"


def sign(url: str, body: bytes, token: str = TOKEN, algorithm: str = "sha1") -> str:
    """Twilio's signature: of the address, and the names and values in the order of the names."""
    values = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    signed = url + "".join(name + value for name in sorted(values) for value in sorted(set(values[name])))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), algorithm)).decode()


class _TwilioVendor(Vendor):
    """Twilio's side of one account."""

    tells_time = False
    prefix = ""
    numbers = ("+16505551234", "+447700900123")

    @property
    def senders(self) -> tuple[str, str]:  # type: ignore[override]
        first, second = self.numbers
        return self.prefix + first, self.prefix + second

    def settings(self, api: str) -> dict[str, Any]:
        return {"site": SITE, "account_sid": ACCOUNT, "auth_token": TOKEN, "api": api}

    def url(self, path: str = "/webhook") -> str:
        """The address that Twilio calls."""
        return f"{SITE}/webhooks/{self.name}{path}"

    def form(self, sender: str, identifier: str, **values: str) -> bytes:
        """A message as Twilio writes it."""
        common = {"MessageSid": identifier, "SmsSid": identifier, "AccountSid": ACCOUNT, "From": sender}
        common |= {"To": self.prefix + CLINIC, "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01"}
        return urlencode({**common, "Body": "", "ProfileName": "", **values}).encode()

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self.signed(self._said(each)) for each in said]

    def _said(self, said: Said) -> bytes:
        pressed = {"ButtonPayload": said.payload, "ButtonText": said.text} if said.payload else {}
        return self.form(said.sender, said.id, Body=said.text, **pressed)

    def signed(self, body: bytes, path: str = "/webhook") -> Delivery:
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return Delivery(body, {**headers, "X-Twilio-Signature": sign(self.url(path), body)}, path)

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        right, body, url = good.headers["X-Twilio-Signature"], good.body, self.url()
        values = {
            "empty": "",
            "other token": sign(url, body, "another token"),
            "empty token": sign(url, body, ""),
            "account as token": sign(url, body, ACCOUNT),
            "sha256": sign(url, body, algorithm="sha256"),
            "md5": sign(url, body, algorithm="md5"),
            "only the address": sign(url, b""),
            "other host": sign(url.replace(SITE, "https://evil.example"), body),
            "without TLS": sign(url.replace("https", "http"), body),
            "other path": sign(self.url("/status"), body),
            "with a query": sign(url + "?a=b", body),
            "other port": sign(url.replace(SITE, SITE + ":8443"), body),
            "hexadecimal": base64.b64decode(right).hex(),
            "cut short": right[:-1],
            "longer": right + "=",
            "not ASCII": "é" * 28,
        }
        headers = {key: value for key, value in good.headers.items() if key != "X-Twilio-Signature"}
        forged = {
            name: replace(good, headers={**headers, "X-Twilio-Signature": value}) for name, value in values.items()
        }
        forged["missing"] = replace(good, headers=headers)
        forged["of another body"] = replace(good, body=body.replace(b"Body=", b"Body=not+"))
        forged["with a value more"] = replace(good, body=body + b"&OptOutType=STOP")
        forged["with a value twice"] = replace(good, body=body + b"&Body=other")
        forged["at another address"] = replace(good, path="/webhook?a=b")
        forged["new algorithm named"] = replace(
            forged["sha256"],
            headers={**forged["sha256"].headers, "X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_SHA256"},
        )
        return forged

    def noise(self) -> list[Delivery]:
        sender, other = self.senders[0], "" if self.prefix else "whatsapp:"
        forms = [
            self.form(sender, "SM1", Body="for another account", AccountSid="AC" + "0" * 32),
            self.form(sender, "SM2", Body="STOP", OptOutType="STOP"),
            self.form("messenger:123", "SM3", Body="another channel"),
            self.form(other + self.numbers[0], "SM4", Body="another channel", To=other + CLINIC),
            self.form("", "SM5", Body="from nobody" if self.prefix else " stop "),
            b"AccountSid=" + ACCOUNT.encode(),
            b"",
        ]
        status = self.form(sender, "SM6", MessageStatus="sent")
        return [*map(self.signed, forms), self.signed(status, "/status"), self.signed(status, "/status?key=unknown")]

    def wordless(self, sender: str) -> Delivery:
        picture = {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://api.twilio.com/x"}
        return self.signed(self.form(sender, "MM1", **picture))

    def shown(self, request: Request) -> Shown:
        assert request.path.endswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
        call = dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
        assert call["From"] == self.prefix + CLINIC
        assert 0 < len(call["Body"]) <= 1600
        return Shown(call["To"], call["Body"])

    def is_authorised(self, request: Request) -> bool:
        given = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        return request.headers.get("Authorization") == f"Basic {given}"

    def accepted(self, request: Request) -> Answered:
        return Answered(201, body=json.dumps({"sid": "SM" + "0" * 32, "status": "queued"}))

    def receipt(self, request: Request) -> Delivery | None:
        call = dict(parse_qsl(request.body.decode()))
        parts = urlsplit(call["StatusCallback"])
        assert parts.geturl().startswith(self.url("/status?"))
        form = self.form(self.prefix + CLINIC, "SM9", To=call["To"], MessageStatus="sent")
        return self.signed(form, f"/status?{parts.query}")

    def throttled(self) -> Answered:
        return Answered(429, body=json.dumps({"code": 20429, "message": "Too Many Requests", "status": 429}))


class TwilioSMSVendor(_TwilioVendor):
    """Twilio's side of SMS."""

    channel = TwilioSMSChannel

    def shown(self, request: Request) -> Shown:
        shown = super().shown(request)
        assert sms_segments(shown.text) <= 10
        return shown


class TwilioWhatsAppVendor(_TwilioVendor):
    """Twilio's side of WhatsApp."""

    channel = TwilioWhatsAppChannel
    prefix = "whatsapp:"
