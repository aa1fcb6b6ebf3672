"""Rasa's tracker store in SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection

from acumen.errors import AcumenError, problem
from acumen.runtime.stores import records
from acumen.runtime.stores.events import from_text, to_stored, to_text
from acumen.runtime.stores.patience import run_patiently
from acumen.runtime.stores.records import Addition, Place
from acumen.runtime.stores.window import next_window
from acumen.storage.database import database_url, shared_database
from acumen.storage.tables import CONVERSATIONS

logger = logging.getLogger("acumen")

# More than the longest rule, and than the history that Rasa's other policies look at by default.
TURNS = 5


class KnownTracker(DialogueStateTracker):
    """A tracker that knows which part of its conversation is stored.

    Attributes:
        place: up to where the conversation was known.
        head: how many of the first events stand for what was before, and are not stored as such.
        kept: how many of the events are stored, or stand for stored ones.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = Place()
        self.head = self.kept = 0

    def position(self, index: int) -> int:
        """The position in the conversation of the event with this index."""
        return self.place.start + index - self.head


class DatabaseTrackerStore(TrackerStore):
    """Conversations in SQLite or PostgreSQL, safe from several writers, and as fast when they are long.

    A turn is given the last turns, and what those before have left behind; `retrieve_full_tracker` gives all.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        turns: int = TURNS,
        **unknown: Any,
    ) -> None:
        """Open the store and make its tables where they are missing.

        Args:
            domain: where slots come from.
            event_broker: where new events are published once they are kept.
            host: `url` in endpoints.yml; without one, that of `database_url()`.
            turns: how many turns policies and actions can always look back.
            unknown: settings that do not exist.

        Raises:
            AcumenError: ACU304 for a setting, ACU302 for the address, ACU303 when the database cannot be used.
        """
        if unknown or not isinstance(turns, int) or turns < 1:
            detail = f"no setting `{next(iter(unknown))}`" if unknown else "`turns` is a number above 0"
            raise AcumenError(problem("ACU304", part="tracker_store", detail=detail))
        super().__init__(domain, event_broker)
        self._turns = turns
        self._database = shared_database(host or database_url())
        self._database.create(CONVERSATIONS)

    def init_tracker(self, sender_id: str) -> KnownTracker:
        """Returns a tracker of a conversation that is not stored yet."""
        return KnownTracker(sender_id, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Adds the tracker's new events to its conversation, and publishes them.

        Raises:
            AcumenError: ACU303 when the database cannot be used.
        """
        new = _new_events(tracker)
        if not new:
            return
        if isinstance(tracker, KnownTracker):
            place = await self._add(tracker, new)
            if place is None:
                logger.warning(problem("ACU305"))
                return
            tracker.place, tracker.kept = place, len(tracker.events)
        else:
            await self._put(tracker, new)
        if self.event_broker:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Publishes the tracker's new events; `save` does so too."""
        if self.event_broker:
            await self._stream_new_events(self.event_broker, _new_events(tracker), tracker.sender_id)

    async def retrieve(self, sender_id: str) -> KnownTracker | None:
        """Returns the latest session of a conversation, of a long one its last turns."""
        return await self._read(sender_id, whole=False)

    async def retrieve_full_tracker(self, conversation_id: str) -> KnownTracker | None:
        """Returns a conversation with all its events."""
        return await self._read(conversation_id, whole=True)

    async def exists(self, conversation_id: str) -> bool:
        """Checks if there is such a conversation."""
        return await run_patiently(self._database, lambda connection: records.exists(connection, conversation_id))

    async def keys(self) -> Iterable[str]:
        """Returns the ids of all conversations."""
        return await run_patiently(self._database, records.names)

    async def delete(self, sender_id: str) -> None:
        """Deletes a conversation, with what was said of its replies."""
        await run_patiently(self._database, lambda connection: records.delete(connection, sender_id))
        await asyncio.to_thread(self._database.erase)

    async def _read(self, sender_id: str, *, whole: bool) -> KnownTracker | None:
        record = await run_patiently(
            self._database, lambda each: records.read(each, sender_id, whole=whole), reads=not whole
        )
        if record is None:
            return None
        state = from_text(record.state)
        events = state + from_text(record.events)
        tracker: KnownTracker = KnownTracker.from_events(sender_id, events, self.domain.slots)
        tracker.place, tracker.head, tracker.kept = record.place, len(state), len(events)
        return tracker

    async def _add(self, tracker: KnownTracker, new: list[Event]) -> Place | None:
        window = next_window(tracker, tracker.kept, self._turns)
        moved = (tracker.position(window.cut), to_text(window.state)) if window else None
        addition = Addition([to_stored(event) for event in new], tracker.get_latest_input_channel() or "", moved)
        place, name = tracker.place, tracker.sender_id
        return await run_patiently(self._database, lambda each: records.add(each, name, place, addition))

    async def _put(self, tracker: DialogueStateTracker, new: list[Event]) -> None:
        """Keep a tracker that was not read here: a history sent to Rasa's API, or a new conversation.

        Rasa makes one itself, too, where it could not read the conversation, so it must not take the place of that.
        """
        addition = Addition([to_stored(event) for event in new], tracker.get_latest_input_channel() or "")
        name = tracker.sender_id

        def put(connection: Connection) -> None:
            if not records.rewrite(connection, name, addition):
                records.add(connection, name, Place(), addition)

        await run_patiently(self._database, put)


def _new_events(tracker: DialogueStateTracker) -> list[Event]:
    return list(tracker.events)[tracker.kept if isinstance(tracker, KnownTracker) else 0 :]
