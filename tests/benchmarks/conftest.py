"""A stub bot: a server that answers at once on both channels."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.bots import Bot
from benchmarks.clients import Open, RestConversation, WebsiteConversation
from benchmarks.processes import free_port

STUB = Path(__file__).parent / "stub.py"
MakeBot = Callable[..., Bot]


@pytest.fixture
def make_bot(tmp_path: Path) -> MakeBot:
    """Make a bot whose server is the stub."""

    def make(name: str = "stub", on_rest: bool = False, mood: str = "well") -> Bot:
        port = free_port()
        command = [sys.executable, str(STUB), str(port), mood]
        begin: Open = RestConversation.open if on_rest else WebsiteConversation.open
        return Bot(name, tmp_path, [command], port, "/ready", begin)

    return make
