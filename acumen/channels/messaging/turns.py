"""One turn: what the patient says goes to Rasa once, and what comes of it goes to the outbox."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered, UserUttered
from sqlalchemy.engine import Connection

from acumen.answering.reply import Reply, Text
from acumen.assistant import failure_reply
from acumen.channels.collector import OnNewMessage, ReplyCollector, reply_of
from acumen.channels.messaging import inbox, offers, outbox
from acumen.channels.messaging.adapter import Adapter
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import Lane
from acumen.channels.messaging.render import Rendered, Renderer
from acumen.errors import problem
from acumen.logs import log_failure, log_problem
from acumen.storage.database import Database

TURN_SECONDS = 30.0
# A message that ends the process each time must not keep it from ever answering anybody.
MOST_ATTEMPTS = 5
NO_WORDS = "I can only read text. Please type your question."


class Turns:
    """Takes the turns of one channel."""

    def __init__(self, adapter: Adapter, keys: Keys, renderer: Renderer, database: Database) -> None:
        self._adapter = adapter
        self._keys = keys
        self._renderer = renderer
        self._database = database
        # The loop holds its tasks weakly: a turn that took too long goes on by itself.
        self._tasks: set[asyncio.Future[Any]] = set()

    async def take(self, lane: Lane, on_new_message: OnNewMessage, store: TrackerStore) -> bool:
        """Take the next turn of a conversation; says whether there are replies to send.

        Raises:
            LeaseLostError: when another process took the conversation over, which then answers.
        """
        message = await self._database.run(lambda connection: inbox.begin(connection, lane))
        if message is None:
            return False
        try:
            values = self._keys.open(message.sealed)
        except ValueError as error:
            log_failure("a message was encrypted with another secret", error)
            await self._database.run(lambda connection: inbox.finish(connection, lane, message))
            return False
        replies = await self._replies(message, values, on_new_message, store)
        rendered = self._renderer.render(replies, lambda title: self._keys.token(message.conversation, title))
        calls = self._adapter.calls(rendered.pieces, values["address"], message.event)
        # Together, or not at all: replies are never lost, and never sent by two.
        await self._database.run(lambda connection: self._finish(connection, lane, message, rendered, calls))
        return bool(calls)

    def _finish(
        self, connection: Connection, lane: Lane, message: inbox.Message, rendered: Rendered, calls: list[Any]
    ) -> None:
        inbox.finish(connection, lane, message)
        offers.offer(connection, message.conversation, rendered.choices, numbered=rendered.numbered)
        outbox.add(connection, self._adapter.name, self._keys, message.conversation, calls)

    async def _replies(
        self, message: inbox.Message, values: dict[str, Any], on_new_message: OnNewMessage, store: TrackerStore
    ) -> list[Reply]:
        if message.attempts > MOST_ATTEMPTS:
            log_problem(problem("ACU406", channel=self._adapter.name, attempts=MOST_ATTEMPTS))
            return [failure_reply(Path.cwd())]
        # Begun before: Rasa may have taken the turn and saved it, and only what followed was lost.
        if message.attempts > 1 and (replies := await _replies_in_record(store, message)):
            return replies
        text = await self._database.run(
            lambda connection: offers.meaning(connection, message.conversation, values["text"], values["payload"])
        )
        if not text.strip():
            return [Reply("clarify", (Text(NO_WORDS),))]
        return await self._answers(message, text, on_new_message)

    async def _answers(self, message: inbox.Message, text: str, on_new_message: OnNewMessage) -> list[Reply]:
        """Let Rasa answer, within limits; a turn that takes longer is not broken off, but nobody waits for it."""
        channel = ReplyCollector(lambda: self._forget(message.conversation))
        turn = UserMessage(
            text, channel, message.conversation, input_channel=self._adapter.name, message_id=message.event
        )
        task = asyncio.ensure_future(on_new_message(turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait_for(asyncio.shield(task), TURN_SECONDS)
        except Exception as error:
            # Whatever it was, the patient must hear something, and whom to ask.
            log_failure("a turn failed", error)
        return list(channel.replies) or [failure_reply(Path.cwd())]

    async def _forget(self, conversation: str) -> None:
        """Delete what is kept of earlier turns: the patient has asked for it in this one."""
        await self._database.run(lambda connection: inbox.forget_earlier(connection, conversation))
        await asyncio.to_thread(self._database.erase)


async def _replies_in_record(store: TrackerStore, message: inbox.Message) -> list[Reply]:
    """What Rasa's record says was answered to this message, if its turn was taken before."""
    tracker = await store.retrieve(message.conversation)
    replies: list[Reply] = []
    is_ours = False
    for event in tracker.events if tracker else ():
        if isinstance(event, UserUttered):
            is_ours = event.message_id == message.event
        elif is_ours and isinstance(event, BotUttered):
            replies.append(reply_of(event.message()))
    return replies
