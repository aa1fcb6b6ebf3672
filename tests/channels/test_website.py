"""The website channel, in the server of stock `rasa run`, with a stub agent."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.run import configure_app, create_http_input_channels
from sanic import Sanic

from acumen.answering.reply import Button, Citation, Reply, Text, plain_text
from acumen.assistant import failure_reply
from acumen.channels import website
from acumen.channels.website import PAGE, PAGE_FILES, SECURITY_HEADERS, WebsiteChannel

ANSWER = Reply(
    "answer",
    (Citation("pain", "hurt", "Usually it is painless.", "Does it hurt?", "Understanding Pain", "Kelsey Bru"),),
    ("does_it_hurt",),
    (Button("Tell me more"),),
)
ALARM = Reply("emergency", (Text("Call 999 now."),))
FAILED = failure_reply(Path.cwd())
PRIVATE = "my very private complaint"

Turn = Callable[[UserMessage], Awaitable[None]]


async def say(message: UserMessage, reply: Reply = ANSWER) -> None:
    """A turn that answers."""
    await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})


async def fail(message: UserMessage) -> None:
    """A turn that breaks, with the patient's words in its exception."""
    raise RuntimeError(f"cannot handle {message.text}")


async def keep_silent(_: UserMessage) -> None:
    """A turn nothing comes of."""


async def hang(_: UserMessage) -> None:
    """A turn that takes too long."""
    await asyncio.sleep(0.4)


async def warn_then_fail(message: UserMessage) -> None:
    """A turn that breaks after it has spoken."""
    await say(message, ALARM)
    await fail(message)


class StubAgent:
    """An agent that takes turns as Rasa's does, and leaves the answering to a test."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.ready = True
        self.messages: list[UserMessage] = []
        self._locks = InMemoryLockStore()

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.messages.append(message)
        async with self._locks.lock(message.sender_id):
            await self.turn(message)


class Visitor:
    """A browser on the website, reduced to its requests."""

    def __init__(self, client: aiohttp.ClientSession, agent: StubAgent) -> None:
        self.client = client
        self.agent = agent

    async def get(self, path: str) -> tuple[aiohttp.ClientResponse, bytes]:
        async with self.client.get(f"/webhooks/website{path}") as answer:
            return answer, await answer.read()

    async def token(self) -> str:
        async with self.client.post("/webhooks/website/session") as answer:
            return str((await answer.json())["token"])

    async def ask(self, text: str, token: str | None = None) -> tuple[int, Any]:
        return await self.post(json.dumps({"text": text}).encode(), f"Bearer {token or await self.token()}")

    async def post(self, body: bytes, authorization: str) -> tuple[int, Any]:
        headers = {"Authorization": authorization}
        async with self.client.post("/webhooks/website/messages", data=body, headers=headers) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def visiting(turn: Turn = say, channel: WebsiteChannel | None = None) -> AsyncIterator[Visitor]:
    """Serve the channel on a free port and visit it."""
    Sanic.test_mode = True
    app = configure_app([channel or WebsiteChannel("secret")], enable_api=False)
    app.ctx.agent = StubAgent(turn)
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = await app.create_server(sock=listener, return_asyncio_server=True, access_log=False)
    await server.startup()
    async with aiohttp.ClientSession(address) as client:
        yield Visitor(client, app.ctx.agent)
    await server.close()


def error_code(values: Any) -> str:
    assert values["error"]["message"].endswith(".")
    return str(values["error"]["code"])


@pytest.mark.parametrize("path", ["", "/", *(f"/{name}" for name in PAGE_FILES)])
async def test_page_files_come_with_their_type_and_security_headers(path: str) -> None:
    """Every file of the page is served as what it is, under a policy without exceptions."""
    name = path.strip("/") or "index.html"
    async with visiting() as visitor:
        answer, body = await visitor.get(path)

    assert answer.status == 200
    assert body == (PAGE / name).read_bytes()
    assert answer.headers["Content-Type"] == PAGE_FILES[name]
    assert answer.headers["Cache-Control"] == "no-cache"
    for header in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert answer.headers[header] == SECURITY_HEADERS[header]


def test_every_file_of_the_page_is_listed() -> None:
    """No file lies in the page's folder without being served."""
    assert {file.name for file in PAGE.iterdir()} == set(PAGE_FILES)


@pytest.mark.parametrize("path", ["/website.py", "/..%2fwebsite.py", "/%2e%2e%2fwebsite.py", "/page"])
async def test_other_files_are_not_served(path: str) -> None:
    """Only listed files leave the server."""
    async with visiting() as visitor:
        answer, body = await visitor.get(path)

    assert answer.status == 404
    assert error_code(json.loads(body)) == "not_found"


async def test_health_and_readiness() -> None:
    """The server is healthy before it is ready, and ready once the model is there."""
    async with visiting() as visitor:
        health, _ = await visitor.get("/health")
        ready, _ = await visitor.get("/ready")
        visitor.agent.ready = False
        starting, body = await visitor.get("/ready")

    assert (health.status, ready.status, starting.status) == (200, 200, 503)
    assert error_code(json.loads(body)) == "starting"


async def test_answer_carries_the_reply_tree_and_its_text() -> None:
    """A message is answered with the replies as trees and as plain text, kept by no cache."""
    async with visiting() as visitor:
        status, values = await visitor.ask("does it hurt?")
        health, _ = await visitor.get("/health")

    assert status == 200
    assert values == {"replies": [ANSWER.to_dict()], "text": plain_text(ANSWER)}
    assert visitor.agent.messages[0].input_channel == "website"
    assert health.headers["Cache-Control"] == "no-store"


async def test_conversation_comes_from_the_token_alone() -> None:
    """Nobody can name the conversation they write to; a token always names the same."""
    async with visiting() as visitor:
        mine, other = await visitor.token(), await visitor.token()
        body = json.dumps({"text": "hello", "sender": "victim", "sender_id": "victim"}).encode()
        await visitor.post(body, f"Bearer {mine}")
        await visitor.ask("hello", mine)
        await visitor.ask("hello", other)

    first, second, third = (message.sender_id for message in visitor.agent.messages)
    assert first == second != third
    assert first.startswith("website-")
    assert len(first) == len("website-") + 32


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic {token}", "Bearer {token}x"])
async def test_without_a_good_token_there_is_no_answer(authorization: str) -> None:
    """A missing, false or altered token is refused before the message is read."""
    async with visiting() as visitor:
        status, values = await visitor.post(b"", authorization.format(token=await visitor.token()))

    assert status == 401
    assert error_code(values) == "no_session"
    assert visitor.agent.messages == []


async def test_session_ends_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token older than its life is refused."""
    monkeypatch.setattr(website, "SESSION_SECONDS", -1)
    async with visiting() as visitor:
        status, values = await visitor.ask("hello")

    assert status == 401
    assert error_code(values) == "no_session"


@pytest.mark.parametrize(
    ("secret", "status"),
    [pytest.param("secret", 200, id="same secret"), pytest.param("", 401, id="random secret")],
)
async def test_sessions_outlive_a_restart_only_with_a_secret(secret: str, status: int) -> None:
    """A configured secret keeps conversations going after a restart; a random one ends them."""
    async with visiting(channel=WebsiteChannel.from_credentials({"secret": secret})) as before:
        token = await before.token()
    async with visiting(channel=WebsiteChannel.from_credentials({"secret": secret})) as after:
        assert (await after.ask("hello", token))[0] == status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_request"),
        (b"{", "bad_request"),
        (b"\xff\xfe", "bad_request"),
        (b"[" * 60_000, "bad_request"),
        (b"[]", "no_text"),
        (b"{}", "no_text"),
        (b'{"text": 7}', "no_text"),
        (b'{"text": null}', "no_text"),
        (b'{"text": " \\n\\t "}', "no_text"),
    ],
)
async def test_unusable_body_is_refused_with_a_sentence(body: bytes, code: str) -> None:
    """What is no message gets a reason a person can read."""
    async with visiting() as visitor:
        status, values = await visitor.post(body, f"Bearer {await visitor.token()}")

    assert status == 400
    assert error_code(values) == code
    assert visitor.agent.messages == []


async def test_very_long_body_is_refused() -> None:
    """More than 64 kB is too much; just below is a message."""
    async with visiting() as visitor:
        too_much = await visitor.ask("a" * 65_536)
        enough = await visitor.ask("a" * 65_000)

    assert (too_much[0], error_code(too_much[1])) == (413, "too_large")
    assert enough[0] == 200


async def test_half_a_character_does_not_reach_the_bot() -> None:
    """Half a surrogate pair, which could not be stored, is replaced; whole characters stay."""
    async with visiting() as visitor:
        await visitor.post(b'{"text": "a \\ud83d b \\ud83d\\ude00"}', f"Bearer {await visitor.token()}")

    assert visitor.agent.messages[0].text == "a \N{REPLACEMENT CHARACTER} b \N{GRINNING FACE}"


async def test_message_before_the_model_is_there_is_refused() -> None:
    """While the bot starts up, it says so."""
    async with visiting() as visitor:
        visitor.agent.ready = False
        status, values = await visitor.ask("hello")

    assert status == 503
    assert error_code(values) == "starting"


@pytest.mark.parametrize("turn", [fail, keep_silent, hang])
async def test_failed_turn_is_answered_with_a_sentence(turn: Turn, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception, silence or a turn that hangs: the patient reads what to do, never nothing."""
    monkeypatch.setattr(website, "TURN_SECONDS", 0.1)
    async with visiting(turn) as visitor:
        status, values = await visitor.ask("hello")

    assert status == 200
    assert values["replies"] == [FAILED.to_dict()]


async def test_what_was_said_before_a_failure_stands() -> None:
    """An alarm is shown even if the turn breaks after it."""
    async with visiting(warn_then_fail) as visitor:
        status, values = await visitor.ask("hello")

    assert status == 200
    assert values["replies"] == [ALARM.to_dict()]


async def test_closed_page_does_not_stop_the_turn() -> None:
    """A patient who goes away leaves no half-finished turn behind."""
    started, finished = asyncio.Event(), asyncio.Event()

    async def slow(_: UserMessage) -> None:
        started.set()
        await asyncio.sleep(0.2)
        finished.set()

    async with visiting(slow) as visitor:
        asking = asyncio.create_task(visitor.ask("hello"))
        await started.wait()
        asking.cancel()

        await asyncio.wait_for(finished.wait(), 2)


async def test_messages_of_one_session_are_answered_in_order() -> None:
    """A second message waits until the first one's turn is over."""
    log: list[str] = []
    begun = asyncio.Event()

    async def noted(message: UserMessage) -> None:
        log.append(f"begin {message.text}")
        begun.set()
        await asyncio.sleep(0.05)
        log.append(f"end {message.text}")
        await say(message)

    async with visiting(noted) as visitor:
        token = await visitor.token()
        first = asyncio.create_task(visitor.ask("one", token))
        await begun.wait()
        await asyncio.gather(first, visitor.ask("two", token))

    assert log == ["begin one", "end one", "begin two", "end two"]


@pytest.mark.parametrize("turn", [say, fail, hang])
async def test_no_log_holds_a_message(
    turn: Turn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens to a message, its words stay out of every log at every level."""
    monkeypatch.setattr(website, "TURN_SECONDS", 0.1)
    caplog.set_level(logging.DEBUG)
    async with visiting(turn) as visitor:
        await visitor.ask(PRIVATE)
        await asyncio.sleep(0.5 if turn is hang else 0)

    assert PRIVATE not in caplog.text
    if turn is fail:
        assert "a turn failed: RuntimeError" in caplog.text


def test_rasa_finds_the_channel_in_the_credentials() -> None:
    """Stock `rasa run` loads the channel from credentials.yml by its module path."""
    channels = create_http_input_channels(None, "credentials.yml")

    assert [(type(channel), channel.url_prefix()) for channel in channels] == [(WebsiteChannel, "website")]
