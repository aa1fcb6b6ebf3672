"""A real homeserver: Synapse, with our application service registered."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
from pathlib import Path

import aiohttp

from tests.channels.messaging.sdk import PYTHON
from tests.channels.messaging.vendors.matrix import AS_TOKEN, BOT, HS_TOKEN

NAME = BOT.partition(":")[2]


class Synapse:
    """The homeserver on a free port of this machine; a folder holds all it keeps."""

    def __init__(self, folder: Path, service: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._log = folder / "synapse.log"
        # JSON is YAML.
        self._config = folder / "homeserver.yaml"
        self._config.write_text(json.dumps(_config(folder, port)))
        (folder / "registration.yaml").write_text(json.dumps(_registration(service)))
        key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        (folder / "signing.key").write_text(f"ed25519 a_test {key}\n")

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            command = ("-m", "synapse.app.homeserver", "-c", str(self._config))
            self._process = await asyncio.create_subprocess_exec(PYTHON, *command, stdout=log, stderr=log)
        async with asyncio.timeout(60), aiohttp.ClientSession() as client:
            while True:
                assert self._process.returncode is None, self._log.read_text()[-2000:]
                try:
                    async with client.get(f"{self.address}/health") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)

    async def stop(self, *, suddenly: bool = False) -> None:
        """End it; suddenly, as a power cut would."""
        if self._process.returncode is None:
            (self._process.kill if suddenly else self._process.terminate)()
            await self._process.wait()


def _config(folder: Path, port: int) -> dict[str, object]:
    unlimited = {"per_second": 1000, "burst_count": 1000}
    return {
        "server_name": NAME,
        "listeners": [
            {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "resources": [{"names": ["client"]}]}
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "synapse.db")}},
        "signing_key_path": str(folder / "signing.key"),
        "media_store_path": str(folder / "media"),
        "pid_file": str(folder / "synapse.pid"),
        "app_service_config_files": [str(folder / "registration.yaml")],
        "macaroon_secret_key": "a macaroon secret",
        "form_secret": "a form secret",
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "presence": {"enabled": False},
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "rc_message": unlimited,
        "rc_registration": unlimited,
        "rc_invites": {"per_room": unlimited, "per_user": unlimited, "per_issuer": unlimited},
    }


def _registration(service: str) -> dict[str, object]:
    """The registration that docs/channels/matrix.md shows."""
    return {
        "id": "acumen",
        "url": service,
        "as_token": AS_TOKEN,
        "hs_token": HS_TOKEN,
        "sender_localpart": BOT[1:].partition(":")[0],
        "rate_limited": False,
        "namespaces": {"users": [], "aliases": [], "rooms": []},
    }
