"""The event broker that holds up no turn."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import aio_pika
import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from acumen.errors import AcumenError
from acumen.runtime.stores import background_broker
from acumen.runtime.stores.background_broker import BackgroundBroker
from benchmarks.servers import RabbitMQ, free_port

PATH = "acumen.runtime.stores.background_broker.BackgroundBroker"
PRIVATE = "xylophonist"


class Recorder(EventBroker):
    """A broker that remembers, and blocks or refuses when told to."""

    events: list[dict[str, Any]] = []  # noqa: RUF012
    refusals = 0
    go_on = threading.Event()

    @classmethod
    async def from_endpoint_config(cls, broker_config: EndpointConfig, event_loop: Any = None) -> Recorder:
        if cls.refusals:
            cls.refusals -= 1
            raise ConnectionError(PRIVATE)
        return cls()

    def publish(self, event: dict[str, Any]) -> None:
        self.go_on.wait(30)
        self.events.append(event)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds that happens in another thread."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def broker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BackgroundBroker]:
    """A broker in front of the one that remembers."""
    monkeypatch.setattr(Recorder, "events", [])
    monkeypatch.setattr(Recorder, "go_on", threading.Event())
    monkeypatch.setattr(background_broker, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(background_broker.EventBroker, "create", Recorder.from_endpoint_config)
    made = BackgroundBroker(EndpointConfig(type="recorder"))
    yield made
    Recorder.go_on.set()
    await made.close()


async def test_events_are_passed_on_in_order(broker: BackgroundBroker):
    """What is published arrives, in order; what waits when the bot stops arrives as well."""
    Recorder.go_on.set()
    for number in range(50):
        broker.publish({"number": number})
        await asyncio.sleep(0)
    await broker.close()
    broker.publish({"number": "too late"})

    assert Recorder.events == [{"number": number} for number in range(50)]


async def test_broker_that_hangs(
    broker: BackgroundBroker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """While the real broker hangs, publishing returns at once; what does not fit is left out and reported once."""
    monkeypatch.setattr(broker._events, "maxsize", 20)
    for number in range(100):
        broker.publish({"text": PRIVATE, "number": number})

    assert Recorder.events == []
    assert caplog.text.count("ACU306") == 1
    assert PRIVATE not in caplog.text
    Recorder.go_on.set()
    await broker.close()
    assert 20 <= len(Recorder.events) <= 21


@pytest.mark.parametrize("refusals", [3])
async def test_broker_that_comes_late(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, refusals: int):
    """A broker that cannot be reached at first gets all events when it can."""
    monkeypatch.setattr(Recorder, "events", [])
    monkeypatch.setattr(Recorder, "refusals", refusals)
    Recorder.go_on.set()
    monkeypatch.setattr(background_broker, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(background_broker.EventBroker, "create", Recorder.from_endpoint_config)
    broker = BackgroundBroker(EndpointConfig(type="recorder"))
    assert not broker.is_ready()
    broker.publish({"number": 1})
    await until(lambda: bool(Recorder.events))
    await broker.close()

    assert broker.is_ready()
    assert "ACU307" in caplog.text
    assert PRIVATE not in caplog.text


async def test_no_server(caplog: pytest.LogCaptureFixture):
    """Without a RabbitMQ the bot starts and stops as ever."""
    address = {"url": "127.0.0.1", "port": free_port(), "username": "a", "password": "b", "queues": ["q"]}
    broker = await EventBroker.create(EndpointConfig(type=PATH, to={"type": "pika", **address}))
    assert isinstance(broker, BackgroundBroker)
    with caplog.at_level(logging.ERROR, "acumen"):
        broker.publish({"text": PRIVATE})
        await until(lambda: "ACU307" in caplog.text)
    await broker.close()

    assert PRIVATE not in caplog.text


@pytest.mark.parametrize("settings", [{}, {"to": "pika"}, {"to": None}])
async def test_wrong_settings(settings: dict[str, Any]):
    """Without the settings of the real broker, the operator reads what is missing."""
    with pytest.raises(AcumenError, match="ACU304 event_broker"):
        await EventBroker.create(EndpointConfig(type=PATH, **settings))


@pytest.mark.servers
async def test_rabbitmq_that_starts_again(rabbitmq: RabbitMQ, monkeypatch: pytest.MonkeyPatch):
    """Events published while RabbitMQ starts again arrive after it, and none is missing."""
    monkeypatch.setattr(background_broker, "RETRY_SECONDS", 0.5)
    broker = BackgroundBroker(EndpointConfig.from_dict(rabbitmq.settings))
    numbers = iter(range(1000))
    for _ in range(5):
        broker.publish({"number": next(numbers)})
    restart = asyncio.create_task(asyncio.to_thread(rabbitmq.restart))
    while not restart.done():
        broker.publish({"number": next(numbers)})
        await asyncio.sleep(0.1)
    await restart
    expected, received = set(range(next(numbers))), set()

    connection = await aio_pika.connect(port=rabbitmq.port)
    async with connection, asyncio.timeout(60):
        channel = await connection.channel()
        queue = await channel.declare_queue("events", durable=True)
        async with queue.iterator() as messages:
            async for message in messages:
                received.add(json.loads(message.body)["number"])
                await message.ack()
                if received >= expected:
                    break
    await broker.close()

    assert received == expected
