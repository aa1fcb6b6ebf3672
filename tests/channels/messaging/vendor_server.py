"""A vendor's server: it records what it is sent, and answers, delays, drops and refuses as a test wants."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Literal

from aiohttp import web

from tests.channels.messaging.vendors.base import Answered, Request, Shown, Vendor

Behaviour = Answered | Literal["drop", "slow"]
PATIENCE = 20.0


class VendorServer:
    """The vendor's server on a free port of this machine."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        # How the next requests are treated, one each; then all is well.
        self.behaviours: deque[Behaviour] = deque()
        # All that came, and what of it was taken.
        self.requests: list[Request] = []
        self.taken: list[Request] = []
        self._identities: set[str | None] = set()
        self._changed = asyncio.Event()

    async def start(self) -> str:
        """Open the server; gives its address."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the server."""
        await self._runner.cleanup()

    async def shown(self, count: int, *, patience: float = PATIENCE) -> list[Shown]:
        """What was shown to patients, once it is `count` messages."""
        async with asyncio.timeout(patience):
            while len(self.taken) < count:
                await self._changed.wait()
        return [self.vendor.shown(request) for request in self.taken]

    async def _answer(self, request: web.Request) -> web.Response:
        headers = {key.title(): value for key, value in request.headers.items()}
        got = Request(request.path, headers, await request.read())
        if aside := self.vendor.aside(got):
            return _response(aside)
        self.requests.append(got)
        behaviour = self.behaviours.popleft() if self.behaviours else None
        if behaviour == "slow":
            await asyncio.sleep(0.3)
        if isinstance(behaviour, Answered) and behaviour.status >= 300:
            return _response(behaviour)
        identity = self.vendor.identity(got)
        if identity is None or identity not in self._identities:
            self._identities.add(identity)
            self.taken.append(got)
        self._changed.set()
        self._changed = asyncio.Event()
        if behaviour == "drop":
            request.transport.close()
        return _response(self.vendor.accepted(got))


def _response(answered: Answered) -> web.Response:
    return web.Response(
        status=answered.status, headers=answered.headers, text=answered.body, content_type="application/json"
    )
