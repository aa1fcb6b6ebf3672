"""The thread for turns."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from acumen.runtime.turns import HomeChannel, turn_thread


async def test_turns_run_in_one_other_thread() -> None:
    """All turns share a thread that is not the caller's."""

    async def where() -> int:
        return threading.get_ident()

    threads = set(await asyncio.gather(*(turn_thread().run(where()) for _ in range(5))))

    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_caller_goes_on_meanwhile() -> None:
    """A turn that works without a pause keeps nobody else from theirs."""
    go = threading.Event()

    async def work() -> bool:
        return go.wait(10)

    turn = asyncio.create_task(turn_thread().run(work()))
    await asyncio.sleep(0.05)
    assert not turn.done()
    go.set()

    assert await turn


async def test_failure_reaches_the_caller() -> None:
    """What a turn raises is raised where it was asked for."""

    async def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        await turn_thread().run(fail())


async def test_given_up_turn_is_cancelled() -> None:
    """A caller that goes away takes its turn along, as without a thread."""
    cancelled = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    turn = asyncio.create_task(turn_thread().run(wait()))
    await asyncio.sleep(0.05)
    turn.cancel()

    assert await asyncio.to_thread(cancelled.wait, 5)


async def test_channel_sends_at_home() -> None:
    """What a turn says goes out in the loop of its channel, and is waited for."""

    class Channel:
        def __init__(self) -> None:
            self.sent: list[Any] = []

        def name(self) -> str:
            return "website"

        async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
            await asyncio.sleep(0.01)
            self.sent.append((threading.get_ident(), recipient_id, message))

    channel = Channel()
    home = HomeChannel(channel)

    async def turn() -> str:
        await home.send_response("one", {"text": "hello"})
        assert channel.sent
        time.sleep(0.01)  # noqa: ASYNC251
        return str(home.name())

    assert await turn_thread().run(turn()) == "website"
    assert channel.sent == [(threading.get_ident(), "one", {"text": "hello"})]
