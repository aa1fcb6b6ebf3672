"""What is kept of conversations, for all who keep, read or delete it."""

from __future__ import annotations

import sqlalchemy as sa

from acumen.storage.kept import Kept

# JSON as text: the same in both databases, and never looked into there.
CONVERSATIONS = sa.MetaData()

conversations = sa.Table(
    "conversations",
    CONVERSATIONS,
    # Rasa's sender id.
    sa.Column("id", sa.String(255), primary_key=True),
    sa.Column("channel", sa.String(64), nullable=False),
    # Grows with each write; who writes against an older one has to read again.
    sa.Column("version", sa.Integer, nullable=False),
    # Seconds since 1970, as Rasa's events have it.
    sa.Column("started", sa.Float, nullable=False),
    sa.Column("last_active", sa.Float, nullable=False, index=True),
    # What a turn is given: the events from this position on, after those of `window_state`, which are JSON
    # and stand for what the events before have left behind.
    sa.Column("window_start", sa.Integer, nullable=False, server_default="0"),
    sa.Column("window_state", sa.Text, nullable=False, server_default="[]"),
)

events = sa.Table(
    "events",
    CONVERSATIONS,
    sa.Column(
        "conversation_id", sa.String(255), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    # Counted from 0 within a conversation.
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    # Rasa's name of the event's type, such as `user` or `bot`.
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("data", sa.Text, nullable=False),
)

feedback = sa.Table(
    "feedback",
    CONVERSATIONS,
    # No foreign key: where Rasa keeps its conversations elsewhere, there is no such row.
    sa.Column("conversation_id", sa.String(255), primary_key=True),
    # As the channel names the reply.
    sa.Column("reply_id", sa.String(64), primary_key=True),
    sa.Column("helpful", sa.Boolean, nullable=False),
    # JSON: what the patient said of it, as the channel took it.
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)

KEPT = (
    Kept(conversations.c.id, conversations.c.last_active),
    Kept(feedback.c.conversation_id, feedback.c.at),
)
