"""The plain form: the whole chat as pages, for browsers without JavaScript."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.website.api import is_ready
from acumen.channels.website.bodies import readable_text
from acumen.channels.website.chat import Chat, ServerLeavesError
from acumen.channels.website.conversation import Conversation
from acumen.channels.website.form_fields import FormFields, read_fields
from acumen.channels.website.form_view import view
from acumen.channels.website.refusals import REFUSALS, Handler, RefusedError
from acumen.channels.website.sessions import Session
from acumen.site import serving
from acumen.site.pages import CHAT, Site, icon, render, stylesheet

# A page that takes longer looks broken; the answer is shown when the patient asks for it.
PATIENCE_SECONDS = 20.0
# Higher than the number of any event: the page shows what has come, and only waits for the end.
NEWEST = 10**16
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# A form sent from a page with `no-referrer` says that it comes from nowhere, and is refused as foreign.
HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
STARTERS = (
    "What happens at a session?",
    "Does it hurt?",
    "How many sessions will I need?",
    "How do dry needling and acupuncture differ?",
)


@dataclass(frozen=True)
class Note:
    """What the page has to say about what was asked of it; with a status, why it was not done."""

    text: str = ""
    status: int = 0


NO_NOTE = Note()


class Form:
    """Shows the conversation as a page, and takes what is sent from it."""

    def __init__(
        self,
        chat: Chat,
        admit: Callable[[Request], None],
        forget: Callable[[Request, Session], Awaitable[None]],
    ) -> None:
        """Creates the form.

        Args:
            chat: the conversations, which the widget holds as well.
            admit: lets a request in, or raises `RefusedError`.
            forget: ends a session and deletes its conversation, or raises `RefusedError`.

        Raises:
            AcumenError: for a fault of the clinic's settings or of the safety replies.
        """
        self._chat = chat
        self._admit = admit
        self._forget = forget
        self._site = Site.load(Path.cwd())
        self._stylesheet, self._icon = stylesheet("chat.css"), icon()

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Address, method and handler of the page and its files."""
        return [
            ("/chat", "GET", self.form),
            ("/chat", "POST", self.form_sent),
            ("/chat.css", "GET", self.form_stylesheet),
            ("/chat.svg", "GET", self.form_icon),
        ]

    async def form(self, request: Request) -> HTTPResponse:
        """Begin a conversation; `?ask=` is a question to begin with."""
        try:
            self._admit(request)
        except RefusedError as refused:
            return await self._refused(request, refused, FormFields())
        return self._page(request, self._chat.sessions.issue(), Conversation(), text=request.args.get("ask", ""))

    async def form_sent(self, request: Request) -> HTTPResponse:
        """Do what the patient asks for, and show the conversation."""
        fields = FormFields()
        try:
            self._admit(request)
            fields = read_fields(request)
            session = self._chat.sessions.find(fields.token)
            return await self._do(request, session, fields)
        except RefusedError as refused:
            return await self._refused(request, refused, fields)

    async def form_stylesheet(self, request: Request) -> HTTPResponse:
        """The page's style sheet."""
        return serving.file(request, self._stylesheet)

    async def form_icon(self, request: Request) -> HTTPResponse:
        """The page's icon."""
        return serving.file(request, self._icon)

    async def _do(self, request: Request, session: Session, fields: FormFields) -> HTTPResponse:
        action, _, reply_id = fields.do.partition(":")
        if action == "forget":
            await self._forget(request, session)
            note = Note("Your conversation was deleted.")
            return self._page(request, self._chat.sessions.issue(), Conversation(), note)
        if action in ("helpful", "unhelpful"):
            if not await self._chat.store.rate(session.sender_id, reply_id, action == "helpful", None):
                raise RefusedError("unknown_reply")
        elif action != "wait":
            text = readable_text(fields.message)
            if not is_ready(request):
                raise RefusedError("starting")
            await self._chat.send(session, fields.message_id, text)
        await self._all_answered(session)
        conversation = await self._chat.store.load(session.sender_id)
        return self._page(request, session, conversation, text=fields.text if action or fields.say else "")

    async def _all_answered(self, session: Session) -> None:
        """Wait for the answers that are still to come, but not too long."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                async for _ in self._chat.follow(session, NEWEST, None, PATIENCE_SECONDS):
                    pass
        except (TimeoutError, ServerLeavesError):
            return

    async def _refused(self, request: Request, refused: RefusedError, fields: FormFields) -> HTTPResponse:
        status, sentence = REFUSALS[refused.code]
        try:
            session = self._chat.sessions.find(fields.token)
            conversation = await self._chat.store.load(session.sender_id)
        except RefusedError as other:
            # With a database that does not answer the session may still be good.
            if other.code == "no_session":
                session = self._chat.sessions.issue()
            conversation = Conversation()
        answer = self._page(request, session, conversation, Note(sentence, status), fields.message)
        if refused.retry_after is not None:
            answer.headers["Retry-After"] = str(refused.retry_after)
        return answer

    def _page(
        self, request: Request, session: Session, conversation: Conversation, note: Note = NO_NOTE, text: str = ""
    ) -> HTTPResponse:
        """The page; `text` stands in the field, the note above it."""
        now = serving.edition(request)
        body = render(
            "chat.html",
            now.site if now else self._site,
            icon=f"{CHAT}/chat.svg?v={self._icon.version}",
            stylesheet=f"{CHAT}/chat.css?v={self._stylesheet.version}",
            has_articles=serving.has_articles(request),
            token=session.token,
            message_id=str(uuid.uuid4()),
            turns=view(conversation),
            starters=STARTERS,
            text=text,
            notice="" if note.status else note.text,
            trouble=note.text if note.status else "",
        )
        return response.html(body, status=note.status or 200, headers=HEADERS)
