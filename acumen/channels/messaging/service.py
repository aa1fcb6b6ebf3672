"""A messenger at work: takes events in, lets turns be taken, and sends what comes of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
from sqlalchemy.engine import Connection

from acumen.channels.collector import OnNewMessage
from acumen.channels.messaging import inbox, outbox
from acumen.channels.messaging.adapter import Adapter, Entry, Errand, Event, Receipt
from acumen.channels.messaging.crew import Crew
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import Lane
from acumen.channels.messaging.render import Renderer
from acumen.channels.messaging.sending import Sending
from acumen.channels.messaging.turns import Turns
from acumen.logs import log_failure
from acumen.storage.database import Database
from acumen.storage.messaging import MESSAGING

CALL_SECONDS = 20.0
FORGET_SECONDS = 60 * 60.0
READY_SECONDS = 0.2
TURNS_AT_ONCE = 8
# Most of them only wait, as vendors want time between the messages of a conversation.
SENDS_AT_ONCE = 64


class Service:
    """One channel's inbox, turns and outbox."""

    def __init__(self, adapter: Adapter, site: str, database: Database, on_new_message: OnNewMessage) -> None:
        """Creates the service and, where they are missing, its tables.

        Raises:
            AcumenError: ACU303 when the database cannot be reached.
        """
        database.create(MESSAGING)
        self.adapter = adapter
        self.http: aiohttp.ClientSession
        self._database = database
        self._keys = Keys(adapter.name, adapter.secret)
        self._on_new_message = on_new_message
        self._turns = Turns(adapter, self._keys, Renderer(adapter.capabilities, site), database)
        self._sending = Sending(adapter, self._keys, database)
        self._find_agent: Callable[[], Any] = lambda: None
        self._crews: list[Crew] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, find_agent: Callable[[], Any]) -> None:
        """Begin to work; messages are taken in at once, and turns are taken when there is an agent."""
        self.http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(CALL_SECONDS))
        self._find_agent = find_agent
        self._turn_crew = Crew(self._database, "turn", self.adapter.name, self._take, TURNS_AT_ONCE)
        self._send_crew = Crew(self._database, "send", self.adapter.name, self._send, SENDS_AT_ONCE)
        self._send_crew.start()
        self._tasks = [asyncio.create_task(self._begin_turns()), asyncio.create_task(self._forget())]

    async def stop(self) -> None:
        """End what was begun."""
        for task in self._tasks:
            task.cancel()
        await self._turn_crew.stop()
        await self._send_crew.stop()
        await self.http.close()

    async def keep(self, entries: Sequence[Entry]) -> None:
        """Keep events for their turns, each once, and errands, and believe receipts; what is too old is left out."""
        oldest = time.time() - self.adapter.capabilities.remember_seconds
        # Of what is older, nothing tells any more whether it was answered.
        events = [entry for entry in entries if isinstance(entry, Event) and entry.at >= oldest]
        receipts = [entry.key for entry in entries if isinstance(entry, Receipt)]
        errands = [entry for entry in entries if isinstance(entry, Errand)]
        if events:
            new = await self._database.run(
                lambda connection: inbox.add(connection, self.adapter.name, self._keys, events)
            )
            if new:
                asyncio.get_running_loop().call_later(inbox.SETTLE_SECONDS, self._turn_crew.wake)
        if receipts:
            await self._database.run(lambda connection: outbox.confirm(connection, self.adapter.name, receipts))
        if errands:
            await self._database.run(lambda connection: self._keep_errands(connection, errands))
            self._send_crew.wake()

    def _keep_errands(self, connection: Connection, errands: Sequence[Errand]) -> None:
        # In the same order everywhere: two that add the same ones crosswise would wait for each other.
        for errand in sorted(errands, key=lambda each: self._keys.sender_id(each.conversation)):
            sender_id = self._keys.sender_id(errand.conversation)
            outbox.add(connection, self.adapter.name, self._keys, sender_id, [errand.call])

    async def _begin_turns(self) -> None:
        # Rasa says nothing when its agent is there.
        while not _is_ready(self._find_agent()):  # noqa: ASYNC110
            await asyncio.sleep(READY_SECONDS)
        self._turn_crew.start()

    async def _take(self, lane: Lane) -> None:
        if await self._turns.take(lane, self._on_new_message, self._find_agent().tracker_store):
            self._send_crew.wake()

    async def _send(self, lane: Lane) -> None:
        await self._sending.send(lane, self.http)

    async def _forget(self) -> None:
        while True:
            before = time.time() - self.adapter.capabilities.remember_seconds
            try:
                await self._database.run(
                    lambda connection: inbox.forget_old(connection, self.adapter.name, before)  # noqa: B023
                )
            except Exception as error:
                log_failure("old messages were not deleted", error)
            await asyncio.sleep(FORGET_SECONDS)


def _is_ready(agent: Any) -> bool:
    return agent is not None and bool(agent.is_ready())
