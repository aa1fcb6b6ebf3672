"""An output channel that keeps the replies of a turn."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from acumen.answering.reply import Button, Reply, Text


class ReplyCollector(OutputChannel):
    """Collects the reply trees of one turn, in order."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return "collector"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps the reply tree that the action sent, or makes one of a stock response."""
        self.replies.append(reply_of(message))

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keeps a plain text (see parent class for full docstring)."""
        self.replies.append(reply_of({"text": text}))


def reply_of(message: dict[str, Any]) -> Reply:
    """The reply in a bot message; Rasa's own responses are small talk."""
    if message.get("reply"):
        return Reply.from_dict(message["reply"])
    buttons = tuple(Button(button["title"]) for button in message.get("buttons") or [])
    return Reply("chitchat", (Text(message.get("text") or ""),), buttons=buttons)
