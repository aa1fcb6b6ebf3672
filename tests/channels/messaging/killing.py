"""Killing a server at random moments while messages come, turns run and replies go out."""

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
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.channels.messaging.vendor_server import VendorServer
from tests.channels.messaging.vendors.base import Delivery, Said, Vendor

MESSAGES_A_ROUND = 4
# What would come twice, comes within this time.
LATE_SECONDS = 4.0
DEADLINE = 240.0


@dataclass(frozen=True)
class Survived:
    """What became of the messages; `turns` is how many Rasa took."""

    kills: int
    messages: int
    turns: int
    lost: int
    doubled: int
    # Whether the vendor sends receipts, or knows a message again.
    is_certain: bool


async def kill(vendor: Vendor, folder: Path, kills: int) -> Survived:
    """Kill the vendor's channel that often, and count what its patients got."""
    chance = random.Random(20)
    server = VendorServer(vendor)
    victim = Victim(vendor, await server.start(), folder)
    start = time.time() - 3600
    said = [
        Said(f"id{n}", vendor.senders[n % 2], f"question {n}", start + n) for n in range((kills + 1) * MESSAGES_A_ROUND)
    ]
    async with aiohttp.ClientSession() as client, asyncio.timeout(DEADLINE):
        await victim.prepare()
        receipts = asyncio.create_task(send_receipts(client, victim.base, server))
        tasks = []
        for number in range(kills + 1):
            await victim.start()
            batch = said[number * MESSAGES_A_ROUND : (number + 1) * MESSAGES_A_ROUND]
            tasks += [asyncio.create_task(deliver(client, victim.base, each)) for each in vendor.deliveries(batch)]
            if number < kills:
                await asyncio.sleep(chance.uniform(0.0, 1.2))
                await victim.kill()
        await asyncio.gather(*tasks)
        await wait_for_all(server, said)
        await asyncio.sleep(LATE_SECONDS)
        receipts.cancel()
    await victim.end()
    await server.stop()
    database = sqlite3.connect(folder / "rasa.db")
    turns = database.execute("SELECT COUNT(*) FROM events WHERE type_name = 'user'").fetchone()[0]
    database.close()
    shown = Counter(answers(server))
    sample = server.taken[0]
    return Survived(
        kills,
        len(said),
        turns,
        lost=sum(not shown[f"You said: {each.text}"] for each in said),
        doubled=sum(count - 1 for count in shown.values()),
        is_certain=vendor.receipt(sample) is not None or vendor.identity(sample) is not None,
    )


def answers(server: VendorServer) -> list[str]:
    """The first lines of all that was shown."""
    return [server.vendor.shown(request).text.splitlines()[0] for request in server.taken]


async def wait_for_all(server: VendorServer, said: list[Said]) -> None:
    """Wait until each message has an answer."""
    while len(set(answers(server))) < len(said):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


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
        raise TimeoutError("the server does not start")

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
