"""Taking turns: each message once, one after another, and never without an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage

from acumen.answering.reply import plain_text
from acumen.assistant import failure_reply
from acumen.channels.collector import ReplyChannel
from acumen.channels.website.conversation import Conversation, Turn
from acumen.channels.website.limiter import RateLimiter
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.sessions import Session, Sessions
from acumen.channels.website.store import Conversations
from acumen.logs import log_failure

logger = logging.getLogger(__name__)

TURN_SECONDS = 30.0
MOST_WAITING = 10

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class Chat:
    """The conversations of the website, whichever page they are held on."""

    def __init__(self, sessions: Sessions, messages_a_minute: int, on_new_message: OnNewMessage) -> None:
        self.sessions = sessions
        self.conversations = Conversations()
        self._limiter = RateLimiter(messages_a_minute)
        self._on_new_message = on_new_message
        # The loop holds its tasks weakly: a turn nobody waits for would be collected.
        self._tasks: set[asyncio.Future[Any]] = set()

    def send(self, session: Session, turn_id: str, text: str) -> tuple[Conversation, Turn]:
        """Begin a turn; a message that was sent before keeps the turn it has.

        Raises:
            RefusedError: `too_many` when the patient sends too fast.
        """
        conversation = self.conversations.open(session)
        if turn := conversation.turns.get(turn_id):
            return conversation, turn
        self._limiter.use(session.id)
        if conversation.waiting >= MOST_WAITING:
            raise RefusedError("too_many", retry_after=int(TURN_SECONDS))
        turn = conversation.begin(turn_id, text)
        self._keep(asyncio.create_task(self._take(conversation, turn, session.sender_id)))
        return conversation, turn

    async def _take(self, conversation: Conversation, turn: Turn, sender_id: str) -> None:
        error = "failed"
        try:
            async with conversation.one_at_a_time:
                if not conversation.deleted:
                    error = await self._answered(conversation, turn, sender_id)
        finally:
            # What was said stands: beside an alarm, nothing else may.
            conversation.end(turn, None if turn.replies else _trouble(error))

    async def _answered(self, conversation: Conversation, turn: Turn, sender_id: str) -> str:
        """Wait for a turn, within limits, and say what went wrong if it gave no answer.

        Neither the limit nor a patient who closes the page stops the turn itself:
        one that breaks off half way would leave the conversation in pieces.
        """
        channel = ReplyChannel(partial(conversation.reply, turn), partial(conversation.forget_before, turn))
        message = UserMessage(turn.text, channel, sender_id, input_channel="website", message_id=turn.id)
        task = asyncio.ensure_future(self._on_new_message(message))
        self._keep(task)
        conversation.tasks.add(task)
        task.add_done_callback(conversation.tasks.discard)
        task.add_done_callback(_log_failure)
        _, late = await asyncio.wait({task}, timeout=TURN_SECONDS)
        if late:
            logger.error("a turn took longer than %s seconds", TURN_SECONDS)
        return "timeout" if late else "failed"

    async def delete(self, session: Session, forget: Callable[[str], Awaitable[None]]) -> None:
        """End a session and delete what was said in it.

        Args:
            session: the session; once all is deleted, its token is refused.
            forget: deletes Rasa's record of the conversation, by its sender id.

        Raises:
            TimeoutError: when it takes too long; it goes on all the same.
            Exception: whatever `forget` raises; the patient may then try again.
        """
        # A task of its own: neither a patient who closes the page nor a turn that hangs keeps it from being done.
        deletion = asyncio.create_task(self._delete(session, forget))
        self._keep(deletion)
        async with asyncio.timeout(TURN_SECONDS):
            await asyncio.shield(deletion)

    async def _delete(self, session: Session, forget: Callable[[str], Awaitable[None]]) -> None:
        conversation = self.conversations.find(session)
        conversation.deleted = True
        try:
            # A turn writes its record at its end, and would bring back what was deleted before.
            if conversation.tasks:
                await asyncio.wait(conversation.tasks)
            await forget(session.sender_id)
        except BaseException:
            conversation.deleted = False
            raise
        self.sessions.end(session)
        self.conversations.remove(session)

    def _keep(self, task: asyncio.Future[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _log_failure(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log_failure("a turn failed", error)


def _trouble(code: str) -> dict[str, str]:
    return {"code": code, "message": plain_text(failure_reply(Path.cwd()))}
