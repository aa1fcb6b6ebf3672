"""The website channel in the server of stock `rasa run`, with a stub agent, and visitors to it."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app
from sanic import Sanic

from acumen.answering.reply import Button, Citation, Reply
from acumen.channels.website import WebsiteChannel
from acumen.channels.website.settings import Settings
from tests.channels.stub_agent import StubAgent, Turn

BASE = "/webhooks/website"
ANSWER = Reply(
    "answer",
    (Citation("pain", "hurt", "Usually it is painless.", "Does it hurt?", "Understanding Pain", "Kelsey Bru"),),
    ("does_it_hurt",),
    (Button("Tell me more"),),
)


async def say(message: UserMessage) -> None:
    """A turn that answers."""
    await message.output_channel.send_response(message.sender_id, {"reply": ANSWER.to_dict()})


@dataclass
class Event:
    """A server-sent event."""

    id: int
    kind: str
    data: dict[str, Any]


def read_events(body: str) -> list[Event]:
    """The events of a stream; its comments are left out."""
    events = []
    for frame in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
        if fields:
            events.append(Event(int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return events


class Visitor:
    """A browser on the website, reduced to its requests, with a session."""

    def __init__(self, client: aiohttp.ClientSession, agent: StubAgent, token: str) -> None:
        self.client = client
        self.agent = agent
        self.token = token
        self.server: Any = None

    async def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> tuple[aiohttp.ClientResponse, str]:
        """Send a request with the session's token, and read the whole answer."""
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        async with self.client.request(method, BASE + path, headers=headers, **options) as answer:
            return answer, await answer.text()

    async def say(self, text: str, message_id: str | None = None) -> list[Event]:
        """Send a message and wait for the end of its turn."""
        body = {"client_message_id": message_id or str(uuid.uuid4()), "text": text}
        answer, stream = await self.request("POST", "/messages", json=body)
        assert answer.status == 200, stream
        return read_events(stream)

    async def transcript(self) -> dict[str, Any]:
        """The conversation so far."""
        return json.loads((await self.request("GET", "/transcript"))[1])

    async def events(self, after: int = 0) -> tuple[list[Event], str]:
        """The events after a number, until nothing runs; and the stream as it came."""
        _, stream = await self.request("GET", f"/events?after={after}")
        return read_events(stream), stream

    async def another(self) -> Visitor:
        """Somebody else at the same address."""
        async with self.client.post(BASE + "/session") as answer:
            return Visitor(self.client, self.agent, (await answer.json())["token"])


Visiting = Callable[..., AbstractAsyncContextManager[Visitor]]


@asynccontextmanager
async def _visiting(turn: Turn = say, settings: Settings | None = None, **options: Any) -> AsyncIterator[Visitor]:
    app = configure_app([WebsiteChannel(settings)], enable_api=False, **options)
    app.ctx.agent = StubAgent(turn)
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    try:
        async with aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(20)) as client:
            visitor = await Visitor(client, app.ctx.agent, "").another()
            visitor.server = server
            yield visitor
    finally:
        await server.close()


@pytest.fixture
def visiting(monkeypatch: pytest.MonkeyPatch) -> Visiting:
    """Serves the channel on a free port, as a context whose value is a visitor."""
    # Sanic allows one app of a name in a process, unless it is told of a test.
    monkeypatch.setattr(Sanic, "test_mode", True)
    return _visiting


@pytest.fixture
def error_code() -> Callable[[str], str]:
    """Reads the code of a refusal, whose message must be a sentence."""

    def read(body: str) -> str:
        error = json.loads(body)["error"]
        assert error["message"].endswith(".")
        return str(error["code"])

    return read
