"""Sessions: who may go on with which conversation."""

from __future__ import annotations

import hashlib
import secrets
import time
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

    Nothing is kept for a session but the fact that it was ended.
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
        self._ended: dict[str, float] = {}

    def issue(self) -> Session:
        """Begin a session with an id nobody can guess."""
        return self.find(self._signer.dumps(secrets.token_hex(16)))

    def find(self, token: str) -> Session:
        """The session of a token.

        Raises:
            RefusedError: `no_session` when the token is not ours, too old, or its session was ended.
        """
        try:
            identifier, issued = self._signer.loads(token, max_age=SESSION_SECONDS, return_timestamp=True)
        except BadSignature as error:
            raise RefusedError("no_session") from error
        if identifier in self._ended:
            raise RefusedError("no_session")
        return Session(identifier, token, issued.astimezone(UTC) + timedelta(seconds=SESSION_SECONDS))

    def end(self, session: Session) -> None:
        """Refuse the session's token from now on."""
        now = time.monotonic()
        # What is older than a token's life needs no memory: its token is too old anyway.
        self._ended = {each: since for each, since in self._ended.items() if now - since < SESSION_SECONDS}
        self._ended[session.id] = now
