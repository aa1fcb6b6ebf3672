"""How long the stages of a turn take."""

from __future__ import annotations

import asyncio

import pytest

from acumen.runtime.stages import FAILED, STOCK, TurnRecord, broke, current_turn, failed, recorded, stage, waited
from acumen.runtime.turns import turn_thread


async def test_stages_of_turns_at_once_are_kept_apart() -> None:
    """Two turns that take turns in the thread for turns each count their own time."""

    async def work(seconds: float) -> None:
        waited()
        for _ in range(2):
            with stage("nlu"):
                await asyncio.sleep(seconds)

    async def turn(seconds: float) -> TurnRecord:
        record = TurnRecord("website")
        with recorded(record):
            await turn_thread().run(work(seconds))
        return record

    long, short = await asyncio.gather(turn(0.2), turn(0.001))

    assert long.stages["nlu"] >= 0.4 > short.stages["nlu"] >= 0.002
    assert long.whole >= long.stages["wait"] + long.stages["nlu"]
    assert current_turn() is None


@pytest.mark.parametrize(
    ("messages", "outcome"),
    [
        ([{"reply": {"outcome": "answer"}}, {"reply": {"outcome": "off_topic"}}], "answer"),
        ([{"text": "hello"}], STOCK),
        ([], FAILED),
    ],
    ids=["first reply", "stock response", "no reply"],
)
def test_outcome(messages: list[dict], outcome: str) -> None:
    """A turn's outcome is that of its first reply; without one, it failed."""
    record = TurnRecord("website")
    with recorded(record):
        for message in messages:
            record.note(message)

    assert record.outcome == outcome


def test_failure_is_not_taken_for_an_answer() -> None:
    """The reply that says that something went wrong has an outcome of its own, which does not count."""
    record = TurnRecord("website")
    with recorded(record):
        failed()
        record.note({"reply": {"outcome": "clarify"}})

    assert record.outcome == FAILED


def test_no_turn() -> None:
    """Where no turn runs, as when the bot warms up, nothing is counted and nothing breaks."""
    with stage("nlu"):
        waited()
        failed()
        broke(ValueError())

    assert current_turn() is None


def test_stage_that_raises_is_counted() -> None:
    """Time spent on what fails is spent, too."""
    record = TurnRecord("website")
    with recorded(record), pytest.raises(ValueError, match="broken"), stage("save"):
        raise ValueError("broken")

    assert "save" in record.stages
    assert [each.error for each in record.timings] == ["ValueError"]


def test_kind_of_the_first_error_is_kept() -> None:
    """Of an error its kind is kept, never its message, and a reply that was given before stays the outcome."""
    record = TurnRecord("website")
    with recorded(record):
        record.note({"reply": {"outcome": "answer"}})
        broke(ValueError("my private complaint"))
        broke(KeyError("my private complaint"))

    assert (record.outcome, record.error) == ("answer", "ValueError")
    assert "private" not in repr(record)


def test_error_that_ends_a_turn_is_kept() -> None:
    """A turn that ends with an error, as where there is no lock, tells its kind."""
    record = TurnRecord("website")
    with pytest.raises(ValueError, match="broken"), recorded(record):
        raise ValueError("broken")

    assert (record.outcome, record.error) == (FAILED, "ValueError")
