"""What came in: kept before it is acknowledged, and each event once.

All functions are for `Database.run` and `Database.transaction`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.channels.messaging.adapter import Event
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import Lane, call_for, insert_into
from acumen.storage.messaging import inbox, lanes, offers, outbox

# Vendors deliver in any order: what comes within this time is put in order.
SETTLE_SECONDS = 0.25
# More than anybody types; Acumen reads no more than this of a message.
LONGEST_TEXT = 12_000
# Many vendors' times are whole seconds: messages of one request stay in its order by this much.
RANK_SECONDS = 1e-6


@dataclass(frozen=True)
class Message:
    """A message that waits for its turn; `attempts` counts the turns that were begun for it, this one included."""

    id: int
    event: str
    conversation: str
    attempts: int
    sealed: str


def kept_text(text: str) -> str:
    """What is kept of a patient's words until the turn is done."""
    # Half a surrogate pair is valid JSON, but no text.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")[:LONGEST_TEXT]


def add(connection: Connection, channel: str, keys: Keys, events: Sequence[Event]) -> int:
    """Keep the events that are new; says how many there were."""
    now = time.time()
    new = []
    # In the same order everywhere: two that add the same events crosswise would wait for each other.
    for rank, event in sorted(enumerate(events), key=lambda each: keys.event(each[1].id)):
        values = {**asdict(event), "text": kept_text(event.text)}
        row = insert_into(inbox, connection).values(
            channel=channel,
            event=keys.event(event.id),
            conversation=keys.sender_id(event.conversation),
            at=event.at + rank * RANK_SECONDS,
            received=now,
            attempts=0,
            done=False,
            sealed=keys.seal({key: values[key] for key in ("text", "payload", "address")}),
        )
        if connection.execute(row.on_conflict_do_nothing()).rowcount > 0:
            new.append(event)
    call_for(connection, "turn", channel, [keys.sender_id(event.conversation) for event in new], now + SETTLE_SECONDS)
    return len(new)


def begin(connection: Connection, lane: Lane) -> Message | None:
    """The oldest message of a conversation, counted as tried; None, and the lane is let go, when there is none."""
    waiting = sa.and_(inbox.c.conversation == lane.conversation, inbox.c.done.is_(False))
    lane.renew(connection)
    row = connection.execute(sa.select(inbox).where(waiting).order_by(inbox.c.at, inbox.c.id).limit(1)).first()
    if row is None:
        lane.release(connection, None)
        return None
    connection.execute(inbox.update().where(inbox.c.id == row.id).values(attempts=row.attempts + 1))
    return Message(row.id, row.event, row.conversation, row.attempts + 1, row.sealed)


def finish(connection: Connection, lane: Lane, message: Message) -> None:
    """Forget what the message said, and let go of its conversation.

    Raises:
        LeaseLostError: when somebody else works at the conversation.
    """
    lane.renew(connection)
    connection.execute(inbox.update().where(inbox.c.id == message.id).values(done=True, sealed=""))
    waiting = sa.and_(inbox.c.conversation == lane.conversation, inbox.c.done.is_(False))
    first = connection.execute(sa.select(sa.func.min(inbox.c.received)).where(waiting)).scalar()
    lane.release(connection, None if first is None else first + SETTLE_SECONDS)


def forget_earlier(connection: Connection, conversation: str) -> None:
    """Delete what a conversation leaves behind besides its inbox; what waits to be sent is sent, and gone then."""
    given_up = sa.and_(outbox.c.conversation == conversation, outbox.c.state == "dead")
    connection.execute(outbox.delete().where(given_up))
    connection.execute(offers.delete().where(offers.c.conversation == conversation))


def forget_old(connection: Connection, channel: str, before: float) -> None:
    """Delete what the vendor cannot deliver again, and what nobody can press or send any more."""
    too_old = sa.and_(inbox.c.channel == channel, inbox.c.done, inbox.c.at < before, inbox.c.received < before)
    connection.execute(inbox.delete().where(too_old))
    connection.execute(
        outbox.delete().where(outbox.c.channel == channel, outbox.c.state == "dead", outbox.c.made < before)
    )
    mine = offers.c.conversation.startswith(f"{channel}-", autoescape=True)
    connection.execute(offers.delete().where(mine, offers.c.at < before))
    connection.execute(lanes.delete().where(lanes.c.channel == channel, lanes.c.due.is_(None), lanes.c.holder == ""))
