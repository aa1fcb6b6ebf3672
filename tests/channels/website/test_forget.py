"""Deleting Rasa's record of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from rasa.core.tracker_store import (
    AwaitableTrackerStore,
    DynamoTrackerStore,
    FailSafeTrackerStore,
    InMemoryTrackerStore,
    MongoTrackerStore,
    RedisTrackerStore,
    SQLTrackerStore,
    TrackerStore,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from acumen.channels.website.forget import forget_in
from acumen.errors import AcumenError


async def said(store: TrackerStore, sender_id: str) -> None:
    """Let somebody have said something."""
    await store.save(DialogueStateTracker.from_events(sender_id, [UserUttered("hello")]))


def in_memory() -> InMemoryTrackerStore:
    return InMemoryTrackerStore(Domain.empty())


def sql(folder: Path) -> SQLTrackerStore:
    return SQLTrackerStore(Domain.empty(), dialect="sqlite", db=str(folder / "conversations.db"))


@pytest.mark.parametrize(
    "make",
    [
        lambda _: in_memory(),
        sql,
        lambda folder: FailSafeTrackerStore(sql(folder), None, in_memory()),
        lambda _: AwaitableTrackerStore(in_memory()),
    ],
    ids=["memory", "SQL", "fail-safe", "awaitable"],
)
async def test_conversation_is_deleted_and_no_other(make: Callable[[Path], TrackerStore], tmp_path: Path) -> None:
    """The record is gone and stays gone; who never said anything can be deleted as well."""
    store = make(tmp_path)
    for sender_id in ("one", "two"):
        await said(store, sender_id)

    await forget_in(store, "one")
    await forget_in(store, "nobody")

    assert await store.retrieve("one") is None
    assert (await store.retrieve("two")).latest_message.text == "hello"


async def test_fallback_is_deleted_from_too() -> None:
    """What was written to the fallback while the store was down is deleted there."""
    fallback = in_memory()
    await said(fallback, "one")

    await forget_in(FailSafeTrackerStore(in_memory(), None, fallback), "one")

    assert list(await fallback.keys()) == []


async def test_redis_record_is_deleted_under_its_key() -> None:
    """Redis holds a conversation under a prefix and its id."""
    store = RedisTrackerStore.__new__(RedisTrackerStore)
    store.red, store.key_prefix = MagicMock(), "clinic:tracker:"

    await forget_in(store, "one")

    store.red.delete.assert_called_once_with("clinic:tracker:one")


async def test_mongo_record_is_deleted_by_its_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB holds a conversation as a document of its sender."""
    collection = MagicMock()
    monkeypatch.setattr(MongoTrackerStore, "conversations", collection)

    await forget_in(MongoTrackerStore.__new__(MongoTrackerStore), "one")

    collection.delete_one.assert_called_once_with({"sender_id": "one"})


async def test_store_of_ones_own_deletes_itself() -> None:
    """A store that knows how to delete is asked to."""
    deleted = []

    async def delete(sender_id: str) -> None:
        deleted.append(sender_id)

    await forget_in(SimpleNamespace(delete=delete), "one")  # type: ignore[arg-type]

    assert deleted == ["one"]


async def test_store_without_a_way_is_reported() -> None:
    """Nothing pretends to have deleted what it could not."""
    with pytest.raises(AcumenError, match=r"ACU301 .* DynamoTrackerStore cannot"):
        await forget_in(DynamoTrackerStore.__new__(DynamoTrackerStore), "one")
