"""Two servers behind nginx, as deploy/ sets it up, on one PostgreSQL and one Redis."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from benchmarks.servers import Nginx, Server, free_port

pytestmark = [pytest.mark.servers, pytest.mark.model]

PROJECT = Path(__file__).parents[2]
BASE = "/webhooks/website"
PATIENTS = 5
START_SECONDS = 240


class Replica:
    """`acumen serve`, started and stopped as an orchestrator does."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self._folder, self._environment = folder, environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "acumen.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=self._folder, env=self._environment)

    async def ready(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            # Asked by itself, as an orchestrator does, and not through the proxy.
            async with aiohttp.ClientSession(f"http://127.0.0.1:{self.port}") as client:
                while not await self._is_ready(client):  # noqa: ASYNC110
                    await asyncio.sleep(0.3)

    async def _is_ready(self, client: aiohttp.ClientSession) -> bool:
        assert self.process
        assert self.process.poll() is None, "the server ended by itself"
        try:
            async with client.get(f"{BASE}/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def stop(self) -> int:
        """Ask it to end; its exit status."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 60)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory, postgres: Server, redis: Server) -> Iterator[list[Replica]]:
    """Two servers that share a project's folder, with the configuration of deploy/."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("config.yml", "domain.yml", "data", "models", "actions", "acumen"):
        (folder / name).symlink_to(PROJECT / name)
    for file in (PROJECT / "deploy" / "config").glob("*.yml"):
        shutil.copy(file, folder)
    environment = {
        **os.environ,
        "ACUMEN_DATABASE": postgres.url,  # type: ignore[attr-defined]
        "ACUMEN_REDIS": redis.url,  # type: ignore[attr-defined]
        "ACUMEN_SECRET": uuid.uuid4().hex,
        "SANIC_PROXIES_COUNT": "1",
    }
    pair = [Replica(folder, environment) for _ in range(2)]
    for each in pair:
        each.start()
    yield pair
    for each in pair:
        each.kill()


@pytest.fixture(scope="module")
def nginx(replicas: list[Replica]) -> Iterator[Nginx]:
    """Nginx with the project's configuration before both."""
    if Nginx.missing():
        pytest.skip(f"{Nginx.missing()} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        nginx = Nginx(Path(folder), PROJECT / "deploy" / "nginx" / "acumen.conf", [each.port for each in replicas])
        nginx.start()
        yield nginx
        nginx.kill()


@pytest.fixture
async def proxy(replicas: list[Replica], nginx: Nginx) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of nginx, once both servers are ready."""
    address, patience = f"http://127.0.0.1:{nginx.port}", aiohttp.ClientTimeout(60)
    async with aiohttp.ClientSession(address, timeout=patience) as client:
        for each in replicas:
            await each.ready()
        yield client


class Patient:
    """A browser that never repeats a request: whatever is lost shows."""

    def __init__(self, client: aiohttp.ClientSession, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}
        self.texts: list[str] = []

    @classmethod
    async def arrive(cls, client: aiohttp.ClientSession) -> Patient:
        async with client.post(f"{BASE}/session") as answer:
            return cls(client, (await answer.json())["token"])

    async def say(self, text: str) -> list[str]:
        """The kinds of the events of a turn."""
        self.texts.append(text)
        body = {"client_message_id": str(uuid.uuid4()), "text": text}
        async with self._client.post(f"{BASE}/messages", json=body, headers=self._headers) as answer:
            stream = await answer.text()
            assert answer.status == 200, stream
        return [line.removeprefix("event: ") for line in stream.splitlines() if line.startswith("event: ")]

    async def transcript(self) -> list[tuple[str, bool]]:
        async with self._client.get(f"{BASE}/transcript", headers=self._headers) as answer:
            return [(turn["text"], turn["ended"]) for turn in json.loads(await answer.text())["turns"]]


async def test_rolling_restart_loses_no_turn(
    replicas: list[Replica], proxy: aiohttp.ClientSession, postgres: Any
) -> None:
    """While one server after the other is replaced, patients who go on asking are all answered, each message once."""
    patients = [await Patient.arrive(proxy) for _ in range(PATIENTS)]
    over = asyncio.Event()

    async def ask(patient: Patient) -> None:
        while not over.is_set():
            assert await patient.say(f"does it hurt? {len(patient.texts)}") == ["status", "reply", "done"]
            await asyncio.sleep(0.4)

    asking = [asyncio.create_task(ask(each)) for each in patients]
    statuses = []
    for replica in replicas:
        statuses.append(await replica.stop())
        replica.start()
        await replica.ready()
    over.set()
    await asyncio.gather(*asking)

    assert statuses == [0, 0]
    for patient in patients:
        assert await patient.transcript() == [(text, True) for text in patient.texts]
    with sa.create_engine(postgres.url, future=True).begin() as connection:
        kept = connection.scalar(sa.text("SELECT count(*) FROM events WHERE type = 'user'"))
    assert kept == sum(len(each.texts) for each in patients)


async def test_stream_is_not_held_back(replicas: list[Replica], proxy: aiohttp.ClientSession) -> None:
    """The word that a message was taken is there before the turn ends, and the proxy writes down no address."""
    patient = await Patient.arrive(proxy)
    body = {"client_message_id": str(uuid.uuid4()), "text": "does it hurt?"}
    async with proxy.post(f"{BASE}/messages", json=body, headers=patient._headers) as answer:
        first = await answer.content.readany()
        rest = await answer.text()

    assert b"event: status" in first
    assert b"event: done" not in first
    assert "event: done" in rest
