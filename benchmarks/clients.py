"""A patient's side of a conversation: the website channel's way, and that of Rasa's REST channel."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

TURN_SECONDS = 120


class TurnFailedError(Exception):
    """A message that got no answer."""


class Conversation(Protocol):
    """One conversation, held by one patient."""

    async def say(self, text: str) -> None:
        """Say something and wait until the whole answer is there.

        Raises:
            TurnFailedError: when there is none.
        """


# Begins a conversation with the bot at an address.
Open = Callable[[ClientSession, str], Awaitable[Conversation]]


class WebsiteConversation:
    """A conversation on the website channel: a signed session, and an event stream a turn."""

    def __init__(self, client: ClientSession, address: str, token: str) -> None:
        self._client = client
        self._address = f"{address}/webhooks/website/messages"
        self._headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def open(cls, client: ClientSession, address: str) -> WebsiteConversation:
        """Begin a session."""
        async with client.post(f"{address}/webhooks/website/session") as answer:
            answer.raise_for_status()
            return cls(client, address, (await answer.json())["token"])

    async def say(self, text: str) -> None:
        body = {"client_message_id": uuid.uuid4().hex, "text": text}
        async with self._client.post(self._address, json=body, headers=self._headers) as answer:
            events = (await answer.read()).decode()
            if answer.status != 200 or "event: reply" not in events or "event: done" not in events:
                raise TurnFailedError(f"status {answer.status}")


class RestConversation:
    """A conversation on Rasa's REST channel: one request, one list of messages."""

    def __init__(self, client: ClientSession, address: str) -> None:
        self._client = client
        self._address = f"{address}/webhooks/rest/webhook"
        self._sender = uuid.uuid4().hex

    @classmethod
    async def open(cls, client: ClientSession, address: str) -> RestConversation:
        """Choose a sender's id; the channel asks for no more."""
        return cls(client, address)

    async def say(self, text: str) -> None:
        body = {"sender": self._sender, "message": text}
        async with self._client.post(self._address, json=body) as answer:
            if answer.status != 200 or not await answer.json():
                raise TurnFailedError(f"status {answer.status}")


def new_client() -> ClientSession:
    """An HTTP client with as many connections as are asked for."""
    return ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=TURN_SECONDS))


async def is_ready(client: ClientSession, address: str) -> bool:
    """Whether the bot says at `address` that it can answer."""
    try:
        async with client.get(address) as answer:
            return answer.status == 200
    except (ClientError, OSError):
        return False
