"""What Meta's messengers share: signature, trial of the address, access token, and error codes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar

import aiohttp

from acumen.channels.messaging.adapter import Adapter, Answer, Incoming, Verdict
from acumen.channels.messaging.settings import Settings

API = "https://graph.facebook.com/v21.0"
# Graph's own codes for what passes: its trouble, too many calls, a token that can be renewed.
PASSING_CODES = {1, 2, 4, 190}


class MetaAdapter(Adapter):
    """One number or page of a Meta app."""

    routes: ClassVar[tuple[tuple[str, str], ...]] = (("POST", "/webhook"), ("GET", "/webhook"))
    # The name of the setting that holds the id of the number or page.
    id_setting: ClassVar[str]
    # The messenger's own codes for what passes, and for what does not although its status says so.
    passing_codes: ClassVar[frozenset[int]]
    final_codes: ClassVar[frozenset[int]] = frozenset()

    @classmethod
    def from_settings(cls, settings: Settings) -> MetaAdapter:
        """Makes the adapter (see parent class for full docstring)."""
        identifier = settings.text(cls.id_setting)
        if identifier and not identifier.isdigit():
            settings.fault(f"`{cls.id_setting}` is an id at Meta, digits only")
        return cls(
            app_secret=settings.secret("app_secret"),
            verify_token=settings.secret("verify_token"),
            access_token=settings.secret("access_token"),
            identifier=identifier,
            api=settings.address("api", API),
        )

    def __init__(
        self, *, app_secret: str, verify_token: str, access_token: str, identifier: str, api: str = API
    ) -> None:
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._access_token = access_token
        self._id = identifier
        self._url = f"{api}/{identifier}/messages"

    @property
    def secret(self) -> str:
        """The app's secret (see parent class for full docstring)."""
        return self._app_secret

    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Checks Meta's signature of the raw body (see parent class for full docstring)."""
        digest = hmac.new(self._app_secret.encode(), incoming.body, hashlib.sha256).hexdigest()
        given = incoming.headers.get("x-hub-signature-256", "")
        return hmac.compare_digest(f"sha256={digest}".encode(), given.encode())

    def challenge(self, incoming: Incoming) -> Answer:
        """Answers Meta's try of the address (see parent class for full docstring)."""
        query = incoming.query
        is_ours = hmac.compare_digest(query.get("hub.verify_token", "").encode(), self._verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not is_ours:
            return Answer(403)
        return Answer(200, query.get("hub.challenge", ""))

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """Gives the access token (see parent class for full docstring)."""
        return {"Authorization": f"Bearer {self._access_token}"}

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Reads Meta's own code, as its statuses do not tell what passes (see parent class for full docstring)."""
        verdict = super().judge(status, headers, body)
        if verdict.kind == "sent":
            return verdict
        codes = _error_codes(body)
        kind = verdict.kind
        if codes & (PASSING_CODES | self.passing_codes):
            kind = "later"
        if codes & self.final_codes:
            kind = "dead"
        named = "".join(f", code {code}" for code in sorted(codes))
        return Verdict(kind, f"status {status}{named}", verdict.retry_after)


def _error_codes(body: bytes) -> set[int]:
    """The code of an error and, where there is one, the code below it."""
    try:
        error: Any = json.loads(body)["error"]
        codes = (error.get("code"), error.get("error_subcode"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()
    return {code for code in codes if isinstance(code, int)}
