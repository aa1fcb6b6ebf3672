"""Deleting conversations whose time is over, while the bot runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from acumen.errors import AcumenError, problem
from acumen.runtime import retention


async def purges(monkeypatch: pytest.MonkeyPatch, purge: Callable[[int], None], count: int) -> None:
    """Let the schedule run until it has purged so often."""
    done, times = asyncio.Event(), 0
    loop = asyncio.get_running_loop()

    def counted(days: int) -> None:
        nonlocal times
        times += 1
        if times >= count:
            loop.call_soon_threadsafe(done.set)
        purge(days)

    monkeypatch.setattr(retention, "_purge", counted)
    task = asyncio.create_task(retention.keep_tidy(lambda: 7, first=0.0, every=0.0))
    await asyncio.wait_for(done.wait(), 30)
    task.cancel()


async def test_it_is_done_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time with the days that the clinic has set."""
    days: list[int] = []
    await purges(monkeypatch, days.append, 3)

    assert days[:3] == [7, 7, 7]


@pytest.mark.parametrize(
    ("error", "says"),
    [(AcumenError(problem("ACU303", detail="it is away")), "ACU303"), (RuntimeError("private"), "RuntimeError")],
)
async def test_a_fault_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, says: str
) -> None:
    """A database that is away is reported, and tried again."""
    caplog.set_level(logging.ERROR)

    def fail(_: int) -> None:
        raise error

    await purges(monkeypatch, fail, 2)

    assert says in caplog.text
    assert "private" not in caplog.text
