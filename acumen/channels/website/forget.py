"""Deleting Rasa's record of a conversation, which its tracker stores have no method for."""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import (
    AwaitableTrackerStore,
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    MongoTrackerStore,
    RedisTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)

from acumen.errors import AcumenError, problem


async def forget_in(store: TrackerStore, sender_id: str) -> None:
    """Delete a conversation from a tracker store.

    A store of one's own takes part with a method `delete(sender_id)`.

    Raises:
        AcumenError: ACU301 when the store has no way to do so.
    """
    if isinstance(store, FailSafeTrackerStore):
        for each in filter(None, (store._tracker_store, store._fallback_tracker_store)):
            await forget_in(each, sender_id)
    elif isinstance(store, AwaitableTrackerStore):
        await forget_in(store._tracker_store, sender_id)
    elif hasattr(store, "delete"):
        await store.delete(sender_id)
    else:
        _forget_in_stock(store, sender_id)


def _forget_in_stock(store: Any, sender_id: str) -> None:
    if isinstance(store, InMemoryTrackerStore):
        store.store.pop(sender_id, None)
    elif isinstance(store, SQLTrackerStore):
        with store.session_scope() as session:
            session.query(store.SQLEvent).filter_by(sender_id=sender_id).delete()
            session.commit()
    elif isinstance(store, RedisTrackerStore):
        store.red.delete(store.key_prefix + sender_id)
    elif isinstance(store, MongoTrackerStore):
        store.conversations.delete_one({"sender_id": sender_id})
    else:
        raise AcumenError(problem("ACU301", store=type(store).__name__))
