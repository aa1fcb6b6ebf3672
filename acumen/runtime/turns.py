"""A thread for turns, with an event loop of its own: what a model works out holds up nobody's stream."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

Result = TypeVar("Result")


class TurnThread:
    """Runs the turns of all conversations, one at a time except where they wait.

    One thread, as neither spaCy nor Rasa's graph says that it can be used by two;
    and two would only take the interpreter from each other.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # With the process it ends too: what a turn has not written yet, another server can do again.
        threading.Thread(target=self._loop.run_forever, name="turns", daemon=True).start()

    async def run(self, turn: Coroutine[Any, Any, Result]) -> Result:
        """Run a turn there, and wait for it here."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(turn, self._loop))


class HomeChannel:
    """An output channel as turns use it: what it sends goes out in the loop that it belongs to."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._home = asyncio.get_running_loop()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Send a message (see Rasa's `OutputChannel`)."""
        sending = self._channel.send_response(recipient_id, message)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(sending, self._home))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


@cache
def turn_thread() -> TurnThread:
    """The one thread for turns of this process, begun with the first of them."""
    return TurnThread()
