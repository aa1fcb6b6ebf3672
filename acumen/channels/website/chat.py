"""Taking turns: each message once, one after another, and never without an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from rasa.core.channels.channel import UserMessage

from acumen.channels.collector import OnNewMessage, ReplyChannel
from acumen.channels.website.conversation import Event, Note
from acumen.channels.website.limiter import RateLimiter
from acumen.channels.website.live import Live
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.servers import BEAT_SECONDS
from acumen.channels.website.sessions import Session, Sessions
from acumen.channels.website.store import ConversationStore
from acumen.channels.website.trouble import trouble
from acumen.channels.website.turn_log import TurnLog
from acumen.errors import problem
from acumen.logs import log_failure

logger = logging.getLogger(__name__)

TURN_SECONDS = 30.0
# Beside a wake-up within the process: other processes answer turns too, and so do those that are ended.
POLL_SECONDS = 0.5
TIDY_SECONDS = 30.0
# Less than the 30 seconds after which Kubernetes, and less than the 90 after which systemd, loses patience.
DRAIN_SECONDS = 25.0

Result = TypeVar("Result")


class ServerLeavesError(Exception):
    """This process ends; what is still to come can be had from another."""


class Chat:
    """The conversations of the website, whichever page they are held on."""

    def __init__(
        self, sessions: Sessions, messages_a_minute: int, on_new_message: OnNewMessage, store: ConversationStore
    ) -> None:
        self.sessions = sessions
        self.store = store
        self.draining = False
        self._limiter = RateLimiter(messages_a_minute)
        self._on_new_message = on_new_message
        self._live: WeakValueDictionary[str, Live] = WeakValueDictionary()
        self._turns: set[asyncio.Future[Any]] = set()
        # The loop holds its tasks weakly: a turn nobody waits for would be collected.
        self._tasks: set[asyncio.Future[Any]] = set()
        self._beating: asyncio.Future[None] | None = None
        self._left = False
        self._tidied = -TIDY_SECONDS

    async def send(self, session: Session, turn_id: str, text: str) -> int:
        """Begin a turn; a message that was sent before keeps the turn it has.

        Returns:
            A number after which all events of the turn come.

        Raises:
            RefusedError: `too_many` when the patient sends too fast, `stopping` while this process ends, and what
                `ConversationStore.accept` raises.
        """
        # A task of its own: what is accepted is answered, even if the patient has gone away meanwhile.
        return await asyncio.shield(self._start(self._send(session, turn_id, text)))

    async def _send(self, session: Session, turn_id: str, text: str) -> int:
        def admit() -> None:
            if self.draining:
                raise RefusedError("stopping", retry_after=1)
            self._limiter.use(session.id)

        live = self._live_of(session)
        begun = await self.store.accept(session.sender_id, turn_id, text, admit)
        if not begun:
            return 0
        live.tell(turn_id, begun)
        if not self._beating or self._beating.done():
            self._beating = self._start(self._beat())
        self._turns.add(turn := self._start(self._take(live, session, turn_id, text)))
        turn.add_done_callback(self._turns.discard)
        self._start(self._tidy())
        return begun[0].id - 1

    async def _take(self, live: Live, session: Session, turn_id: str, text: str) -> None:
        async def add(notes: Sequence[Note], over: bool) -> None:
            live.tell(turn_id, await self.store.add(session.sender_id, turn_id, notes, over=over))

        log, error = TurnLog(add), "failed"
        async with live.one_at_a_time:
            try:
                if not live.deleted:
                    channel = ReplyChannel(log.reply, lambda: self.store.forget_others(session.sender_id, turn_id))
                    message = UserMessage(text, channel, session.sender_id, input_channel="website", message_id=turn_id)
                    error = await self._answered(live, message)
            finally:
                await log.end(error)

    async def _answered(self, live: Live, message: UserMessage) -> str:
        """Wait for a turn, within limits, and say what went wrong if it gave no answer.

        Neither the limit nor a patient who closes the page stops the turn itself:
        one that breaks off half way would leave the conversation in pieces.
        """
        task = self._start(self._on_new_message(message))
        live.tasks.add(task)
        task.add_done_callback(live.tasks.discard)
        task.add_done_callback(_log_failure)
        _, late = await asyncio.wait({task}, timeout=TURN_SECONDS)
        if late:
            logger.error("a turn took longer than %s seconds", TURN_SECONDS)
        return "timeout" if late else "failed"

    async def follow(
        self, session: Session, after: int, turn_id: str | None, heartbeat: float
    ) -> AsyncIterator[Event | None]:
        """Yield the events after a number, in order, until there is nothing more to come.

        Args:
            session: whose conversation.
            after: the last number the reader knows.
            turn_id: the turn to follow; without it, all of them, until none is running.
            heartbeat: after so many seconds in silence, None is yielded.

        Raises:
            ServerLeavesError: when this process ends before the turn does.
            RefusedError: `unavailable`.
        """
        live, quiet = self._live_of(session), 0.0
        while True:
            # Taken before the events are read, so that none that comes meanwhile is missed.
            changed = live.changed
            news = live.news(after, turn_id) or await self.store.read(session.sender_id, after, turn_id)
            for event in news.events:
                yield event
                after, quiet = event.id, 0.0
            if not news.found:
                yield Event.of(Note("error", trouble("failed")), after + 1, turn_id or "")
            if news.over:
                return
            if self._left or (self.draining and not live.one_at_a_time.locked()):
                raise ServerLeavesError
            wait = min(POLL_SECONDS, heartbeat)
            if not await _within(wait, changed):
                quiet += wait
                if quiet >= heartbeat:
                    yield None
                    quiet = 0.0

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
        deletion = self._start(self._delete(session, forget))
        async with asyncio.timeout(TURN_SECONDS):
            await asyncio.shield(deletion)

    async def _delete(self, session: Session, forget: Callable[[str], Awaitable[None]]) -> None:
        live = self._live_of(session)
        await self.store.begin_deletion(session.sender_id)
        live.deleted = True
        try:
            # A turn writes its record at its end, and would bring back what was deleted before.
            if live.tasks:
                await asyncio.wait(live.tasks)
            while await self.store.running(session.sender_id):
                await _within(POLL_SECONDS, live.changed)
            await forget(session.sender_id)
            await self.store.finish_deletion(session.sender_id)
        except BaseException:
            live.deleted = False
            await self.store.give_up_deletion(session.sender_id)
            raise
        live.wake()
        await asyncio.to_thread(self.store.erase)

    async def drain(self) -> None:
        """Take no more messages, end the running turns, and send those away who still wait; within bounds."""
        self.draining = True
        self._wake_all()
        late: set[asyncio.Future[Any]] = set()
        if self._turns:
            _, late = await asyncio.wait(self._turns, timeout=DRAIN_SECONDS)
        if late:
            logger.error("%s", problem("ACU154", count=len(late), seconds=int(DRAIN_SECONDS)))
        self._left = True
        self._wake_all()

    def _wake_all(self) -> None:
        for live in list(self._live.values()):
            live.wake()

    def _live_of(self, session: Session) -> Live:
        return self._live.setdefault(session.sender_id, Live())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if not self._turns:
                return
            try:
                await self.store.beat()
            except RefusedError:
                # The store has reported it; the next one may succeed.
                continue

    async def _tidy(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._tidied < TIDY_SECONDS:
            return
        self._tidied = now
        try:
            more = True
            while more:
                more = await self.store.tidy()
        except RefusedError:
            # The store has reported it.
            return

    def _start(self, work: Coroutine[Any, Any, Result] | Awaitable[Result]) -> asyncio.Future[Result]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _within(seconds: float, happened: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(happened.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _log_failure(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log_failure("a turn failed", error)
