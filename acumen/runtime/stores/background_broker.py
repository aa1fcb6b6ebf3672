"""An event broker that never holds up a turn, whatever becomes of the real one."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from asyncio import AbstractEventLoop
from contextlib import suppress
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.brokers.pika import PikaEventBroker
from rasa.utils.endpoints import EndpointConfig

from acumen.errors import AcumenError, Problem, problem

logger = logging.getLogger("acumen")

# A few hundred turns; what comes on top while the broker is away is left out.
QUEUE = 10_000
RETRY_SECONDS = 2.0
CONFIRM_SECONDS = 10.0
CLOSE_SECONDS = 5.0
# A fault that goes on is reported once in this time.
REPORT_SECONDS = 60.0


class BackgroundBroker(EventBroker):
    """Passes events on to another of Rasa's brokers, in a thread and an event loop of its own.

    Rasa's brokers wait for their server when the bot starts, and some of them whenever they publish.
    """

    def __init__(self, target: EndpointConfig) -> None:
        """Start to pass on.

        Args:
            target: the broker's settings, as they would stand under `event_broker`.
        """
        super().__init__()
        self._target = target
        self._events: queue.Queue[dict[str, Any]] = queue.Queue(QUEUE)
        self._lost = 0
        self._reports: dict[str, float] = {}
        self._broker: EventBroker | None = None
        self._loop = asyncio.new_event_loop()
        self._arrived, self._closing = asyncio.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._work, name="broker", daemon=True)
        self._thread.start()

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: AbstractEventLoop | None = None
    ) -> BackgroundBroker:
        """Creates the broker from `event_broker` in endpoints.yml; `to` has the settings of the real one.

        Raises:
            AcumenError: ACU304 where `to` is missing or no block of settings.
        """
        settings = broker_config.kwargs.get("to")
        if not isinstance(settings, dict):
            raise AcumenError(problem("ACU304", part="event_broker", detail="`to` has the settings of the real broker"))
        return cls(EndpointConfig.from_dict(settings))

    def publish(self, event: dict[str, Any]) -> None:
        """Publishes an event soon; never waits."""
        try:
            self._events.put_nowait(event)
        except queue.Full:
            self._lost += 1
            self._report(problem("ACU306", count=self._lost))
            return
        # While it is awake it looks for more by itself.
        if not self._arrived.is_set():
            self._signal(self._arrived)

    def is_ready(self) -> bool:
        """Whether the real broker is connected."""
        return self._broker is not None and self._broker.is_ready()

    async def close(self) -> None:
        """Passes on what waits, for a few seconds at most, and closes the real broker."""
        self._signal(self._closing, self._arrived)
        await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)

    def _signal(self, *events: asyncio.Event) -> None:
        for event in events:
            # Once the broker is closed there is nobody to tell.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(event.set)

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._pass_on())

    async def _pass_on(self) -> None:
        while not await self._open():
            if self._closing.is_set():
                return
        while not (self._closing.is_set() and self._events.empty()):
            await self._arrived.wait()
            self._arrived.clear()
            while not self._events.empty():
                await self._deliver(self._events.get_nowait())
        if self._broker:
            await self._broker.close()

    async def _open(self) -> bool:
        try:
            self._broker = await _connect(self._target)
        except Exception as error:
            self._report(problem("ACU307", detail=type(error).__name__))
            await self._pause()
        return self._broker is not None

    async def _deliver(self, event: dict[str, Any]) -> None:
        while True:
            try:
                await _publish(self._broker, event)
                return
            except Exception as error:
                self._report(problem("ACU307", detail=type(error).__name__))
            if self._closing.is_set():
                return
            await self._pause()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_SECONDS):
                await self._closing.wait()

    def _report(self, fault: Problem) -> None:
        now = time.monotonic()
        if now - self._reports.get(fault.code, float("-inf")) > REPORT_SECONDS:
            self._reports[fault.code] = now
            logger.error(fault)


class _Pika(PikaEventBroker):
    """RabbitMQ that answers for each event: Rasa's own logs those that fail, with a patient's words, and keeps all."""

    async def deliver(self, event: dict[str, Any]) -> None:
        async with asyncio.timeout(CONFIRM_SECONDS):
            await self._exchange.publish(self._message(event, None), "")


async def _connect(target: EndpointConfig) -> EventBroker:
    loop = asyncio.get_running_loop()
    if target.type not in (None, "pika"):
        broker = await EventBroker.create(target, loop)
    else:
        # It is tried again here, where the first failure is reported.
        settings = {"connection_attempts": 1, "retry_delay_in_seconds": 0, **target.kwargs}
        broker = await _Pika.from_endpoint_config(EndpointConfig(target.url, **settings), loop)
    if broker is None:
        raise ValueError
    return broker


async def _publish(broker: EventBroker | None, event: dict[str, Any]) -> None:
    if isinstance(broker, _Pika):
        await broker.deliver(event)
    elif broker:
        broker.publish(event)
