"""What messengers keep: what came in, what has to go out, and who works at it."""

from __future__ import annotations

import sqlalchemy as sa

from acumen.storage.kept import Kept

MESSAGING = sa.MetaData()

# Times are in seconds since 1970. Conversations are named by Rasa's sender id, which is a keyed hash.

inbox = sa.Table(
    "messaging_inbox",
    MESSAGING,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(64), nullable=False),
    # The vendor's id, as a keyed hash.
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("conversation", sa.String(255), nullable=False, index=True),
    # The vendor's time, by which the messages of a conversation are ordered.
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("received", sa.Float, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    # Text and address, encrypted; empty once the turn is done.
    sa.Column("sealed", sa.Text, nullable=False),
    sa.UniqueConstraint("channel", "event"),
)

outbox = sa.Table(
    "messaging_outbox",
    MESSAGING,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("conversation", sa.String(255), nullable=False, index=True),
    # What the vendor knows the call by.
    sa.Column("key", sa.String(96), nullable=False, unique=True),
    # `waiting`, `sending` or `dead`; what was sent is deleted.
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # When it may be tried next.
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("made", sa.Float, nullable=False),
    sa.Column("reason", sa.String(255), nullable=False),
    # The call with its address, encrypted.
    sa.Column("sealed", sa.Text, nullable=False),
)

# One row a conversation and kind of work: whoever holds it works alone there.
lanes = sa.Table(
    "messaging_lanes",
    MESSAGING,
    sa.Column("conversation", sa.String(255), primary_key=True),
    # `turn` or `send`.
    sa.Column("work", sa.String(16), primary_key=True),
    sa.Column("channel", sa.String(64), nullable=False),
    # When there is something to do; null for nothing.
    sa.Column("due", sa.Float, index=True),
    sa.Column("holder", sa.String(64), nullable=False),
    # When the holder counts as dead.
    sa.Column("until", sa.Float, nullable=False),
)

offers = sa.Table(
    "messaging_offers",
    MESSAGING,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    # What to type for it; null where it was a button, or is not the last offer any more.
    sa.Column("number", sa.Integer),
    sa.Column("at", sa.Float, nullable=False),
)

KEPT = (
    # What is done holds no words, and stays: by it a message that is delivered again is known.
    Kept(inbox.c.conversation, inbox.c.received, inbox.c.done.is_(False)),
    Kept(outbox.c.conversation, outbox.c.made),
    Kept(offers.c.conversation, offers.c.at),
)
