"""What the website channel keeps: its conversations as patients see them, apart from Rasa's record."""

from __future__ import annotations

import sqlalchemy as sa

from acumen.storage.kept import Kept

WEBSITE = sa.MetaData()


def _of_conversation() -> sa.Column:
    return sa.Column(
        "conversation_id",
        sa.String(255),
        sa.ForeignKey("website_conversations.id", ondelete="CASCADE"),
        primary_key=True,
    )


conversations = sa.Table(
    "website_conversations",
    WEBSITE,
    # Rasa's sender id.
    sa.Column("id", sa.String(255), primary_key=True),
    # The number of the newest event; who adds one holds this row, so numbers are seen in their order.
    sa.Column("last_event", sa.BigInteger, nullable=False),
    # About how many characters it takes.
    sa.Column("size", sa.BigInteger, nullable=False),
    # Seconds since 1970.
    sa.Column("used", sa.Float, nullable=False, index=True),
)

turns = sa.Table(
    "website_turns",
    WEBSITE,
    _of_conversation(),
    # As the client named its message.
    sa.Column("id", sa.String(64), primary_key=True),
    # The number of its first event.
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("over", sa.Boolean, nullable=False),
    # The process that answers it.
    sa.Column("server", sa.String(32), nullable=False),
)

events = sa.Table(
    "website_events",
    WEBSITE,
    _of_conversation(),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("turn_id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("reply_id", sa.String(64)),
    # JSON, as clients get it.
    sa.Column("data", sa.Text, nullable=False),
)

# Sessions that a patient has ended: their tokens are refused although their signature is good.
ended = sa.Table(
    "website_ended",
    WEBSITE,
    sa.Column("conversation_id", sa.String(255), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    # False while there is still something to delete.
    sa.Column("deleted", sa.Boolean, nullable=False),
)

# Processes with running turns, and when each was alive last, by the database's clock.
servers = sa.Table(
    "website_servers",
    WEBSITE,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seen", sa.Float, nullable=False),
)

KEPT = (Kept(conversations.c.id, conversations.c.used),)
