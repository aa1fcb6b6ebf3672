"""Microsoft Teams, seen from the Bot Framework."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from acumen.channels.messaging.teams import ISSUER, TeamsChannel
from tests.channels.messaging.vendors.base import Answered, Delivery, Request, Said, Shown, Vendor

APP_ID = "3e5cd2c1-9a0c-4d0b-8e0a-2f6f0c1f4a77"
TENANT = "9d1b0b6e-6f0e-4f3e-a0a5-1f2a3b4c5d6e"
GRANTED = "a granted token"
KEY, OTHER = "the-key", "a-key-of-another-channel"


@cache
def _private(name: str) -> rsa.RSAPrivateKey:
    """A key pair, made when it is first needed."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks() -> dict[str, Any]:
    """The keys that Microsoft publishes."""
    keys = []
    for name, endorsements in ((KEY, ["msteams", "webchat"]), (OTHER, ["webchat"])):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(_private(name).public_key(), as_dict=True)
        keys.append({**public, "kid": name, "use": "sig", "endorsements": endorsements})
    return {"keys": keys}


def token(service: str, *, name: str = KEY, signer: str = KEY, **changed: Any) -> str:
    """A token of Microsoft's; a claim that is changed to None is left out."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": APP_ID, "serviceurl": service, "nbf": now - 10, "exp": now + 3600, **changed}
    claims = {claim: value for claim, value in claims.items() if value is not None}
    return jwt.encode(claims, _private(signer), "RS256", headers={"kid": name})


class TeamsVendor(Vendor):
    """The Bot Framework's side of one bot."""

    channel = TeamsChannel
    signs_contents = True
    senders = ("a:1ada-x7FbU4QLZ9w000", "a:1grace-x7FbU4QLZ9w001")
    optional = frozenset({"login", "metadata"})
    service_url = "https://smba.example/emea/"

    def settings(self, api: str) -> dict[str, Any]:
        self.service_url = f"{api}/emea/"
        return {
            "app_id": APP_ID,
            "app_password": "an app's password",
            "tenant_id": TENANT,
            "login": api,
            "metadata": f"{api}/openidconfiguration",
        }

    def activity(self, sender: str, identifier: str = "1", at: float | None = None, **more: Any) -> dict[str, Any]:
        """An activity; a message without words unless it says otherwise."""
        return {
            "type": "message",
            "id": identifier,
            "timestamp": datetime.fromtimestamp(at or time.time(), UTC).isoformat().replace("+00:00", "Z"),
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "from": {"id": f"29:{sender}", "name": "Ada", "aadObjectId": "1"},
            "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": sender},
            "recipient": {"id": f"28:{APP_ID}", "name": "The clinic"},
            **more,
        }

    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        return [self._delivery(each) for each in said]

    def _delivery(self, said: Said) -> Delivery:
        value = {"value": {"token": said.payload}} if said.payload else {}
        return self._signed(self.activity(said.sender, said.id, said.at, text=said.text, **value))

    def _signed(self, activity: dict[str, Any]) -> Delivery:
        return self.signed(json.dumps(activity).encode())

    def signed(self, body: bytes) -> Delivery:
        return _with(Delivery(body, {"Content-Type": "application/json"}), f"Bearer {token(self.service_url)}")

    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        url, now = self.service_url, int(time.time())
        header, _, rest = token(url).partition(".")
        tokens = {
            "empty": "",
            "no token": "x.y.z",
            "signature cut off": token(url).rpartition(".")[0] + ".",
            "another signature": token(url)[:-8] + "AAAAAAAA",
            "claims of another token": ".".join([header, token(url, exp=now + 9).split(".")[1], rest.split(".")[1]]),
            "key of somebody else": token(url, signer="stranger"),
            "unknown key": token(url, name="stranger", signer="stranger"),
            "key without endorsement": token(url, name=OTHER, signer=OTHER),
            "another app": token(url, aud="another"),
            "another issuer": token(url, iss="https://evil.example"),
            "a user's issuer": token(url, iss=f"https://sts.windows.net/{TENANT}/"),
            "expired": token(url, exp=now - 400),
            "never expires": token(url, exp=None),
            "not yet": token(url, nbf=now + 400),
            "another service": token("https://evil.example/"),
            "no service": token(url, serviceurl=None),
            "no algorithm": jwt.encode({"iss": ISSUER, "aud": APP_ID, "exp": now + 60}, None, "none"),
            "shared secret": jwt.encode({"aud": APP_ID}, "x" * 32, "HS256", headers={"kid": KEY}),
        }
        forged = {name: _with(good, f"Bearer {value}") for name, value in tokens.items()}
        forged["no scheme"] = _with(good, token(url))
        forged["missing"] = replace(good, headers={"Content-Type": "application/json"})
        forged["answers to another address"] = replace(good, body=good.body.replace(b"/emea/", b"/evil/"))
        return forged

    def noise(self) -> list[Delivery]:
        ada = self.senders[0]
        group = {"conversationType": "groupChat", "id": "19:x@thread.v2"}
        kinds = ("messageReaction", "messageUpdate", "messageDelete", "conversationUpdate", "installationUpdate")
        others = [self.activity(ada, type=kind) for kind in (*kinds, "typing", "invoke", "event", "endOfConversation")]
        messages = [
            self.activity(ada, text="hello", conversation=group),
            self.activity(ada, text="hello", conversation={"id": ada}),
            self.activity(ada, text=" "),
        ]
        return [self._signed(each) for each in [*others, *messages]]

    def wordless(self, sender: str) -> Delivery:
        picture = {"contentType": "image/*", "contentUrl": "https://smba.example/picture"}
        return self._signed(self.activity(sender, attachments=[picture]))

    def shown(self, request: Request) -> Shown:
        call = json.loads(request.body)
        parts = request.path.split("/")
        assert parts[:4] == ["", "emea", "v3", "conversations"]
        assert call["textFormat"] == "xml"
        assert len(request.body.decode().encode("utf-16")) <= 80_000
        buttons = [button for card in call.get("attachments", []) for button in card["content"]["buttons"]]
        assert len(buttons) <= 6
        text = call["text"].replace("<br>", "\n")
        choices = tuple((button["title"], button["value"]["token"]) for button in buttons)
        return Shown(unquote(parts[4]), text.replace("&amp;", "&"), choices)

    def is_authorised(self, request: Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {GRANTED}"

    def aside(self, request: Request) -> Answered | None:
        """Microsoft's keys and tokens."""
        if request.path == "/openidconfiguration":
            return Answered(body=json.dumps({"jwks_uri": f"http://{request.headers['Host']}/keys"}))
        if request.path == "/keys":
            return Answered(body=json.dumps(jwks()))
        if request.path == f"/{TENANT}/oauth2/v2.0/token":
            assert b"client_credentials" in request.body
            return Answered(body=json.dumps({"access_token": GRANTED, "expires_in": 3600}))
        return None


def _with(delivery: Delivery, authorization: str) -> Delivery:
    return replace(delivery, headers={**delivery.headers, "Authorization": authorization})
