"""What the messengers promise, measured: forgeries, exactly once, acknowledgement, limits, kills."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from rasa.core.channels.channel import UserMessage

from acumen.answering.reply import Reply, Text
from acumen.channels.messaging.adapter import Call, Event, Incoming
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.render import Renderer
from acumen.storage.messaging import inbox
from tests.channels.messaging.killing import Survived
from tests.channels.messaging.messenger import Messenger, opened
from tests.channels.messaging.vendors.base import Delivery, Request, Said, Vendor

SITE = "https://chat.clinic.example"
REDELIVERED = 0.3
# A window's messages are in no order when they come; vendors do not mix more than that.
CONVERSATIONS_A_WINDOW, MESSAGES_A_WINDOW = 16, 3
LARGEST_BATCH = 8
SLOW_TURN_SECONDS = 2.0
BETWEEN_SECONDS = 0.025
# Events of another measurement in the same database must not be taken for these.
FIRST_ID = 500_000
PATIENCE = 600.0


@dataclass(frozen=True)
class Forged:
    """Forgeries that were tried, in so many ways, and how many were taken."""

    tried: int
    ways: int
    accepted: int


@dataclass(frozen=True)
class Once:
    """Events that were delivered, some again; which were not answered, answered twice, or out of their order."""

    events: int
    redelivered: int
    lost: int
    doubled: int
    misplaced: int


@dataclass(frozen=True)
class Acknowledged:
    """How long vendors waited for their 200, in seconds, sorted."""

    seconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """The time within which this share was answered."""
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


@dataclass
class Figures:
    """All figures of one vendor; what was not measured is missing."""

    vendor: Vendor
    forged: Forged | None = None
    once: Once | None = None
    acknowledged: Acknowledged | None = None
    # Replies that were rendered, and requests among theirs that broke a rule of the vendor.
    limits: tuple[int, int] | None = None
    survived: Survived | None = None


async def forge(vendor: Vendor, tries: int) -> Forged:
    """Try forgeries of good requests, each in every way that the vendor's tests know."""
    tried = accepted = ways = 0
    async with opened(vendor) as messenger:
        while tried < tries:
            (good,) = vendor.deliveries([messenger.said(f"forged {tried}")])
            forgeries = vendor.forgeries(good)
            ways = len(forgeries)
            for forged in forgeries.values():
                accepted += await messenger.deliver(forged) < 400
                tried += 1
        accepted += len(await messenger.read(inbox.c.id))
    return Forged(tried, ways, accepted)


async def answer_once(vendor: Vendor, events: int) -> Once:
    """Deliver events out of order, in batches, and some of them again, and compare with what the patients got."""
    chance = random.Random(7)
    said = _conversations(vendor, events)
    expected: dict[str, list[str]] = defaultdict(list)
    for each in said:
        expected[each.sender].append(f"You said: {each.text}")
    again = set(chance.sample(range(events), int(events * REDELIVERED)))
    size = CONVERSATIONS_A_WINDOW * MESSAGES_A_WINDOW
    async with opened(vendor) as messenger:
        for start in range(0, events, size):
            window = said[start : start + size]
            repeated = [said[n] for n in range(max(0, start - size), start + len(window)) if n in again]
            again -= {n for n in again if n < start + len(window)}
            await _deliver(messenger, window, repeated, chance)
        await asyncio.wait_for(_settled(messenger), PATIENCE)
        shown: dict[str, list[str]] = defaultdict(list)
        for request in messenger.server.taken:
            got = vendor.shown(request)
            shown[got.to].append(got.text.splitlines()[0])
    return Once(
        events,
        int(events * REDELIVERED),
        lost=sum(len(set(texts) - set(shown[to])) for to, texts in expected.items()),
        doubled=sum(len(texts) - len(set(texts)) for texts in shown.values()),
        misplaced=sum(
            a != b for to, texts in expected.items() for a, b in zip(texts, dict.fromkeys(shown[to]), strict=False)
        ),
    )


async def acknowledge(vendor: Vendor, requests: int) -> Acknowledged:
    """Time requests that come steadily while each turn takes two seconds."""

    async def slow(message: UserMessage) -> list[Reply]:
        await asyncio.sleep(SLOW_TURN_SECONDS)
        return [Reply("answer", (Text("Yes."),))]

    async def timed(messenger: Messenger, delivery: Delivery) -> float:
        start = time.perf_counter()
        assert await messenger.deliver(delivery) == 200
        return time.perf_counter() - start

    async with opened(vendor, slow) as messenger:
        tasks = []
        for number in range(requests):
            said = Said(f"id{FIRST_ID + number}", vendor.sender(number % 100), f"question {number}", time.time())
            tasks += [asyncio.create_task(timed(messenger, each)) for each in vendor.deliveries([said])]
            await asyncio.sleep(BETWEEN_SECONDS)
        seconds = await asyncio.gather(*tasks)
        assert messenger.agent.messages
    return Acknowledged(tuple(sorted(seconds)))


def over_limits(vendor: Vendor, replies: Sequence[Reply]) -> list[str]:
    """The rules of the vendor that the requests of a turn with these replies break."""
    adapter = vendor.channel.from_settings({**vendor.settings("http://localhost"), "site": SITE})._adapter
    keys = Keys(vendor.name, adapter.secret)
    (delivery,) = vendor.deliveries([Said("id1", vendor.senders[0], "hello", time.time())])
    (event,) = adapter.read(_incoming(vendor, delivery))
    assert isinstance(event, Event)
    rendered = Renderer(adapter.capabilities, SITE).render(replies, lambda title: keys.token("x", title))
    broken = []
    for call in adapter.calls(rendered.pieces, event.address, "0" * 32):
        try:
            vendor.shown(_request(call))
        except AssertionError as error:
            broken.append(str(error).partition("\n")[0])
    return broken


def table(found: Sequence[Figures]) -> str:
    """The figures as a Markdown table, a vendor a row."""
    heads = [
        "channel",
        "forged",
        "lost / doubled / misplaced",
        "ack p50 / p99",
        "over a limit",
        "kills: lost / doubled",
    ]
    rows = [heads, ["---"] * len(heads), *(_row(each) for each in sorted(found, key=lambda each: each.vendor.name))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(figures: Figures) -> list[str]:
    forged, once, acknowledged, survived = figures.forged, figures.once, figures.acknowledged, figures.survived
    row = [figures.vendor.name]
    row.append(f"{forged.accepted} of {forged.tried} in {forged.ways} ways" if forged else "")
    order = "" if figures.vendor.tells_time else " (by arrival)"
    row.append(f"{once.lost} / {once.doubled} / {once.misplaced}{order} of {once.events}" if once else "")
    median, most = (acknowledged.quantile(share) * 1000 for share in (0.5, 0.99)) if acknowledged else (0.0, 0.0)
    row.append(f"{median:.0f} / {most:.0f} ms of {len(acknowledged.seconds)}" if acknowledged else "")
    row.append("{1} of {0} replies".format(*figures.limits) if figures.limits else "")
    receipts = "" if survived is None or survived.is_certain else ", no receipts"
    row.append(f"{survived.lost} / {survived.doubled} of {survived.messages}{receipts}" if survived else "")
    return row


def _conversations(vendor: Vendor, events: int) -> list[Said]:
    """Messages in order, window by window: in each, some conversations say some things."""
    start = time.time() - 3600
    size = CONVERSATIONS_A_WINDOW * MESSAGES_A_WINDOW
    senders = [(n // size % 6) * CONVERSATIONS_A_WINDOW + n % CONVERSATIONS_A_WINDOW for n in range(events)]
    return [Said(f"id{n}", vendor.sender(sender), f"question {n}", start + n) for n, sender in enumerate(senders)]


async def _deliver(messenger: Messenger, window: list[Said], repeated: list[Said], chance: random.Random) -> None:
    vendor = messenger.vendor
    if not vendor.tells_time:
        # The order in which they come is the only one there is.
        for each in window:
            await messenger.say(each)
        await messenger.say(*repeated)
        return
    mixed = chance.sample([*window, *repeated], len(window) + len(repeated))
    batches = []
    while mixed:
        count = chance.randint(1, LARGEST_BATCH)
        batches.append(mixed[:count])
        mixed = mixed[count:]
    deliveries = [delivery for batch in batches for delivery in vendor.deliveries(batch)]
    statuses = await asyncio.gather(*map(messenger.deliver, deliveries))
    assert set(statuses) == {200}


async def _settled(messenger: Messenger) -> None:
    """Wait until nothing is left to do."""
    while True:
        try:
            return await messenger.rest()
        except TimeoutError:
            continue


def _incoming(vendor: Vendor, delivery: Delivery) -> Incoming:
    path = f"/webhooks/{vendor.name}{delivery.path}"
    headers = {key.lower(): value for key, value in delivery.headers.items()}
    return Incoming(delivery.method, SITE + path, path, {}, headers, delivery.body, time.time())


def _request(call: Call) -> Request:
    body = urlencode(call.form) if call.form is not None else json.dumps(call.json)
    return Request("/" + urlsplit(call.url).path.lstrip("/"), dict(call.headers), body.encode())
