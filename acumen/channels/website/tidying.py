"""Keeping the conversations within bounds, a little at a time."""

from __future__ import annotations

import time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.channels.website.sessions import SESSION_SECONDS
from acumen.storage.website import conversations, ended, servers, turns

MOST_CONVERSATIONS = 10_000
# Far more than patients write in a day; whoever floods the server meets this bound before its disk is full.
MOST_CHARACTERS = 64_000_000
# A long deletion would keep messages waiting.
AT_ONCE = 50


def tidy(connection: Connection) -> bool:
    """Delete some of what is too old or too much; True when there may be more of it.

    A conversation is kept for as long as its session lasts; where there are too
    many, those go that were not used for longest, but none with a turn that runs.
    """
    now = time.time()
    # A session's token is too old by then: nobody has to remember that it was ended.
    connection.execute(sa.delete(ended).where(ended.c.at <= now - SESSION_SECONDS))
    connection.execute(sa.delete(servers).where(servers.c.seen <= now - SESSION_SECONDS))
    count, size = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(conversations.c.size), 0))
    ).one()
    running = sa.exists().where(turns.c.conversation_id == conversations.c.id, turns.c.over.is_(False))
    old = conversations.c.used <= now - SESSION_SECONDS
    oldest = sa.select(conversations).where(~running | old).order_by(conversations.c.used).limit(AT_ONCE)
    gone = []
    for row in connection.execute(oldest):
        few = count <= MOST_CONVERSATIONS and size <= MOST_CHARACTERS
        if few and now - row.used < SESSION_SECONDS:
            break
        count, size = count - 1, size - row.size
        gone.append(row.id)
    if gone:
        connection.execute(sa.delete(conversations).where(conversations.c.id.in_(gone)))
    return len(gone) == AT_ONCE
