"""Between our channels and Rasa: messages go in one by one, replies come out as trees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage

from acumen.answering.reply import Button, Reply, Text

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]


class ReplyChannel(OutputChannel):
    """Hands each reply on as it is made."""

    def __init__(
        self, on_reply: Callable[[Reply], None], on_forget: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Creates the channel.

        Args:
            on_reply: takes each reply.
            on_forget: deletes what the channel itself keeps of the conversation.
        """
        self._on_reply = on_reply
        self._on_forget = on_forget

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return "collector"

    async def forget(self) -> None:
        """Deletes what the channel keeps, when the patient has asked for it in the chat."""
        if self._on_forget:
            await self._on_forget()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Hands on the reply tree that the action sent, or makes one of a stock response."""
        self._on_reply(reply_of(message))

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Hands on a plain text (see parent class for full docstring)."""
        self._on_reply(reply_of({"text": text}))


class ReplyCollector(ReplyChannel):
    """Collects the replies of one turn, in order."""

    def __init__(self, on_forget: Callable[[], Awaitable[None]] | None = None) -> None:
        """Creates the channel; `on_forget` is as in its parent class."""
        self.replies: list[Reply] = []
        super().__init__(self.replies.append, on_forget)


def reply_of(message: dict[str, Any]) -> Reply:
    """The reply in a bot message; Rasa's own responses are small talk."""
    if message.get("reply"):
        return Reply.from_dict(message["reply"])
    buttons = tuple(Button(button["title"]) for button in message.get("buttons") or [])
    return Reply("chitchat", (Text(message.get("text") or ""),), buttons=buttons)
