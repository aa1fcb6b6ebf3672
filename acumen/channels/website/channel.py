"""The website channel, as Rasa sees it."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.collector import OnNewMessage
from acumen.channels.website import api
from acumen.channels.website.access import Origins, secure
from acumen.channels.website.chat import Chat
from acumen.channels.website.files import static_file
from acumen.channels.website.form import Form
from acumen.channels.website.refusals import explained
from acumen.channels.website.sessions import Sessions
from acumen.channels.website.settings import Settings, read_settings
from acumen.channels.website.store import ConversationStore
from acumen.storage.database import database_url, shared_database


class WebsiteChannel(InputChannel):
    """Patients chatting on the clinic's website."""

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return "website"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebsiteChannel:
        """Makes the channel from its credentials (see parent class for full docstring).

        Raises:
            AcumenError: ACU151 for each setting that is not what it should be.
        """
        return cls(read_settings(credentials))

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Defines the channel's routes (see parent class for full docstring).

        Raises:
            AcumenError: ACU302 or ACU303 when the database cannot be used.
        """
        website = Blueprint("website")
        origins = Origins(self._settings.origins)
        limits = self._settings.limits
        store = ConversationStore(shared_database(database_url()))
        chat = Chat(Sessions(self._settings.secret), limits.messages_per_conversation, on_new_message, store)
        private = api.Api(chat, origins, limits.requests_per_address)

        @website.middleware("response")
        async def finish(request: Request, answer: HTTPResponse) -> None:
            origins.allow(request, answer)
            secure(request, answer)

        @website.listener("before_server_stop")
        async def drain(*_: Any) -> None:
            await chat.drain()

        form = Form(chat, private.admit, private.forget)
        for path, method, handler in (*private.routes(), *form.routes()):
            website.add_route(explained(handler), path, methods=[method], name=handler.__name__)
        for path in dict.fromkeys(path for path, _, _ in private.routes()):
            website.add_route(_preflight, path, methods=["OPTIONS"], name=f"preflight_{path.strip('/')}")
        website.add_route(explained(api.health), "/health", name="health")
        website.add_route(explained(private.ready), "/ready", name="ready")
        website.add_route(explained(api.description), "/openapi.json", name="description")
        website.add_route(_front, "/", methods=["GET", "HEAD"], name="front")
        website.add_route(_file, "/<name:str>", methods=["GET", "HEAD"], name="file")
        return website


async def _preflight(_: Request) -> HTTPResponse:
    """Let a browser ask what it may do; the answer is in the headers."""
    return response.empty()


async def _front(request: Request) -> HTTPResponse:
    """Lead to the chat that needs no other page around it."""
    return response.redirect(f"{request.path.rstrip('/')}/chat")


async def _file(request: Request, name: str) -> HTTPResponse | None:
    async def give(request: Request) -> HTTPResponse:
        # Sanic matches the channel's address here when it ends with a slash.
        return static_file(request, name) if name else await _front(request)

    return await explained(give)(request)
