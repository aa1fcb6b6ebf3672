"""A messenger, as Rasa sees it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.collector import OnNewMessage
from acumen.channels.messaging.adapter import Adapter, Answer, Incoming
from acumen.channels.messaging.service import Service
from acumen.channels.messaging.settings import Settings
from acumen.errors import AcumenError, problem
from acumen.logs import log_failure, log_problem
from acumen.storage.database import database_url, shared_database


class MessagingChannel(InputChannel):
    """Patients writing through a vendor's messenger; each vendor is a subclass that names its adapter.

    A channel whose settings are wrong, or that cannot keep messages, says so and
    refuses everything, while the other channels go on.
    """

    adapter_class: ClassVar[type[Adapter]]

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return cls.adapter_class.name

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> MessagingChannel:
        """Makes the channel; with faulty settings one that refuses everything (see parent class for full docstring)."""
        try:
            return cls.from_settings(credentials)
        except AcumenError as error:
            for each in error.problems:
                log_problem(each)
            return cls(None)

    @classmethod
    def from_settings(cls, credentials: dict[str, Any] | None) -> MessagingChannel:
        """Makes the channel from its credentials.

        Raises:
            AcumenError: ACU401 for each setting that is not what it should be.
        """
        settings = Settings(cls.name(), credentials)
        site = settings.address("site", "")
        adapter = cls.adapter_class.from_settings(settings)
        settings.check()
        return cls(adapter, site)

    def __init__(self, adapter: Adapter | None, site: str = "") -> None:
        """Creates the channel.

        Args:
            adapter: speaks to the vendor; without it, everything is refused.
            site: the public address of this server, such as https://chat.clinic.example.
        """
        self._adapter = adapter
        self._site = site

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Defines the channel's routes (see parent class for full docstring)."""
        blueprint = Blueprint(f"messaging_{self.name()}")
        service = self._service(on_new_message)

        @blueprint.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok" if service else "closed"}, status=200 if service else 503)

        async def closed(_: Request, **__: Any) -> HTTPResponse:
            return response.json({"status": "closed"}, status=503)

        async def receive(request: Request, **_: Any) -> HTTPResponse:
            return _response(await self._receive(request, service))  # type: ignore[arg-type]

        for method, path in self.adapter_class.routes:
            name = f"{method}_{path}".lower()
            blueprint.add_route(receive if service else closed, path, methods=[method], name=name)
        if service:
            _follow(blueprint, service)
        return blueprint

    def _service(self, on_new_message: OnNewMessage) -> Service | None:
        if self._adapter is None:
            return None
        try:
            return Service(self._adapter, self._site, shared_database(database_url()), on_new_message)
        except AcumenError as error:
            for each in error.problems:
                log_problem(problem("ACU402", channel=self.name(), detail=each.what))
            return None

    async def _receive(self, request: Request, service: Service) -> Answer:
        adapter = service.adapter
        incoming = _incoming(request, self._site)
        if request.method == "GET":
            return adapter.challenge(incoming)
        if not await _verified(adapter, incoming, service):
            return Answer(401)
        try:
            entries = adapter.read(incoming)
        except Exception as error:
            # Refused, it would only come again, and hold up what comes after it.
            log_problem(problem("ACU404", channel=self.name()))
            log_failure("a request could not be read", error)
            return adapter.acknowledge(incoming)
        try:
            await service.keep(entries)
        except Exception as error:
            # Vendors deliver again what is not acknowledged.
            log_failure("messages could not be kept", error)
            return Answer(503)
        return adapter.acknowledge(incoming)


def _follow(blueprint: Blueprint, service: Service) -> None:
    """Let the service begin and end with the server."""

    async def start(app: Sanic, *_: Any) -> None:
        await service.start(lambda: getattr(app.ctx, "agent", None))

    async def stop(*_: Any) -> None:
        await service.stop()

    listen: Callable[..., Any] = blueprint.listener
    listen("before_server_start")(start)
    listen("before_server_stop")(stop)


async def _verified(adapter: Adapter, incoming: Incoming, service: Service) -> bool:
    try:
        return await adapter.verify(incoming, service.http)
    except Exception as error:
        # A signature that cannot even be checked is none.
        log_failure("a request could not be verified", error)
        return False


def _incoming(request: Request, site: str) -> Incoming:
    parts = urlsplit(request.url)
    url = f"{site}{parts.path}" + (f"?{parts.query}" if parts.query else "") if site else request.url
    return Incoming(
        method=request.method,
        url=url,
        path=parts.path,
        query={key: values[0] for key, values in request.get_args(keep_blank_values=True).items()},
        headers={key.lower(): value for key, value in request.headers.items()},
        body=request.body,
        received=time.time(),
    )


def _response(answer: Answer) -> HTTPResponse:
    if isinstance(answer.body, str):
        return response.text(answer.body, status=answer.status, content_type=answer.content_type)
    return response.json(answer.body, status=answer.status)
