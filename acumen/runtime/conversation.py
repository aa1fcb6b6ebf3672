"""Talking to an agent in-process, a message at a time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from acumen.answering.reply import Reply
from acumen.channels.collector import ReplyCollector


@dataclass
class Conversation:
    """One conversation with an agent, under an id of its own."""

    agent: Agent
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def say(self, text: str) -> list[Reply]:
        """Send a message and return the replies to it."""
        channel = ReplyCollector()
        await self.agent.handle_message(UserMessage(text, channel, self.id, input_channel="acumen"))
        return channel.replies
