"""An agent in place of Rasa's, for tests of channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from acumen.answering.reply import Reply

# It gives replies to be sent and recorded; one that sends by itself gives none.
Turn = Callable[[UserMessage], Awaitable[Sequence[Reply] | None]]


class StubAgent:
    """An agent that takes and records turns as Rasa's does, and leaves the answering to a test."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.ready = True
        self.messages: list[UserMessage] = []
        self.tracker_store = InMemoryTrackerStore(Domain.empty())
        self._locks = InMemoryLockStore()

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.messages.append(message)
        async with self._locks.lock(message.sender_id):
            replies = await self.turn(message) or ()
            for reply in replies:
                await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})
            tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
            tracker.update(UserUttered(message.text, message_id=message.message_id))
            for reply in replies:
                tracker.update(BotUttered("", metadata={"reply": reply.to_dict()}))
            await self.tracker_store.save(tracker)
