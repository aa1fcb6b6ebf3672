"""A store of conversations in a new SQLite file, and the events of a turn."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, SlotSet, UserUttered

from acumen.runtime.stores.tracker_store import DatabaseTrackerStore
from acumen.storage.database import shared_database

with warnings.catch_warnings():
    # Rasa tells everybody who has slots of a change of its third version.
    warnings.simplefilter("ignore", UserWarning)
    DOMAIN = Domain.from_yaml("""
slots:
  shown: {type: list, influence_conversation: false, mappings: [{type: custom}]}
  name: {type: text, mappings: [{type: custom}]}
actions: [action_answer]
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: false}
""")


def session() -> list[Event]:
    """What Rasa adds when a session begins."""
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def turn(text: str, *more: Event) -> list[Event]:
    """The events of a turn."""
    return [
        UserUttered(text, {"name": "ask"}, input_channel="website"),
        ActionExecuted("action_answer"),
        *more,
        SlotSet("shown", [text]),
        BotUttered(f"about {text}"),
        ActionExecuted("action_listen"),
    ]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The address of a database that is not there yet."""
    address = f"sqlite:///{tmp_path}/acumen.db"
    yield address
    shared_database(address).close()
    shared_database.cache_clear()


@pytest.fixture
def store(url: str) -> DatabaseTrackerStore:
    """A store in a new database."""
    return DatabaseTrackerStore(DOMAIN, host=url, turns=3)
