"""The website channel: the chat page, sessions the server signs, and JSON messages."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.answering.reply import Reply, plain_text
from acumen.assistant import failure_reply
from acumen.channels.collector import ReplyCollector
from acumen.logs import log_failure

logger = logging.getLogger(__name__)

SESSION_SECONDS = 24 * 60 * 60
TURN_SECONDS = 30.0
MAX_BODY_BYTES = 64 * 1024

PAGE = Path(__file__).parent / "page"
PAGE_FILES = {
    "index.html": "text/html; charset=utf-8",
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "reply.js": "text/javascript; charset=utf-8",
    "session.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # What is not a file of the page belongs to one patient: nothing may keep a copy.
    "Cache-Control": "no-store",
}

# Why a request is refused: a status, and a sentence the page shows to the patient as it stands.
REFUSALS = {
    "starting": (503, "I am still starting up. Please try again in a moment."),
    "no_session": (401, "This conversation has ended. Please start a new one."),
    "bad_request": (400, "That message arrived damaged. Please send it again."),
    "no_text": (400, "I could not find any words in that message. Please type your question."),
    "too_large": (413, "That message is too long. Please ask in a sentence or two."),
    "not_found": (404, "There is nothing at this address."),
}


class RefusedError(Exception):
    """A request that is answered with one of the `REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class WebsiteChannel(InputChannel):
    """Patients chatting on the clinic's website."""

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return "website"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebsiteChannel:
        """Makes the channel from its credentials (see parent class for full docstring)."""
        return cls((credentials or {}).get("secret"))

    def __init__(self, secret: str | None = None) -> None:
        """Creates the channel.

        Args:
            secret: signs the session tokens; without one, tokens last until the next start.
        """
        self._tokens = URLSafeTimedSerializer(
            str(secret) if secret else secrets.token_hex(32),
            salt="acumen.website.session",
            signer_kwargs={"digest_method": hashlib.sha256},
        )
        # The loop holds its tasks weakly: a turn nobody waits for would be collected.
        self._turns: set[asyncio.Future[Any]] = set()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Defines the channel's routes (see parent class for full docstring)."""
        website = Blueprint("website")
        website.middleware("response")(secure)

        @website.route("/", methods=["GET", "HEAD"])
        async def index(_: Request) -> HTTPResponse:
            return page_file("index.html")

        @website.route("/<name:str>", methods=["GET", "HEAD"])
        async def file(_: Request, name: str) -> HTTPResponse:
            # Sanic matches the channel's address here when it ends with a slash.
            return page_file(name or "index.html")

        @website.get("/health")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @website.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            return response.json({"status": "ready"}) if _is_ready(request) else refusal("starting")

        @website.post("/session")
        async def session(_: Request) -> HTTPResponse:
            return response.json({"token": self._tokens.dumps(secrets.token_hex(16))})

        @website.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            try:
                replies = await self._receive(request, on_new_message)
            except RefusedError as refused:
                return refusal(refused.code)
            return response.json(
                {
                    "replies": [reply.to_dict() for reply in replies],
                    "text": "\n\n".join(plain_text(reply) for reply in replies),
                }
            )

        return website

    async def _receive(self, request: Request, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> list[Reply]:
        if not _is_ready(request):
            raise RefusedError("starting")
        sender = self._sender(request.headers.get("Authorization", ""))
        text = _message_text(request.body)
        channel = ReplyCollector()
        await self._turn(on_new_message(UserMessage(text, channel, sender, input_channel=self.name())))
        replies = [reply for reply in channel.replies if plain_text(reply).strip()]
        return replies or [failure_reply(Path.cwd())]

    async def _turn(self, turn: Awaitable[Any]) -> None:
        """Wait for a turn, within limits; what it said by then is the answer.

        Neither the limit nor a patient who closes the page stops the turn itself:
        one that breaks off half way would leave the conversation in pieces.
        """
        task = asyncio.ensure_future(turn)
        self._turns.add(task)
        task.add_done_callback(self._ended)
        _, late = await asyncio.wait({task}, timeout=TURN_SECONDS)
        if late:
            logger.error("a turn took longer than %s seconds", TURN_SECONDS)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._turns.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log_failure("a turn failed", error)

    def _sender(self, authorization: str) -> str:
        scheme, _, token = authorization.partition(" ")
        try:
            session = self._tokens.loads(token.strip(), max_age=SESSION_SECONDS)
        except BadSignature as error:
            raise RefusedError("no_session") from error
        if scheme.lower() != "bearer":
            raise RefusedError("no_session")
        return f"{self.name()}-{session}"


def secure(_: Request, answer: HTTPResponse) -> None:
    """Add the headers that keep the page to itself, and patients' words out of caches."""
    for header, value in SECURITY_HEADERS.items():
        answer.headers.setdefault(header, value)


def page_file(name: str) -> HTTPResponse:
    """A file of the chat page; only the listed ones are served."""
    if name not in PAGE_FILES:
        return refusal("not_found")
    return response.raw(
        (PAGE / name).read_bytes(), content_type=PAGE_FILES[name], headers={"Cache-Control": "no-cache"}
    )


def refusal(code: str) -> HTTPResponse:
    """The answer to a request that is refused."""
    status, message = REFUSALS[code]
    return response.json({"error": {"code": code, "message": message}}, status=status)


def _is_ready(request: Request) -> bool:
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and bool(agent.is_ready())


def _message_text(body: bytes) -> str:
    if len(body) > MAX_BODY_BYTES:
        raise RefusedError("too_large")
    try:
        values = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError("bad_request") from error
    text = values.get("text") if isinstance(values, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise RefusedError("no_text")
    # Half a surrogate pair is valid JSON, but no text: it cannot be stored or sent on.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
