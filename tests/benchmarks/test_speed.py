"""The whole harness, on stubs."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bots import started
from benchmarks.projects import Training
from benchmarks.results import bot_result
from benchmarks.speed import QUICK, measure
from tests.benchmarks.conftest import MakeBot


async def test_both_bots_are_measured_under_every_load(make_bot: MakeBot, tmp_path: Path) -> None:
    """A quick run gives the figures of two bots, on either channel."""
    makers = [lambda: make_bot("ours"), lambda: make_bot("stock", on_rest=True)]
    said: list[str] = []
    found = await measure(makers, QUICK, tmp_path / "bots.log", said.append)
    assert set(found) == {"ours", "stock"}
    for speed in found.values():
        result = bot_result(speed, Training(1.0, 1.0, 10))
        assert {at_once: turns.count for at_once, turns in result.turns.items()} == QUICK.turns
        assert all(turns.failed == 0 and 0 < turns.p50 <= turns.p95 <= turns.p99 for turns in result.turns.values())
        assert len(speed.long[0]) == QUICK.long
        assert len(speed.starts) == QUICK.starts
        assert result.start > 0
        assert result.memory > 1e6
    assert said


@pytest.mark.parametrize("on_rest", [True, False])
async def test_a_message_without_a_reply_is_counted_as_failed(make_bot: MakeBot, tmp_path: Path, on_rest: bool) -> None:
    """Silence is no fast answer, on either channel."""
    bots = [lambda: make_bot(on_rest=on_rest, mood="silent")]
    speed = (await measure(bots, QUICK, tmp_path / "log", lambda _: None))["stub"]
    assert [each.failed for each in speed.loads.values()] == list(QUICK.turns.values())
    assert all(not each.seconds for each in speed.loads.values())
    assert speed.long[0] == [float("inf")] * QUICK.long


async def test_a_bot_that_ends_by_itself_is_no_bot(make_bot: MakeBot, tmp_path: Path) -> None:
    """The benchmark stops with a reason instead of waiting."""
    with pytest.raises(RuntimeError, match="ended by itself"):
        async with started(make_bot(mood="dead"), tmp_path / "log"):
            pass
