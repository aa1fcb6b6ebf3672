"""The conversations that are kept in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from acumen.answering.reply import Reply, Text
from acumen.channels.website import store
from acumen.channels.website.conversation import Conversation
from acumen.channels.website.sessions import SESSION_SECONDS, Session
from acumen.channels.website.store import Conversations


class Clock:
    """A clock that stands until it is moved."""

    now = 1_000_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The store's clock."""
    clock = Clock()
    monkeypatch.setattr(store, "time", clock)
    return clock


def session(name: str) -> Session:
    return Session(name, "token", datetime.now(UTC))


def say(conversations: Conversations, name: str, text: str = "hello", *, ended: bool = True) -> Conversation:
    """Take a turn in somebody's conversation."""
    conversation = conversations.open(session(name))
    turn = conversation.begin(str(conversation.last_event), text)
    if ended:
        conversation.reply(turn, Reply("chitchat", (Text("Hello."),)))
        conversation.end(turn)
    return conversation


def kept(conversations: Conversations, names: str) -> str:
    """Those of the names whose conversation is kept."""
    return "".join(name for name in names if conversations.find(session(name)).turns)


def test_conversation_is_found_again() -> None:
    """A session always has the same conversation; looking for one that is not there keeps nothing."""
    conversations = Conversations()
    conversation = say(conversations, "a")

    assert conversations.find(session("a")) is conversations.open(session("a")) is conversation
    assert conversations.find(session("b")) is not conversations.find(session("b"))


@pytest.mark.parametrize(
    ("bound", "value"), [("MOST_CONVERSATIONS", 2), ("MOST_CHARACTERS", 3_000)], ids=["number", "size"]
)
def test_used_longest_ago_go_first(bound: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many conversations, or too long ones, those used last stay."""
    monkeypatch.setattr(store, bound, value)
    conversations = Conversations()
    for name in "abac":
        say(conversations, name, "word " * 100)
    conversations.open(session("c"))

    assert kept(conversations, "abc") == "ac"


def test_running_conversation_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody loses a conversation in the middle of an answer."""
    monkeypatch.setattr(store, "MOST_CONVERSATIONS", 1)
    conversations = Conversations()
    say(conversations, "a", ended=False)
    for name in "bc":
        say(conversations, name)

    assert kept(conversations, "abc") == "ac"


def test_conversation_is_kept_for_a_day(clock: Clock) -> None:
    """A conversation whose session has ended is not kept, and a deleted one not for a moment."""
    conversations = Conversations()
    for name in "ab":
        say(conversations, name)
    clock.now += SESSION_SECONDS - 1
    say(conversations, "b")
    clock.now += 1
    say(conversations, "c")
    assert kept(conversations, "abc") == "bc"

    conversations.remove(session("c"))

    assert kept(conversations, "abc") == "b"
