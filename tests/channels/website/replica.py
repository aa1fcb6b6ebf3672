"""A server of its own process, with an agent that answers, or takes its time; run by tests that end it.

Usage: python replica.py PORT. A message `slow` takes three seconds, and `hang` takes for ever.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from acumen.runtime import server
from acumen.runtime.stores.local_lock import LocalLockStore


class StubAgent:
    """As much of an agent as the channel uses."""

    tracker_store = InMemoryTrackerStore(Domain.empty())
    lock_store = LocalLockStore()

    def is_ready(self) -> bool:
        return True

    async def handle_message(self, message: UserMessage) -> None:
        await asyncio.sleep({"slow": 3, "hang": 1_000_000}.get(message.text, 0))
        await message.output_channel.send_text_message(message.sender_id, f"You said: {message.text}")


if __name__ == "__main__":
    server.load_warm_agent = lambda *_: StubAgent()
    server.serve(Path.cwd(), Path("model.tar.gz"), "127.0.0.1", int(sys.argv[1]))
