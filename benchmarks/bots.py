"""The bots that are measured: how each is started, and how one talks to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.clients import (
    Conversation,
    Open,
    RestConversation,
    TurnFailedError,
    WebsiteConversation,
    is_ready,
    new_client,
)
from benchmarks.messages import message
from benchmarks.processes import Server, Usage, free_port, running, total
from benchmarks.projects import QUIET, acumen, rasa

START_SECONDS = 300
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Bot:
    """A bot that can be started.

    Attributes:
        folder: its project.
        commands: what is started, all at once.
        port: where patients reach it.
        ready: what answers 200 when it can take messages.
        open: begins a conversation with it.
    """

    name: str
    folder: Path
    commands: Sequence[Sequence[str]]
    port: int
    ready: str
    open: Open

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class RunningBot:
    """A bot that answers."""

    def __init__(self, bot: Bot, servers: Sequence[Server], seconds: float, usage: Usage) -> None:
        self.name = bot.name
        # From the start of its processes to its first answer.
        self.start_seconds = seconds
        # What they had used by then.
        self.at_start = usage
        self._bot = bot
        self._servers = servers
        self._client = new_client()

    async def begin(self) -> Conversation:
        """Begin a conversation."""
        return await self._bot.open(self._client, self._bot.address)

    def usage(self) -> Usage:
        """What its processes have used since they were started."""
        return total(self._servers)

    async def close(self) -> None:
        """Let go of all connections to it."""
        await self._client.close()


def our_bot(folder: Path) -> Bot:
    """Ours, as `acumen serve` runs it."""
    port = free_port()
    command = acumen("serve", "--port", str(port))
    return Bot("Acumen", folder, [command], port, "/webhooks/website/ready", WebsiteConversation.open)


def stock_bot(folder: Path) -> Bot:
    """The stock one: `rasa run` and its action server."""
    port, actions = free_port(), free_port()
    yaml = YAML()
    endpoints = yaml.load(folder / "endpoints.yml")
    endpoints["action_endpoint"]["url"] = f"http://localhost:{actions}/webhook"
    yaml.dump(endpoints, folder / "endpoints.yml")
    commands = [
        rasa("run", "--port", str(port), "--interface", "127.0.0.1"),
        rasa("run", "actions", "--actions", "stock_actions", "--port", str(actions)),
    ]
    return Bot("stock Rasa", folder, commands, port, "/webhooks/rest/", RestConversation.open)


@asynccontextmanager
async def started(bot: Bot, log: Path) -> AsyncIterator[RunningBot]:
    """Start a bot, wait for its first answer, and stop it when the block is left.

    Raises:
        RuntimeError: when it ends by itself, or gives no answer in five minutes.
    """
    began = time.perf_counter()
    servers = [Server(command, bot.folder, log, QUIET) for command in bot.commands]
    with running(servers):
        await _first_answer(bot, servers, log)
        seconds = time.perf_counter() - began
        answering = RunningBot(bot, servers, seconds, total(servers))
        try:
            yield answering
        finally:
            await answering.close()


async def _first_answer(bot: Bot, servers: Sequence[Server], log: Path) -> None:
    deadline = time.perf_counter() + START_SECONDS
    async with new_client() as client:
        while time.perf_counter() < deadline:
            if not all(server.running for server in servers):
                raise RuntimeError(f"{bot.name} ended by itself; see {log}")
            if await is_ready(client, bot.address + bot.ready):
                try:
                    # A question: it needs model and actions.
                    return await (await bot.open(client, bot.address)).say(message(1))
                except TurnFailedError:
                    pass
            await asyncio.sleep(POLL_SECONDS)
    raise RuntimeError(f"{bot.name} gave no answer; see {log}")
