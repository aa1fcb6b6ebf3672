"""A server to be killed: the channel, an agent that records turns in SQLite, and nothing else.

Run it with the vendor's name, the port to listen on, the address of the vendor's server and a folder.
Each line of its input starts a server, whose process id it prints: it is forked, as importing Rasa takes seconds.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from rasa.core.channels.channel import UserMessage, register
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Sanic

from acumen.answering.reply import Button, Reply, Text
from acumen.channels.messaging import lanes
from tests.channels.messaging.vendors import VENDORS


class RecordingAgent:
    """Answers with what was said, and saves each turn as Rasa does: all of it, at its end."""

    def __init__(self, folder: Path) -> None:
        self.tracker_store = SQLTrackerStore(Domain.empty(), db=str(folder / "rasa.db"))

    def is_ready(self) -> bool:
        return True

    async def handle_message(self, message: UserMessage) -> None:
        await asyncio.sleep(0.02)
        reply = Reply("answer", (Text(f"You said: {message.text}"),), buttons=(Button("More"),)).to_dict()
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text, message_id=message.message_id))
        tracker.update(BotUttered("", metadata={"reply": reply}))
        await message.output_channel.send_response(message.sender_id, {"reply": reply})
        await self.tracker_store.save(tracker)
        # A moment in which the turn is saved and its replies are not yet in the outbox.
        await asyncio.sleep(0.02)


def main(name: str, port: str, api: str, folder: str) -> None:
    """Serve until killed."""
    lanes.LEASE_SECONDS = 1.0
    vendor = next(vendor for vendor in VENDORS if vendor.name == name)
    channel = vendor.channel.from_settings(vendor.settings(api))
    adapter = vendor.channel.adapter_class
    known = adapter.capabilities
    # Receipts come within milliseconds here.
    adapter.capabilities = replace(known, doubt_seconds=min(known.doubt_seconds, 1.0), seconds_between=0.0)
    app = Sanic("killed", configure_logging=False)
    app.ctx.agent = RecordingAgent(Path(folder))
    register([channel], app, route="/webhooks/")
    app.run("127.0.0.1", int(port), access_log=False, motd=False)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        process = os.fork()
        if process == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            main(*sys.argv[1:])
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()
