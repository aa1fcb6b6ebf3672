"""A messenger in the server of stock `rasa run`, with a stub agent, between a vendor's server and its patients."""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import sqlalchemy as sa
from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app

from acumen.answering.reply import Button, Reply, Text
from acumen.channels.messaging import inbox
from acumen.storage import database
from acumen.storage.messaging import lanes
from tests.channels.messaging.vendor_server import VendorServer
from tests.channels.messaging.vendors.base import Delivery, Said, Vendor
from tests.channels.stub_agent import StubAgent, Turn

REST_SECONDS = 20.0


async def echo(message: UserMessage) -> list[Reply]:
    """A turn that answers with what was said, and offers more."""
    return [Reply("answer", (Text(f"You said: {message.text}"),), buttons=(Button("Tell me more"),))]


class Messenger:
    """The channel at work: its agent, the vendor's server, and a way to deliver to it."""

    def __init__(self, vendor: Vendor, server: VendorServer, agent: StubAgent, client: aiohttp.ClientSession) -> None:
        self.vendor = vendor
        self.server = server
        self.agent = agent
        self._client = client
        self._ids = itertools.count()

    def said(self, text: str, *, sender: int = 0, at: float | None = None, payload: str = "") -> Said:
        """A new message of a patient."""
        return Said(f"id{next(self._ids)}", self.vendor.senders[sender], text, at or time.time(), payload)

    async def deliver(self, delivery: Delivery) -> int:
        """Deliver as the vendor does; gives the status."""
        url = f"/webhooks/{self.vendor.name}{delivery.path}"
        async with self._client.request(delivery.method, url, data=delivery.body, headers=delivery.headers) as answer:
            await answer.read()
            return answer.status

    async def get(self, path: str, **query: str) -> tuple[int, str]:
        """Ask for something; gives status and text."""
        async with self._client.get(f"/webhooks/{self.vendor.name}{path}", params=query) as answer:
            return answer.status, await answer.text()

    async def say(self, *said: Said) -> None:
        """Deliver messages, which must be taken."""
        for delivery in self.vendor.deliveries(said):
            assert await self.deliver(delivery) == 200

    async def rest(self) -> None:
        """Wait until nothing is left to do; what was to be ignored would have been done by then."""
        await asyncio.sleep(inbox.SETTLE_SECONDS + 0.1)
        async with asyncio.timeout(REST_SECONDS):
            while any(await self.read(lanes.c.due)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def read(self, *columns: Any) -> list[Any]:
        """What the database holds in columns of one table."""
        shared = database.shared_database(database.database_url())
        rows = await shared.run(lambda connection: connection.execute(sa.select(*columns)).all())
        return [row[0] if len(columns) == 1 else tuple(row) for row in rows]


@asynccontextmanager
async def opened(vendor: Vendor, turn: Turn = echo, **settings: str) -> AsyncIterator[Messenger]:
    """A channel that is open on a free port, in the database of the environment."""
    server = VendorServer(vendor)
    api = await server.start()
    channel = vendor.channel.from_settings({**vendor.settings(api), **settings})
    app = configure_app([channel], enable_api=False)
    app.ctx.agent = StubAgent(turn)
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await running.startup()
    await running.before_start()
    try:
        async with aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(20)) as client:
            yield Messenger(vendor, server, app.ctx.agent, client)
    finally:
        await running.before_stop()
        await running.close()
        await server.stop()
