"""The HTTP contract of the website channel; `openapi.json` describes it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.website.access import Origins
from acumen.channels.website.bodies import bearer_token, read_after, read_feedback, read_message
from acumen.channels.website.chat import Chat
from acumen.channels.website.forget import forget_in
from acumen.channels.website.limiter import RateLimiter, network_of
from acumen.channels.website.refusals import Handler, RefusedError
from acumen.channels.website.sessions import Session
from acumen.channels.website.streams import END, HEARTBEAT_SECONDS, stream
from acumen.errors import AcumenError
from acumen.logs import log_failure

logger = logging.getLogger(__name__)

# A load balancer asks every few seconds, and waits no longer.
DATABASE_SECONDS = 2.0
DESCRIPTION = Path(__file__).parent / "openapi.json"


class Api:
    """One method an address; each may refuse with `RefusedError`."""

    def __init__(self, chat: Chat, origins: Origins, requests_a_minute: int) -> None:
        self._chat = chat
        self._origins = origins
        self._limiter = RateLimiter(requests_a_minute)

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Address, method and handler of everything that belongs to a patient."""
        return [
            ("/session", "POST", self.begin),
            ("/session", "DELETE", self.delete),
            ("/messages", "POST", self.message),
            ("/events", "GET", self.events),
            ("/transcript", "GET", self.transcript),
            ("/feedback", "POST", self.feedback),
        ]

    def admit(self, request: Request) -> None:
        """Let a request in.

        Raises:
            RefusedError: `foreign_origin` or `too_many`.
        """
        self._origins.check(request)
        self._limiter.use(network_of(request.remote_addr or request.ip))

    async def begin(self, request: Request) -> HTTPResponse:
        """Begin a session."""
        self.admit(request)
        session = self._chat.sessions.issue()
        return response.json({"token": session.token, "expires": session.expires.isoformat()})

    async def delete(self, request: Request) -> HTTPResponse:
        """End a session and delete its conversation."""
        await self.forget(request, self._session(request))
        return response.empty()

    async def forget(self, request: Request, session: Session) -> None:
        """End a session and delete its conversation.

        Raises:
            RefusedError: `no_session`, `starting` or `not_deleted`.
        """
        if not is_ready(request):
            raise RefusedError("starting")
        store = request.app.ctx.agent.tracker_store
        try:
            await self._chat.delete(session, lambda sender_id: forget_in(store, sender_id))
        except RefusedError:
            raise
        except Exception as error:
            # Whatever went wrong, the patient must know that the words are still there.
            _report(error)
            raise RefusedError("not_deleted") from error

    async def message(self, request: Request) -> None:
        """Take a message and stream its turn."""
        session = self._session(request)
        if not is_ready(request):
            raise RefusedError("starting")
        body = read_message(request)
        before = await self._chat.send(session, body.id, body.text)
        await stream(request, self._chat.follow(session, before, body.id, HEARTBEAT_SECONDS))

    async def events(self, request: Request) -> None:
        """Stream what a client has missed, and what is still running."""
        session, after = self._session(request), read_after(request)
        await self._chat.store.check_session(session.sender_id)
        await stream(request, self._chat.follow(session, after, None, HEARTBEAT_SECONDS), END)

    async def transcript(self, request: Request) -> HTTPResponse:
        """Give the conversation so far."""
        return response.json((await self._chat.store.load(self._session(request).sender_id)).transcript())

    async def feedback(self, request: Request) -> HTTPResponse:
        """Keep what the patient thinks of a reply."""
        session, body = self._session(request), read_feedback(request)
        if not await self._chat.store.rate(session.sender_id, body.reply_id, body.helpful, body.reason):
            raise RefusedError("unknown_reply")
        return response.empty()

    async def ready(self, request: Request) -> HTTPResponse:
        """Say that messages can be answered: a model is loaded, the database answers, and no end is near."""
        if not is_ready(request):
            raise RefusedError("starting")
        if self._chat.draining:
            raise RefusedError("stopping")
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                await self._chat.store.check()
        except TimeoutError as error:
            raise RefusedError("unavailable") from error
        return response.json({"status": "ready"})

    def _session(self, request: Request) -> Session:
        self.admit(request)
        return self._chat.sessions.find(bearer_token(request))


def _report(error: Exception) -> None:
    if isinstance(error, AcumenError):
        logger.error("%s", error)
    else:
        log_failure("a conversation was not deleted", error)


def is_ready(request: Request) -> bool:
    """Whether a model is loaded and messages can be answered."""
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and bool(agent.is_ready())


async def health(_: Request) -> HTTPResponse:
    """Say that the server is up."""
    return response.json({"status": "ok"})


async def description(_: Request) -> HTTPResponse:
    """Give the OpenAPI description of this contract."""
    return response.raw(
        DESCRIPTION.read_bytes(), content_type="application/json", headers={"Cache-Control": "no-cache"}
    )
