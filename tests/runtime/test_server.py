"""The server of `acumen serve`, with a stub agent."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from sanic.request import Request

from acumen.channels.website.access import SECURITY_HEADERS
from acumen.errors import AcumenError, problem
from acumen.runtime import server
from acumen.runtime.stores.local_lock import LocalLockStore

PROJECT = Path(__file__).parents[2]
PRIVATE = "my very private complaint"


class StubAgent:
    """As much of an agent as the server itself touches."""

    tracker_store = SimpleNamespace(event_broker=None)
    lock_store = LocalLockStore()

    def is_ready(self) -> bool:
        return True

    async def handle_message(self, message: UserMessage) -> None:
        await message.output_channel.send_text_message(message.sender_id, f"You said: {message.text}")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Let go of a server's connections right after its test.

    Sanic compiles code when it starts; a warning raised by a collection in the
    middle of that ends in an internal error of Python 3.11.
    """
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _many_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sanic allows one app of a name in a process, unless it is told of a test."""
    monkeypatch.setattr(Sanic, "test_mode", True)


@asynccontextmanager
async def serving(app: Sanic) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve the app on a free port, and give a client for it."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = await app.create_server(sock=listener, return_asyncio_server=True)
    await running.startup()
    await running.before_start()
    try:
        async with aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(20)) as client:
            yield client
    finally:
        await running.before_stop()
        await running.close()
        await running.after_stop()


async def ready(client: aiohttp.ClientSession) -> None:
    while True:
        async with client.get("/webhooks/website/ready") as answer:
            if answer.status == 200:
                return
        await asyncio.sleep(0.01)


def make_app(loader: Callable[[], Any] = StubAgent, **options: Any) -> Sanic:
    return server.create_app(PROJECT, loader, **options)


async def test_page_is_open_while_the_model_loads() -> None:
    """Loading holds up the answers, not the page; once it is done the operator is told."""
    loaded, told = threading.Event(), threading.Event()

    def load() -> StubAgent:
        loaded.wait()
        return StubAgent()

    async with serving(make_app(load, on_ready=told.set)) as client:
        async with client.get("/") as page, client.get("/webhooks/website/ready") as early:
            assert (page.status, early.status, told.is_set()) == (200, 503, False)
        loaded.set()
        await asyncio.wait_for(ready(client), 5)

        assert told.is_set()


async def test_clinic_page_stands_at_the_root() -> None:
    """The address that `acumen serve` prints shows a clinic's page with the widget, not Rasa's greeting."""
    async with serving(make_app()) as client, client.get("/") as answer:
        assert answer.content_type == "text/html"
        assert "/webhooks/website/widget.js" in await answer.text()
        assert answer.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/webhooks/website/widget.js", "/webhooks/website/chat", "/articles/"])
async def test_pages_of_the_credentials_are_open(path: str) -> None:
    """The widget, the form that needs no script, and the articles are served beside the clinic's page."""
    async with serving(make_app()) as client, client.get(path) as answer:
        assert answer.status == 200


async def test_message_is_answered() -> None:
    """A message goes to the agent through the channel of credentials.yml and back."""
    async with serving(make_app()) as client:
        await ready(client)
        async with client.post("/webhooks/website/session") as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        body = {"client_message_id": "11111111", "text": "hello"}
        async with client.post("/webhooks/website/messages", json=body, headers=headers) as answer:
            assert '"text":"You said: hello"' in await answer.text()


class Locks(LocalLockStore):
    """Locks that note when they are closed."""

    def __init__(self, notes: list[str], fault: Exception | None = None) -> None:
        super().__init__()
        self._notes = notes
        self._fault = fault

    async def close(self) -> None:
        self._notes.append(f"closed in {threading.current_thread().name}")
        if self._fault:
            raise self._fault


async def test_locks_are_closed_after_the_last_turn() -> None:
    """A server that is told to stop ends its turns, and then lets go of the locks, where turns use them."""
    notes: list[str] = []
    begun = asyncio.Event()

    class SlowAgent(StubAgent):
        lock_store = Locks(notes)

        async def handle_message(self, message: UserMessage) -> None:
            begun.set()
            await asyncio.sleep(0.2)
            await super().handle_message(message)
            notes.append("answered")

    async with serving(make_app(SlowAgent)) as client:
        await ready(client)
        async with client.post("/webhooks/website/session") as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        body = {"client_message_id": "11111111", "text": "hello"}

        async def ask() -> None:
            async with client.post("/webhooks/website/messages", json=body, headers=headers) as answer:
                await answer.read()

        asking = asyncio.create_task(ask())
        await asyncio.wait_for(begun.wait(), 5)
    await asyncio.gather(asking, return_exceptions=True)

    assert notes == ["answered", "closed in turns"]


async def test_locks_that_do_not_close_keep_nobody_from_stopping(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock server that is away is reported, and the server stops all the same."""
    notes: list[str] = []
    monkeypatch.setattr(StubAgent, "lock_store", Locks(notes, ConnectionError(PRIVATE)))
    async with serving(make_app()) as client:
        await ready(client)

    assert notes == ["closed in turns"]
    assert "the locks were not let go of" in caplog.text
    assert PRIVATE not in caplog.text


async def test_refused_method_names_the_allowed_ones() -> None:
    """Who uses the wrong method learns the right one."""
    async with serving(make_app()) as client, client.get("/webhooks/website/messages") as answer:
        assert (answer.status, (await answer.json())["error"]["code"]) == (405, "not_allowed")
        assert "POST" in answer.headers["Allow"]


def test_fault_in_the_credentials_stops_the_server(tmp_path: Path) -> None:
    """A setting that does not exist is a coded problem before anything is served."""
    channel = "acumen.channels.website.WebsiteChannel"
    (tmp_path / "credentials.yml").write_text(f"{channel}: {{orgins: []}}", encoding="utf-8")

    with pytest.raises(AcumenError, match="ACU151"):
        server.create_app(tmp_path, StubAgent)


@pytest.mark.parametrize(
    "path", ["/nothing", "/conversations/default/tracker", "/model/train", "/webhooks/rest/webhook", "/status"]
)
async def test_unknown_address_is_answered_with_a_sentence(path: str) -> None:
    """What is not served says so; Rasa's HTTP API and REST channel are not served."""
    async with serving(make_app()) as client, client.get(path) as answer:
        assert answer.status == 404
        assert await answer.json() == {"error": {"code": "not_found", "message": "There is nothing at this address."}}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_unknown_address_in_a_browser_is_a_page() -> None:
    """A person who mistyped an address gets a page with a way back."""
    async with serving(make_app()) as client, client.get("/nothing", headers={"Accept": "text/html"}) as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert 'href="/"' in await answer.text()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_server_error_shows_and_logs_no_detail(accept: str, caplog: pytest.LogCaptureFixture) -> None:
    """An exception is answered with a sentence, and logged without what it says."""
    app = make_app()

    async def broken(_: Request) -> None:
        raise RuntimeError(PRIVATE)

    app.add_route(broken, "/broken")
    caplog.set_level(logging.DEBUG)
    async with serving(app) as client, client.get("/broken", headers={"Accept": accept}) as answer:
        body = await answer.text()

    assert answer.status == 500
    assert "Something went wrong on our side." in body
    assert "Traceback" not in body
    assert PRIVATE not in body + caplog.text
    assert "a request failed: RuntimeError" in caplog.text


async def test_body_beyond_the_limit_is_refused_while_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server reads no more than its limit, whatever the channel."""
    monkeypatch.setattr(server, "MAX_REQUEST_BYTES", 64_000)
    async with serving(make_app()) as client, client.post("/webhooks/website/messages", data=b"a" * 66_000) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]["code"] == "too_large"


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_taken_port_is_reported_before_the_model_loads(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A taken port is a coded problem, known at once."""
    monkeypatch.setattr(server, "load_warm_agent", lambda *_: pytest.fail("the model was loaded"))

    with pytest.raises(AcumenError) as raised:
        server.serve(PROJECT, Path("model.tar.gz"), "127.0.0.1", taken_port)

    assert raised.value.problems == (problem("ACU211", port=taken_port),)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 80000), ("no.such.host.invalid", 0), ("203.0.113.1", 0)])
def test_address_that_cannot_be_listened_on(host: str, port: int) -> None:
    """An impossible port, or an address that is not this machine's, is a coded problem."""
    with pytest.raises(AcumenError) as raised:
        server.serve(PROJECT, Path("model.tar.gz"), host, port)

    assert [fault.code for fault in raised.value.problems] == ["ACU212"]


def test_model_that_does_not_load_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault found while loading ends the server, and reaches the operator as it is."""
    fault = AcumenError(problem("ACU204", model="model.tar.gz", detail="torn"))

    def load(*_: Path) -> None:
        raise fault

    monkeypatch.setattr(server, "load_warm_agent", load)

    with pytest.raises(AcumenError) as raised:
        server.serve(PROJECT, Path("model.tar.gz"), "127.0.0.1", 0)

    assert raised.value is fault


def test_serve_prints_its_address_and_stops_at_ctrl_c(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator reads where the page is; Ctrl-C ends the server in peace."""
    pages = []

    def visit_and_stop() -> None:
        while "is ready" not in (line := capsys.readouterr().out):
            time.sleep(0.02)
        address = line.split()[3]
        with urllib.request.urlopen(address) as answer:
            pages.append((line, answer.read()))
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(server, "load_warm_agent", lambda *_: StubAgent())
    visitor = threading.Thread(target=visit_and_stop)
    visitor.start()
    server.serve(PROJECT, Path("model.tar.gz"), "127.0.0.1", 0)
    visitor.join()

    line, page = pages[0]
    assert line.startswith("Acumen is ready: http://127.0.0.1:")
    assert line.endswith("/ (Ctrl-C stops it)\n")
    assert b"/webhooks/website/widget.js" in page
