"""Sessions: who may go on with which conversation."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from acumen.channels.website.refusals import RefusedError

SESSION_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Session:
    """A conversation's id, the token that opens it, and when that ends."""

    id: str
    token: str
    expires: datetime

    @property
    def sender_id(self) -> str:
        """Rasa's name for the conversation; it follows from the token alone."""
        return f"website-{self.id}"


class Sessions:
    """Issues signed tokens, and tells which session a token belongs to.

    Nothing is kept for a session here: every process with the same secret knows it.
    Which were ended, the store knows.
    """

    def __init__(self, secret: str | None = None) -> None:
        """Creates the signer.

        Args:
            secret: signs the tokens; without one, they last until the next start.
        """
        self._signer = URLSafeTimedSerializer(
            secret or secrets.token_hex(32),
            salt="acumen.website.session",
            signer_kwargs={"digest_method": hashlib.sha256},
        )

    def issue(self) -> Session:
        """Begin a session with an id nobody can guess."""
        return self.find(self._signer.dumps(secrets.token_hex(16)))

    def find(self, token: str) -> Session:
        """The session of a token.

        Raises:
            RefusedError: `no_session` when the token is not ours, or too old.
        """
        try:
            identifier, issued = self._signer.loads(token, max_age=SESSION_SECONDS, return_timestamp=True)
        except BadSignature as error:
            raise RefusedError("no_session") from error
        return Session(identifier, token, issued.astimezone(UTC) + timedelta(seconds=SESSION_SECONDS))
