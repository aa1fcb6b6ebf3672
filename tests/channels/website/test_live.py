"""What a process knows of a conversation without asking the database."""

from __future__ import annotations

import pytest

from acumen.channels.website.conversation import Event, News
from acumen.channels.website.live import REMEMBERED, Live

STATUS, REPLY, DONE = Event(5, "status", "{}"), Event(6, "reply", "{}"), Event(7, "done", "{}")


@pytest.fixture
def live() -> Live:
    """A conversation with a turn that has begun."""
    live = Live()
    live.tell("one", [STATUS])
    return live


def test_events_are_given_as_they_are_told(live: Live) -> None:
    """Whoever knows the events before gets those that came since, and learns when the turn is over."""
    assert live.news(4, "one") == News([STATUS], over=False)
    live.tell("one", [REPLY])
    assert live.news(5, "one") == News([REPLY], over=False)
    live.tell("one", [DONE])
    assert live.news(4, "one") == News([STATUS, REPLY, DONE], over=True)
    assert live.news(6, "one") == News([DONE], over=True)


@pytest.mark.parametrize("after", [0, 3, 5, 9])
def test_what_is_not_known_is_looked_up(live: Live, after: int) -> None:
    """Earlier events, and those of other processes, are in the database alone."""
    assert live.news(after, "one") is None


def test_other_turns_are_looked_up(live: Live) -> None:
    """Of a turn that is answered elsewhere, and of all turns, nothing can be said here."""
    assert live.news(4, "two") is None
    assert live.news(4, None) is None
    assert Live().news(0, "one") is None


def test_gap_is_looked_up(live: Live) -> None:
    """Between two events written here another process may have written one."""
    live.tell("one", [DONE])

    assert live.news(5, "one") is None
    assert live.news(6, "one") == News([DONE], over=True)


def test_nothing_of_a_deleted_conversation_is_told(live: Live) -> None:
    """What was deleted is not given from memory."""
    live.deleted = True

    assert live.news(4, "one") is None


def test_old_events_are_let_go(live: Live) -> None:
    """A long conversation does not grow in memory."""
    for number in range(6, 6 + 2 * REMEMBERED):
        live.tell("one", [Event(number, "reply", "{}")])

    assert live.news(4, "one") is None
    news = live.news(5 + REMEMBERED, "one")
    assert news is not None
    assert len(news.events) == REMEMBERED


async def test_who_waits_is_woken(live: Live) -> None:
    """Telling and waking both let those look who wait; the next wait is a new one."""
    before = live.changed
    live.tell("one", [REPLY])

    assert before.is_set()
    assert not live.changed.is_set()
