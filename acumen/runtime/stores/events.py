"""Rasa's events as they are stored, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import rasa.shared.utils.common
from rasa.shared.core.events import Event, deserialise_events

from acumen.privacy.mask import masked_event


@dataclass(frozen=True)
class StoredEvent:
    """An event as a row: Rasa's name of its type, when it was (seconds since 1970), and all of it as JSON."""

    type: str
    at: float
    data: str


def to_stored(event: Event) -> StoredEvent:
    """What is kept of an event; nothing of a conversation reaches the database any other way."""
    return StoredEvent(event.type_name, event.timestamp, to_text([event])[1:-1])


def to_text(events: Iterable[Event]) -> str:
    """Events as a JSON list; who wrote a message cannot be told from it."""
    return json.dumps([masked_event(event.as_dict()) for event in events])


def from_text(text: str) -> list[Event]:
    """The events of a JSON list.

    Raises:
        ValueError: for a type that nobody knows, as in Rasa's own stores.
    """
    return from_values(json.loads(text))


def from_values(values: Iterable[dict[str, Any]]) -> list[Event]:
    """Events as Rasa writes them, read back; `ValueError` as above."""
    classes = _classes()
    found: list[Event] = []
    for each in values:
        known = classes.get(str(each.get("event")))
        # A type that was made after the first event was read is found the slow way.
        found.extend([known._from_parameters(each)] if known else deserialise_events([each]))
    return found


@cache
def _classes() -> dict[str, Any]:
    """Classes by the names of their types: Rasa walks through all classes for each event that it reads."""
    return {each.type_name: each for each in rasa.shared.utils.common.all_subclasses(Event)}
