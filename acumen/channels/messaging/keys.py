"""What keeps patients unknown: hashes, signatures and encryption, all from the channel's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

HASH_CHARACTERS = 32
# Short enough for every vendor, the shortest allows 64 bytes; 96 bits that nobody guesses.
TOKEN_BYTES = 12


class Keys:
    """The keys of one channel; with another secret, they are others, and nothing is recognised any more."""

    def __init__(self, channel: str, secret: str) -> None:
        self._channel = channel
        self._conversations = self._derive(secret, "conversation")
        self._events = self._derive(secret, "event")
        self._tokens = self._derive(secret, "token")
        self._fernet = Fernet(base64.urlsafe_b64encode(self._derive(secret, "seal")))

    def sender_id(self, conversation: str) -> str:
        """Rasa's name for a conversation, which does not tell whose it is."""
        return f"{self._channel}-{_hash(self._conversations, conversation)[:HASH_CHARACTERS]}"

    def event(self, identifier: str) -> str:
        """The name an event is kept under; some vendors' own hold the phone number."""
        return _hash(self._events, identifier)[:HASH_CHARACTERS]

    def token(self, sender_id: str, title: str) -> str:
        """The signed token of a button: good for one conversation and one title only."""
        digest = hmac.digest(self._tokens, f"{sender_id}\0{title}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()

    def seal(self, values: Any) -> str:
        """Encrypt JSON values."""
        return self._fernet.encrypt(json.dumps(values).encode()).decode()

    def open(self, sealed: str) -> Any:
        """What `seal` encrypted.

        Raises:
            ValueError: when another secret encrypted it.
        """
        try:
            return json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken as error:
            raise ValueError("encrypted with another secret") from error

    def _derive(self, secret: str, purpose: str) -> bytes:
        return hmac.digest(secret.encode(), f"acumen.messaging.{self._channel}.{purpose}".encode(), hashlib.sha256)


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
