"""The conversations of the website in the database: every process sees the same, and a restart loses none."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from acumen.channels.website import servers
from acumen.channels.website.conversation import Conversation, Event, News, Note
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.rows import (
    RETRY_SECONDS,
    add_to_turn,
    all_of,
    check_open,
    ending_of,
    forget_others,
    hold,
    insert_turn,
    is_deleted,
    make_room,
    open_turns,
    read_conversation,
    read_events,
    state_of,
)
from acumen.channels.website.tidying import tidy
from acumen.errors import problem
from acumen.storage.database import Database
from acumen.storage.tables import CONVERSATIONS, feedback
from acumen.storage.upsert import upsert
from acumen.storage.website import WEBSITE, conversations, ended, events

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class ConversationStore:
    """Keeps the conversations; each method is one transaction, and has reached the disk when it returns."""

    def __init__(self, database: Database) -> None:
        """Make the tables where they are missing.

        Raises:
            AcumenError: ACU303 when the database cannot be reached.
        """
        self._database = database
        self.server = uuid.uuid4().hex
        self._beaten = 0.0
        database.create(WEBSITE)
        database.create(CONVERSATIONS)

    async def accept(self, conversation_id: str, turn_id: str, text: str, admit: Callable[[], None]) -> list[Event]:
        """Note a new message, and give the first events of its turn; none when it was noted before.

        Args:
            conversation_id: Rasa's sender id.
            turn_id: as the client named the message.
            text: what the patient says.
            admit: called in the database's thread for a new message; may refuse it.

        Raises:
            RefusedError: `no_session` when the conversation was ended, `too_many` when too many messages wait,
                `unavailable` when the database does not answer, and what `admit` raises.
        """
        begins = self._beaten + servers.BEAT_SECONDS < time.monotonic()

        def work(connection: Connection) -> list[Event]:
            hold(connection, conversation_id)
            state = state_of(connection, conversation_id, turn_id)
            if state.ended:
                raise RefusedError("no_session")
            if state.known:
                return []
            admit()
            if begins:
                servers.beat(connection, self.server)
            make_room(connection, conversation_id, state)
            turn = {"id": turn_id, "text": text, "server": self.server}
            return insert_turn(connection, conversation_id, turn, state.last_event + 1)

        accepted = await self._run(work)
        if accepted and begins:
            self._beaten = time.monotonic()
        return accepted

    async def add(self, conversation_id: str, turn_id: str, notes: Sequence[Note], *, over: bool) -> list[Event]:
        """Add to a turn, and end it where it is `over`; a turn that has ended already stays as it is.

        Returns:
            The events that were added.

        Raises:
            RefusedError: `unavailable`.
        """
        return await self._run(lambda connection: add_to_turn(connection, conversation_id, turn_id, notes, over=over))

    async def read(self, conversation_id: str, after: int, turn_id: str | None) -> News:
        """What came after a number, in one turn or in all; what a process that died has left is ended.

        Raises:
            RefusedError: `unavailable`.
        """

        def work(connection: Connection) -> News:
            running, found = self._running(connection, conversation_id, turn_id)
            over = not (running if turn_id is None else turn_id in running)
            return News(read_events(connection, conversation_id, after, turn_id), over, found or turn_id is None)

        return await self._run(work)

    async def running(self, conversation_id: str) -> set[str]:
        """The turns that are not over.

        Raises:
            RefusedError: `unavailable`.
        """
        return await self._run(lambda connection: self._running(connection, conversation_id)[0])

    async def check_session(self, conversation_id: str) -> None:
        """Let those in whose conversation is not deleted.

        Raises:
            RefusedError: `no_session` or `unavailable`.
        """

        def work(connection: Connection) -> None:
            if is_deleted(connection, conversation_id):
                raise RefusedError("no_session")

        await self._run(work)

    async def load(self, conversation_id: str) -> Conversation:
        """The whole conversation; an empty one where nothing was said.

        Raises:
            RefusedError: `no_session` when it was deleted, or `unavailable`.
        """

        def work(connection: Connection) -> Conversation:
            if is_deleted(connection, conversation_id):
                raise RefusedError("no_session")
            self._running(connection, conversation_id)
            return read_conversation(connection, conversation_id)

        return await self._run(work)

    async def rate(self, conversation_id: str, reply_id: str, helpful: bool, reason: str | None) -> bool:
        """Keep what a patient thinks of a reply, in place of what was said before; False if there is no such reply.

        Raises:
            RefusedError: `no_session` or `unavailable`.
        """

        def work(connection: Connection) -> bool:
            mine = events.c.conversation_id == conversation_id
            check_open(connection, conversation_id)
            if not connection.execute(sa.select(events.c.number).where(mine, events.c.reply_id == reply_id)).first():
                return False
            values = {"helpful": helpful, "data": json.dumps({"helpful": helpful, "reason": reason}), "at": time.time()}
            upsert(connection, feedback, {"conversation_id": conversation_id, "reply_id": reply_id, **values}, *values)
            return True

        return await self._run(work)

    async def begin_deletion(self, conversation_id: str) -> None:
        """Refuse the conversation's token for all but another deletion.

        Raises:
            RefusedError: `no_session` when it is deleted already, or `unavailable`.
        """

        def work(connection: Connection) -> None:
            hold(connection, conversation_id)
            if is_deleted(connection, conversation_id):
                raise RefusedError("no_session")
            row = {"conversation_id": conversation_id, "at": time.time(), "deleted": False}
            upsert(connection, ended, row, "deleted")

        await self._run(work)

    async def give_up_deletion(self, conversation_id: str) -> None:
        """Take the conversation's token again, as it could not be deleted.

        Raises:
            RefusedError: `unavailable`.
        """
        await self._run(lambda connection: connection.execute(all_of(ended, conversation_id)))

    async def finish_deletion(self, conversation_id: str) -> None:
        """Delete the conversation, and what was thought of it.

        Raises:
            RefusedError: `unavailable`.
        """

        def work(connection: Connection) -> None:
            connection.execute(all_of(feedback, conversation_id))
            connection.execute(sa.delete(conversations).where(conversations.c.id == conversation_id))
            connection.execute(
                sa.update(ended).where(ended.c.conversation_id == conversation_id).values(deleted=True, at=time.time())
            )

        await self._run(work)

    async def forget_others(self, conversation_id: str, turn_id: str) -> None:
        """Delete what was said before a turn, and its message: the patient has asked for it in the chat.

        Raises:
            RefusedError: `unavailable`.
        """

        def work(connection: Connection) -> None:
            hold(connection, conversation_id)
            forget_others(connection, conversation_id, turn_id)

        await self._run(work)
        await asyncio.to_thread(self.erase)

    async def beat(self) -> None:
        """Say that this process is alive, as long as turns run in it.

        Raises:
            RefusedError: `unavailable`.
        """
        await self._run(lambda connection: servers.beat(connection, self.server))
        self._beaten = time.monotonic()

    async def tidy(self) -> bool:
        """Delete a few conversations that are too old or too many; True when there may be more.

        Raises:
            RefusedError: `unavailable`.
        """
        return await self._run(tidy)

    async def check(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            RefusedError: `unavailable`.
        """
        await self._run(lambda connection: connection.execute(sa.select(1)))

    def erase(self) -> None:
        """Leave no trace of what was deleted in the database's files."""
        self._database.erase()

    async def _run(self, work: Callable[[Connection], Result]) -> Result:
        try:
            return await self._database.run(work)
        except SQLAlchemyError as error:
            _report(error)
            raise RefusedError("unavailable", retry_after=RETRY_SECONDS) from error

    def _running(
        self, connection: Connection, conversation_id: str, turn_id: str | None = None
    ) -> tuple[set[str], bool]:
        """The turns that are not over, once those are ended whose process has died; and whether a turn is there."""
        rows = open_turns(connection, conversation_id, turn_id)
        running = {row.id: row.server for row in rows if not row.over}
        dead = servers.dead(connection, set(running.values()) - {self.server})
        for left in [each for each, server in running.items() if server in dead]:
            logger.error("%s", problem("ACU153"))
            end = ending_of(connection, conversation_id, left)
            add_to_turn(connection, conversation_id, left, [end], over=True)
            del running[left]
        return set(running), any(row.id == turn_id for row in rows)


def _report(error: SQLAlchemyError) -> None:
    # Only its kind: a driver may quote the values of a row.
    detail = type(getattr(error, "orig", None) or error).__name__
    logger.error("%s", problem("ACU152", detail=detail))
