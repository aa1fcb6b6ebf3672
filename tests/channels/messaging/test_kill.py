"""A server that is killed at any moment loses nothing and answers nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from tests.channels.messaging.vendor_server import VendorServer
from tests.channels.messaging.vendors.base import Delivery, Said, Vendor
from tests.channels.messaging.vendors.whatsapp import WhatsAppVendor

KILLS = 20
MESSAGES_A_ROUND = 4
DEADLINE = 120.0


class Victim:
    """The server that is killed and started again."""

    def __init__(self, vendor: Vendor, api: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = str(free.getsockname()[1])
        self._arguments = ["-m", "tests.channels.messaging.kill_server", vendor.name, self._port, api, str(folder)]
        self._environment = {**os.environ, "ACUMEN_DATABASE": f"sqlite:///{folder}/acumen.db"}
        self.base = f"http://127.0.0.1:{self._port}/webhooks/{vendor.name}"

    async def prepare(self) -> None:
        """Import what the server needs."""
        pipe, devnull = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._parent = await asyncio.create_subprocess_exec(
            sys.executable, *self._arguments, env=self._environment, stdin=pipe, stdout=pipe, stderr=devnull
        )

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        self._parent.stdin.write(b"\n")
        self._process = int(await self._parent.stdout.readline())
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(self._port))) == 0:
                    return
            await asyncio.sleep(0.05)
        pytest.fail("the server does not start")

    async def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self._process, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(self._process, 0)
                await asyncio.sleep(0.01)

    async def end(self) -> None:
        """End everything."""
        await self.kill()
        self._parent.kill()
        await self._parent.wait()


async def deliver(client: aiohttp.ClientSession, base: str, delivery: Delivery) -> None:
    """Deliver until it is acknowledged, as vendors do."""
    while True:
        try:
            async with client.request(
                delivery.method, base + delivery.path, data=delivery.body, headers=delivery.headers
            ) as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.2)


async def send_receipts(client: aiohttp.ClientSession, base: str, server: VendorServer) -> None:
    """Deliver a receipt for each request that the vendor has taken."""
    for sent in range(10**6):
        await server.shown(sent + 1, patience=DEADLINE)
        if receipt := server.vendor.receipt(server.taken[sent]):
            await deliver(client, base, receipt)


@pytest.mark.kill
async def test_nothing_is_lost_or_doubled_by_kills(tmp_path: Path):
    """Killed at random moments while messages come, turns run and replies go out, each is answered exactly once."""
    # What is at stake here is the base's own: one vendor stands for all, one that sends receipts.
    vendor = WhatsAppVendor()
    chance = random.Random(20)
    server = VendorServer(vendor)
    victim = Victim(vendor, await server.start(), tmp_path)
    start = time.time() - 3600
    said = [
        Said(f"id{n}", vendor.senders[n % 2], f"question {n}", start + n) for n in range((KILLS + 1) * MESSAGES_A_ROUND)
    ]
    async with aiohttp.ClientSession() as client, asyncio.timeout(DEADLINE):
        await victim.prepare()
        receipts = asyncio.create_task(send_receipts(client, victim.base, server))
        tasks = []
        for kill in range(KILLS + 1):
            await victim.start()
            batch = said[kill * MESSAGES_A_ROUND : (kill + 1) * MESSAGES_A_ROUND]
            tasks += [asyncio.create_task(deliver(client, victim.base, each)) for each in vendor.deliveries(batch)]
            if kill < KILLS:
                await asyncio.sleep(chance.uniform(0.0, 1.2))
                await victim.kill()
        await asyncio.gather(*tasks)
        await server.shown(len(said), patience=DEADLINE)
        # What would come twice, comes now.
        await asyncio.sleep(4)
        receipts.cancel()
    await victim.end()
    await server.stop()

    turns = sqlite3.connect(tmp_path / "rasa.db").execute("SELECT data FROM events WHERE type_name = 'user'").fetchall()
    shown = [server.vendor.shown(request).text.splitlines()[0] for request in server.taken]
    assert sorted(shown) == sorted(f"You said: {each.text}" for each in said)
    assert len(turns) == len(said)
