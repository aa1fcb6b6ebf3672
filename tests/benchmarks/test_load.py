"""Conversations at the same time, and what is made of their times."""

from __future__ import annotations

import asyncio
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.clients import Conversation, TurnFailedError
from benchmarks.load import TURNS_EACH, Measured, grow, hold, median_at, percentile
from benchmarks.messages import CONVERSATION, message


class Patient:
    """A conversation that notes what was said, and how many said something at once."""

    said: list[str]
    now = most = begun = 0

    def __init__(self, fails: bool = False) -> None:
        self.said = []
        self._fails = fails

    async def begin(self) -> Conversation:
        self.begun += 1
        return self

    async def say(self, text: str) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        self.said.append(text)
        if self._fails:
            raise TurnFailedError


@pytest.mark.parametrize(("at_once", "turns"), [(1, 30), (3, 60), (5, 50)])
async def test_so_many_talk_at_once_and_no_more(at_once: int, turns: int) -> None:
    """All turns are taken, by so many patients at any time."""
    patient = Patient()
    measured = await hold(patient.begin, at_once, turns, lambda: 0.0)
    assert len(measured.seconds) == len(patient.said) == turns
    assert patient.most == at_once
    assert patient.begun == turns // TURNS_EACH


async def test_processor_time_is_what_was_used_meanwhile() -> None:
    """What the bot had used before does not count."""
    readings = iter([3.0, 5.0])
    measured = await hold(Patient().begin, 1, 10, lambda: next(readings))
    assert measured.cpu == 2.0
    assert measured.per_core_second == 5.0


async def test_failures_have_no_time() -> None:
    """A message without an answer is counted, and its time is not."""
    measured = await hold(Patient(fails=True).begin, 2, 20, lambda: 0.0)
    assert (measured.failed, list(measured.seconds)) == (20, [])
    assert await grow(Patient(fails=True).begin, 2) == [float("inf")] * 2


async def test_a_long_conversation_is_one() -> None:
    """All turns are said in it, and the same things again from the start."""
    patient = Patient()
    taken = await grow(patient.begin, 2 * len(CONVERSATION))
    assert patient.begun == 1
    assert [said.lower() for said in patient.said] == [said.lower() for said in (*CONVERSATION, *CONVERSATION)]
    assert len(taken) == len(patient.said)


def test_rounds_add_up() -> None:
    """Two rounds are one measurement."""
    both = Measured([1.0], 2.0, 0.5, 1) + Measured([3.0], 1.0, 0.5, 0)
    assert both == Measured([1.0, 3.0], 3.0, 1.0, 1)
    assert both.per_core_second == 2.0
    assert Measured().per_core_second == 0.0


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=50), st.integers(1, 99))
def test_percentiles_are_those_of_the_statistics_module(values: list[float], share: int) -> None:
    """The same as Python's inclusive quantiles."""
    expected = statistics.quantiles(values, n=100, method="inclusive")[share - 1]
    assert percentile(values, share) == pytest.approx(expected)


def test_percentiles_of_next_to_nothing() -> None:
    """One value is all percentiles; of no values there is none."""
    assert percentile([4.0], 99) == 4.0
    assert percentile([], 50) == 0.0


def test_the_median_is_over_all_conversations() -> None:
    """Only the turns asked for count."""
    assert median_at([[1.0, 9.0], [3.0, 9.0], [8.0, 9.0]], slice(1)) == 3.0


def test_conversations_repeat() -> None:
    """Past its last message a conversation goes on with its first."""
    assert message(len(CONVERSATION) + 1).lower() == message(1).lower()


def test_no_message_is_said_twice() -> None:
    """Nothing that was worked out for one message serves for another soon after."""
    said = [message(turn) for turn in (0, *range(1000))] + [message(0) for _ in range(20)]
    assert len(set(said)) == len(said)
