"""Messengers on a real PostgreSQL, which several servers share."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from sanic import Sanic

from acumen.storage import database
from acumen.storage.messaging import MESSAGING
from acumen.storage.messaging import inbox as inbox_table
from acumen.storage.messaging import outbox as outbox_table
from benchmarks.servers import Server
from tests.channels.messaging.figures import Once, answer_once
from tests.channels.messaging.messenger import opened
from tests.channels.messaging.vendors.whatsapp import WhatsAppVendor

pytestmark = pytest.mark.servers
EVENTS = 96


@pytest.fixture(autouse=True)
def new_database(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PostgreSQL without tables, as the database of the environment."""
    monkeypatch.setenv(database.ADDRESS, postgres.url)
    monkeypatch.setattr(Sanic, "test_mode", True)
    yield
    # Each server of a test had a database object of its own, which is not in the cache any more.
    database.shared_database.cache_clear()
    left = database.Database(postgres.url)
    MESSAGING.drop_all(left.engine)
    left.close()


async def test_events_are_answered_once():
    """What holds in a file holds here: batched, mixed and delivered again, each is answered once and in its place."""
    assert await answer_once(WhatsAppVendor(), EVENTS) == Once(EVENTS, int(EVENTS * 0.3), 0, 0, 0)


async def test_two_servers_share_the_work():
    """Whichever of two servers a message reaches, and both when it comes again: one answers it, once."""
    vendor, chance = WhatsAppVendor(), random.Random(3)
    async with opened(vendor) as one:
        database.shared_database.cache_clear()
        async with opened(vendor) as other:
            said = [one.said(f"question {n}", sender=n % 2, at=time.time() - 60 + n) for n in range(EVENTS)]
            twice = chance.sample(said, len(said) // 2)
            mixed = chance.sample([*said, *twice], len(said) + len(twice))
            requests = [(chance.choice([one, other]), each) for each in mixed]
            await asyncio.gather(*(messenger.say(each) for messenger, each in requests))
            await one.rest()
            shown = [vendor.shown(request) for each in (one, other) for request in each.server.taken]
            kept = await one.read(inbox_table.c.sealed)
            waiting = await one.read(outbox_table.c.id)

    assert Counter(each.text.splitlines()[0] for each in shown) == Counter(f"You said: {each.text}" for each in said)
    assert one.agent.messages
    assert other.agent.messages
    assert kept == [""] * EVENTS
    assert waiting == []
