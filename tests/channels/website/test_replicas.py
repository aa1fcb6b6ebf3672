"""Several servers with one database, and servers that end in the middle of a turn."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage

from acumen.channels.website import servers
from acumen.channels.website.settings import Settings

pytestmark = pytest.mark.servers

PROJECT = Path(__file__).parents[3]
BASE = "/webhooks/website"
SECRET = "known to all servers of the clinic"
SETTINGS = Settings(SECRET)
CREDENTIALS = f"acumen.channels.website.WebsiteChannel: {{secret: {SECRET!r}}}\n"


def kinds(events: list[Any]) -> list[str]:
    return [event.kind for event in events]


class Gate:
    """A turn that waits to be let through, and knows whether it has begun."""

    def __init__(self, say: Callable[[UserMessage], Any]) -> None:
        self.say = say
        self.begun = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self, message: UserMessage) -> None:
        self.begun.set()
        await self.open.wait()
        await self.say(message)


async def answer(message: UserMessage) -> None:
    await message.output_channel.send_text_message(message.sender_id, f"You said: {message.text}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the servers of a test share a database of each kind."""
    if request.param == "postgresql":
        monkeypatch.setenv("ACUMEN_DATABASE", request.getfixturevalue("postgres").url)


@pytest.mark.usefixtures("database")
async def test_turn_of_one_server_is_followed_at_another(visiting: Any) -> None:
    """A message sent again, or asked after, at another server runs once, and is told of there to its end."""
    gate = Gate(answer)
    async with visiting(gate, SETTINGS) as here, visiting(answer, SETTINGS) as there:
        there.token = here.token
        message_id = str(uuid.uuid4())
        first = asyncio.create_task(here.say("hello", message_id))
        await gate.begun.wait()
        again = asyncio.create_task(there.say("hello", message_id))
        resumed = asyncio.create_task(there.events())
        await asyncio.sleep(0.1)
        gate.open.set()
        events = await first

        assert kinds(events) == ["status", "reply", "done"]
        assert await again == events
        assert (await resumed)[0] == events
        assert there.agent.messages == []


@pytest.mark.usefixtures("database")
async def test_conversation_goes_on_at_another_server(visiting: Any) -> None:
    """What was said, what was thought of it and the numbers of events are the same everywhere."""
    async with visiting(answer, SETTINGS) as here, visiting(answer, SETTINGS) as there:
        there.token = here.token
        first = await here.say("one")
        await there.request("POST", "/feedback", json={"reply_id": first[1].data["reply_id"], "helpful": True})
        second = await there.say("two")
        transcript = await here.transcript()
        missed, _ = await here.events(first[-1].id)

    assert [turn["text"] for turn in transcript["turns"]] == ["one", "two"]
    assert transcript["turns"][0]["feedback"] == {first[1].data["reply_id"]: {"helpful": True, "reason": None}}
    assert missed == second


@pytest.mark.usefixtures("database")
async def test_many_messages_at_both_servers_at_once(visiting: Any) -> None:
    """Each of them is answered once, under numbers of its own."""
    async with visiting(answer, SETTINGS) as here, visiting(answer, SETTINGS) as there:
        there.token = here.token
        names = [str(uuid.uuid4()) for _ in range(8)]
        told = await asyncio.gather(*(each.say("hello", name) for name in names for each in (here, there)))
        everything, _ = await here.events()
        texts = [message.message_id for each in (here, there) for message in each.agent.messages]

    assert sorted(texts) == sorted(names)
    assert [kinds(events) for events in told] == [["status", "reply", "done"]] * 16
    numbers = [event.id for event in everything]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 24


@pytest.mark.usefixtures("database")
async def test_deletion_is_known_to_all_servers(visiting: Any) -> None:
    """A deletion waits for the turn of another server, and ends the session there too."""
    gate = Gate(answer)
    async with visiting(gate, SETTINGS) as here, visiting(answer, SETTINGS) as there:
        there.token = here.token
        running = asyncio.create_task(here.say("hello"))
        await gate.begun.wait()
        deletion = asyncio.create_task(there.request("DELETE", "/session"))
        await asyncio.sleep(0.1)
        assert not deletion.done()
        gate.open.set()
        ended = await running
        deleted, _ = await deletion
        refused, _ = await here.request("GET", "/transcript")

    assert (deleted.status, refused.status) == (204, 401)
    assert ended[-1].kind in {"done", "error"}


async def test_restart_keeps_the_conversation(visiting: Any) -> None:
    """What was said before a restart is shown after it, and the conversation goes on."""
    async with visiting(answer, SETTINGS) as before:
        events = await before.say("hello")
    async with visiting(answer, SETTINGS) as after:
        after.token = before.token
        await after.say("again")

        assert [turn["text"] for turn in (await after.transcript())["turns"]] == ["hello", "again"]
        assert (await after.events())[0][:3] == events


class Process:
    """The bot in a process of its own, and a patient's session with it."""

    def __init__(self, process: subprocess.Popen[bytes], client: aiohttp.ClientSession) -> None:
        self.process = process
        self.client = client
        self.token = ""

    async def status(self, path: str) -> int:
        """How the server answers a question about its state; 0 when it does not."""
        try:
            async with self.client.get(BASE + path) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def ready(self) -> None:
        """Wait until it can answer, and begin a session."""
        async with asyncio.timeout(120):
            while await self.status("/ready") != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        async with self.client.post(BASE + "/session") as answer:
            self.token = (await answer.json())["token"]

    @asynccontextmanager
    async def sending(self, text: str, message_id: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a message; the answer begins with the word that it was taken."""
        body = {"client_message_id": message_id, "text": text}
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.client.post(BASE + "/messages", json=body, headers=headers) as answer:
            yield answer

    async def wait(self) -> int:
        """Wait for its end; its exit status."""
        return await asyncio.to_thread(self.process.wait, 60)


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    """A server on a free port, in a project of its own."""
    (tmp_path / "data").symlink_to(PROJECT / "data")
    (tmp_path / "credentials.yml").write_text(CREDENTIALS, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("replica.py")), str(port)]
    started = subprocess.Popen(command, cwd=tmp_path)  # noqa: ASYNC220
    address, patience = f"http://127.0.0.1:{port}", aiohttp.ClientTimeout(60)
    async with aiohttp.ClientSession(address, timeout=patience) as client:
        process = Process(started, client)
        try:
            await process.ready()
            yield process
        finally:
            started.kill()
            started.wait()


async def test_kill_in_the_middle_of_a_turn(process: Process, visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that was told is lost, and a turn that nobody answers any more asks to be sent again."""
    message_id = str(uuid.uuid4())
    async with process.sending("before", str(uuid.uuid4())) as told:
        assert "You said: before" in await told.text()
    async with process.sending("hang", message_id) as cut:
        assert b"status" in await cut.content.readline() + await cut.content.readline()
        process.process.kill()
    await process.wait()

    monkeypatch.setattr(servers, "DEAD_SECONDS", 0.5)
    async with visiting(answer, SETTINGS) as after:
        after.token = process.token
        events = await after.say("hang", message_id)
        again = await after.say("hang")
        texts = [(turn["text"], turn["ended"]) for turn in (await after.transcript())["turns"]]

    assert (kinds(events), events[-1].data["code"]) == (["status", "error"], "interrupted")
    assert kinds(again) == ["status", "reply", "done"]
    assert texts == [("before", True), ("hang", True), ("hang", True)]


async def test_running_turn_is_answered_before_the_server_ends(process: Process) -> None:
    """Told to stop, the server is no longer ready, takes nothing new, answers what runs, and ends in peace."""
    async with process.sending("slow", str(uuid.uuid4())) as running:
        await running.content.readline()
        process.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        ready, health = await process.status("/ready"), await process.status("/health")
        async with process.sending("new", str(uuid.uuid4())) as refused:
            code = json.loads(await refused.text())["error"]["code"]
        stream = await running.text()

    assert (ready, health, refused.status, code) == (503, 200, 503, "stopping")
    assert "You said: slow" in stream
    assert "event: done" in stream
    assert await process.wait() == 0


async def test_second_signal_ends_the_server_at_once(process: Process) -> None:
    """Who does not want to wait for a turn that hangs does not have to."""
    async with process.sending("hang", str(uuid.uuid4())) as running:
        await running.content.readline()
        process.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        assert process.process.poll() is None
        process.process.send_signal(signal.SIGTERM)

        assert await asyncio.wait_for(process.wait(), 10) == -signal.SIGTERM
