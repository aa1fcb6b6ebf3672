"""Sending what is in the outbox, at the vendor's pace."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from acumen.channels.messaging import outbox
from acumen.channels.messaging.adapter import Adapter, Call, Verdict
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import Lane
from acumen.errors import problem
from acumen.logs import log_failure, log_problem
from acumen.storage.database import Database


class Pace:
    """Lets calls through one after another, with a time between them."""

    def __init__(self, calls_per_second: float) -> None:
        self._interval = 1 / calls_per_second
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        now = time.monotonic()
        start, self._next = max(now, self._next), max(now, self._next) + self._interval
        await asyncio.sleep(start - now)


class Sending:
    """Sends the calls of one channel."""

    def __init__(self, adapter: Adapter, keys: Keys, database: Database) -> None:
        self._adapter = adapter
        self._capabilities = adapter.capabilities
        self._keys = keys
        self._database = database
        self._pace = Pace(self._capabilities.calls_per_second)

    async def send(self, lane: Lane, http: aiohttp.ClientSession) -> None:
        """Send what waits in a conversation, in order, until something has to wait.

        Raises:
            LeaseLostError: when another process took the conversation over.
        """
        doubt = self._capabilities.doubt_seconds
        while letter := await self._database.run(lambda connection: outbox.first(connection, lane, doubt)):
            verdict = await self._call(letter, http)
            given_up = await self._database.run(lambda connection: outbox.settle(connection, lane, letter, verdict))  # noqa: B023
            if given_up:
                reason, attempts = verdict.reason, letter.attempts
                log_problem(problem("ACU403", channel=self._adapter.name, attempts=attempts, reason=reason))
            await asyncio.sleep(self._capabilities.seconds_between)

    async def _call(self, letter: outbox.Letter, http: aiohttp.ClientSession) -> Verdict:
        try:
            call = Call(**self._keys.open(letter.sealed))
        except ValueError:
            return Verdict("dead", "encrypted with another secret")
        await self._pace.wait()
        try:
            headers = {**call.headers, **await self._adapter.authorise(http)}
            target = self._adapter.target(call)
            async with http.request(call.method, target, json=call.json, data=call.form, headers=headers) as answer:
                return self._adapter.judge(answer.status, answer.headers, await answer.read())
        except aiohttp.ClientConnectorError:
            return Verdict("later", "no connection")
        except (aiohttp.ClientError, TimeoutError) as error:
            # It may have arrived all the same.
            return Verdict("later", type(error).__name__, self._capabilities.doubt_seconds)
        except Exception as error:
            # One message that cannot be sent must not hold up what comes after it.
            log_failure("a message could not be sent", error)
            return Verdict("dead", type(error).__name__)
