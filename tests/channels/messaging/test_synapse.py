"""A conversation by a real homeserver, with a client that is not ours."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from rasa.core.channels.channel import UserMessage
from rasa.core.run import configure_app
from sanic import Sanic

from acumen.answering.reply import Button, Citation, Reply, Text
from acumen.channels.messaging import outbox
from acumen.channels.messaging.matrix import ENCRYPTED, MatrixChannel
from tests.channels.messaging.sdk import HERE, PYTHON, needs_sdk
from tests.channels.messaging.sdk.homeserver import Synapse
from tests.channels.messaging.vendors.matrix import BOT, MatrixVendor
from tests.channels.stub_agent import StubAgent

pytestmark = needs_sdk
LONG = " ".join(f"word{n}" for n in range(12_000))
OFFER = ["Reply with a number to ask:", "1. Does it hurt?", "2. Tell me more"]


class Patient:
    """A client in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, action: str, *arguments: Any) -> Any:
        """Let the client do something; gives what came of it."""
        self._process.stdin.write(json.dumps([action, arguments]).encode() + b"\n")
        async with asyncio.timeout(40):
            return json.loads(await self._process.stdout.readline())

    async def texts(self, count: int) -> list[str]:
        """What the bot has written, once it is so many messages."""
        return [body for body, _ in await self.do("wait", count)]


class Road:
    """Between the homeserver and the bot: it loses answers as a test wants, and knows what went by."""

    def __init__(self) -> None:
        self.bot = ""
        self.lose_answers = 0
        self.transactions: list[str] = []

    async def carry(self, request: web.Request) -> web.Response:
        """Hand a request on."""
        self.transactions.append(request.path)
        headers = {"Authorization": request.headers.get("Authorization", "")}
        try:
            async with (
                aiohttp.ClientSession() as client,
                client.request(
                    request.method, self.bot + request.path, data=await request.read(), headers=headers
                ) as got,
            ):
                status, body = got.status, await got.read()
        except aiohttp.ClientError:
            return web.Response(status=502)
        if self.lose_answers:
            self.lose_answers -= 1
            return web.Response(status=502)
        return web.Response(status=status, body=body)


async def talk(message: UserMessage) -> Sequence[Reply]:
    """A turn of the stub agent."""
    if message.text == "long":
        return [Reply("answer", (Citation("pain", "hurt", LONG, "Does it hurt?", "On Pain"),))]
    buttons = (Button("Does it hurt?"), Button("Tell me more"))
    return [Reply("answer", (Text(f"You said: {message.text}"),), buttons=buttons)]


@asynccontextmanager
async def bot(homeserver: str, road: Road) -> AsyncIterator[StubAgent]:
    """The channel at work, until the context ends."""
    app = configure_app([MatrixChannel.from_settings(MatrixVendor().settings(homeserver))], enable_api=False)
    app.ctx.agent = StubAgent(talk)
    listener = socket.create_server(("127.0.0.1", 0))
    road.bot = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await running.startup()
    await running.before_start()
    try:
        yield app.ctx.agent
    finally:
        await running.before_stop()
        await running.close()


@asynccontextmanager
async def patient_of(homeserver: str) -> AsyncIterator[Patient]:
    """A patient with a client."""
    pipe = asyncio.subprocess.PIPE
    command = (PYTHON, HERE / "with_nio.py", homeserver, BOT)
    # A line holds all that the bot has written.
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=2**22)
    try:
        yield Patient(process)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def open_road() -> AsyncIterator[tuple[Road, str]]:
    """The road, and the address of its beginning."""
    road = Road()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", road.carry)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield road, f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/matrix"
    finally:
        await runner.cleanup()


async def first_talk(synapse: Synapse, road: Road, patient: Patient) -> list[str]:
    """A chat begins; gives what the bot was asked."""
    async with bot(synapse.address, road) as agent:
        # A room of several is left, one of two is joined.
        await patient.do("group")
        await patient.do("member", "leave")
        await patient.do("invite")
        await patient.do("member", "join")

        await patient.do("say", "hello <b>&")
        ((body, formatted),) = await patient.do("wait", 1)
        assert body.splitlines() == ["You said: hello <b>&", "", *OFFER]
        assert formatted.startswith("You said: hello &lt;b&gt;&amp;<br>")
        await patient.do("say", "2")
        assert (await patient.texts(2))[1].startswith("You said: Tell me more")

        # Synapse believes that a transaction failed, and sends it again.
        road.lose_answers = 2
        await patient.do("say", "only once")
        assert (await patient.texts(3))[2].startswith("You said: only once")
        await patient.do(
            "raw",
            "m.room.encrypted",
            {
                "algorithm": "m.megolm.v1.aes-sha2",
                "ciphertext": "A",
                "session_id": "B",
                "sender_key": "C",
                "device_id": "D",
            },
        )
        assert (await patient.texts(4))[3] == ENCRYPTED
        return [message.text for message in agent.messages]


async def talk_with_restarts(synapse: Synapse, road: Road, patient: Patient) -> tuple[list[str], list[str]]:
    """The chat goes on while both servers are started again; gives what the bot was asked, and all that it wrote."""
    await patient.do("say", "while you were away")
    async with bot(synapse.address, road) as agent:
        assert (await patient.texts(5))[4].startswith("You said: while you were away")
        # The numbers of the last offer are still good.
        await patient.do("say", "1")
        assert (await patient.texts(6))[5].startswith("You said: Does it hurt?")

        # The homeserver is away while the bot wants to answer.
        begun, hold = asyncio.Event(), asyncio.Event()

        async def held(message: UserMessage) -> Sequence[Reply]:
            begun.set()
            await hold.wait()
            return await talk(message)

        agent.turn = held
        await patient.do("say", "long")
        await begun.wait()
        await synapse.stop(suddenly=True)
        hold.set()
        await asyncio.sleep(0.5)
        await synapse.start()
        texts = await patient.texts(7)
        while "Sources:" not in texts[-1]:
            texts = await patient.texts(len(texts) + 1)
        await patient.do("say", "the end")
        texts = await patient.texts(len(texts) + 1)
        return [message.text for message in agent.messages], texts


async def test_conversation_by_a_real_homeserver(tmp_path: Path, database_file: Path, monkeypatch: pytest.MonkeyPatch):
    """By Synapse and matrix-nio: numbered buttons, restarts of both servers, lost answers: all is answered once."""
    monkeypatch.setattr(Sanic, "test_mode", True)
    monkeypatch.setattr(outbox, "_delay", lambda attempts, retry_after: 0.2)
    async with AsyncExitStack() as stack:
        road, service = await stack.enter_async_context(open_road())
        synapse = Synapse(tmp_path, service)
        await synapse.start()
        stack.push_async_callback(synapse.stop)
        patient = await stack.enter_async_context(patient_of(synapse.address))
        await patient.do("register")

        turns = await first_talk(synapse, road, patient)
        more, texts = await talk_with_restarts(synapse, road, patient)

    said = ["hello <b>&", "Tell me more", "only once", "while you were away", "Does it hurt?", "long", "the end"]
    assert turns + more == said
    assert len(road.transactions) > len(set(road.transactions))
    assert [word for word in " ".join(texts[6:-1]).split() if word.startswith("word")] == LONG.split()
    assert texts[-1].startswith("You said: the end")
