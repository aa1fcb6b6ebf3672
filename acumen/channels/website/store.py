"""The conversations that are kept in memory, within bounds."""

from __future__ import annotations

import time
from collections import OrderedDict

from acumen.channels.website.conversation import Conversation
from acumen.channels.website.sessions import SESSION_SECONDS, Session

MOST_CONVERSATIONS = 10_000
# Far more than patients write in a day; whoever floods the server meets this bound before its memory ends.
MOST_CHARACTERS = 64_000_000


class Conversations:
    """Keeps the conversations used last, and none much longer than its session lasts."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Conversation]] = OrderedDict()

    def find(self, session: Session) -> Conversation:
        """The conversation of a session; an empty one, which is not kept, where nothing has been said."""
        _, conversation = self._kept.get(session.id, (0.0, None))
        return conversation or Conversation()

    def open(self, session: Session) -> Conversation:
        """The conversation of a session, kept from now on."""
        conversation = self.find(session)
        self._kept[session.id] = time.monotonic(), conversation
        self._kept.move_to_end(session.id)
        self._tidy()
        return conversation

    def remove(self, session: Session) -> None:
        """Forget a conversation."""
        self._kept.pop(session.id, None)

    def _tidy(self) -> None:
        *others, (_, (now, _)) = self._kept.items()
        size = sum(conversation.size for _, conversation in self._kept.values())
        for session_id, (used, conversation) in others:
            few = len(self._kept) <= MOST_CONVERSATIONS and size <= MOST_CHARACTERS
            if few and now - used < SESSION_SECONDS:
                return
            if not conversation.waiting:
                size -= conversation.size
                del self._kept[session_id]
