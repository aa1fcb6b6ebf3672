"""The buttons a patient was offered: what a pressed one, or a typed number, means.

All functions are for `Database.run` and `Database.transaction`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.channels.messaging.adapter import Choice
from acumen.channels.messaging.lanes import insert_into
from acumen.storage.messaging import offers

NUMBER = re.compile(r"\s*\(?#?([1-9][0-9]?)[.)]?\s*")


def offer(connection: Connection, conversation: str, choices: Sequence[Choice], *, numbered: bool) -> None:
    """Note the buttons of a reply; numbers of earlier ones mean nothing from now on."""
    mine = offers.c.conversation == conversation
    connection.execute(offers.update().where(mine).values(number=None))
    for number, choice in enumerate(choices, 1):
        values = {"title": choice.title, "number": number if numbered else None, "at": time.time()}
        row = insert_into(offers, connection).values(conversation=conversation, token=choice.token, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["conversation", "token"], set_=values))


def meaning(connection: Connection, conversation: str, text: str, payload: str) -> str:
    """What a patient says: the title of a button that we offered, or else the text as it is."""
    if payload:
        wanted = offers.c.token == payload
    elif number := NUMBER.fullmatch(text):
        wanted = offers.c.number == int(number[1])
    else:
        return text
    query = sa.select(offers.c.title).where(offers.c.conversation == conversation, wanted)
    return connection.execute(query).scalar() or text
