"""What has to go out: in order, as often as it takes, and given up in the end.

All functions are for `Database.run` and `Database.transaction`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from acumen.channels.messaging.adapter import Call, Verdict
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import Lane, call_for, insert_into
from acumen.storage.messaging import outbox

# With the delays below, a vendor may be away for an hour.
MOST_ATTEMPTS = 20
LONGEST_DELAY = 300.0


@dataclass(frozen=True)
class Letter:
    """A call to be sent now; `attempts` counts this one."""

    id: int
    attempts: int
    sealed: str


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up: nothing of it but where, when and why."""

    id: int
    channel: str
    made: float
    attempts: int
    reason: str


def add(connection: Connection, channel: str, keys: Keys, conversation: str, calls: Sequence[Call]) -> None:
    """Keep calls until they are sent; one that waits already is not added again."""
    now = time.time()
    for call in calls:
        values = {"channel": channel, "conversation": conversation, "key": call.key, "state": "waiting", "attempts": 0}
        row = insert_into(outbox, connection)
        row = row.values(**values, due=now, made=now, reason="", sealed=keys.seal(asdict(call)))
        connection.execute(row.on_conflict_do_nothing())
    if calls:
        call_for(connection, "send", channel, [conversation], now)


def first(connection: Connection, lane: Lane, doubt_seconds: float) -> Letter | None:
    """The first call of a conversation, marked as being sent; None, and the lane is let go, when none is due.

    One that was being sent when its process died waits for its receipt before it is sent again.
    """
    lane.renew(connection)
    row = connection.execute(sa.select(outbox).where(_waiting(lane)).order_by(outbox.c.id).limit(1)).first()
    now = time.time()
    if row is None or row.due > now:
        lane.release(connection, row.due if row else None)
        return None
    if row.state == "sending" and doubt_seconds:
        _note(connection, row.id, state="waiting", due=now + doubt_seconds)
        lane.release(connection, now + doubt_seconds)
        return None
    _note(connection, row.id, state="sending", attempts=row.attempts + 1)
    return Letter(row.id, row.attempts + 1, row.sealed)


def settle(connection: Connection, lane: Lane, letter: Letter, verdict: Verdict) -> bool:
    """Note what came of a call; says whether it was given up.

    Raises:
        LeaseLostError: when somebody else works at the conversation.
    """
    lane.renew(connection)
    given_up = verdict.kind == "dead" or (verdict.kind == "later" and letter.attempts >= MOST_ATTEMPTS)
    if verdict.kind == "sent":
        connection.execute(outbox.delete().where(outbox.c.id == letter.id))
    elif given_up:
        _note(connection, letter.id, state="dead", reason=verdict.reason)
    else:
        _note(connection, letter.id, state="waiting", due=time.time() + _delay(letter.attempts, verdict.retry_after))
    return given_up


def confirm(connection: Connection, channel: str, keys: Sequence[str]) -> None:
    """Believe a vendor's receipts: these calls need not be sent again."""
    connection.execute(outbox.delete().where(outbox.c.channel == channel, outbox.c.key.in_(keys)))


def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Every message that was given up, oldest first."""
    columns = (outbox.c.id, outbox.c.channel, outbox.c.made, outbox.c.attempts, outbox.c.reason)
    rows = connection.execute(sa.select(*columns).where(outbox.c.state == "dead").order_by(outbox.c.id))
    return [DeadLetter(*row) for row in rows]


def resend(connection: Connection) -> int:
    """Let everything that was given up be tried again; says how much it was."""
    rows = connection.execute(sa.select(outbox).where(outbox.c.state == "dead").order_by(outbox.c.id)).all()
    now = time.time()
    for row in rows:
        _note(connection, row.id, state="waiting", attempts=0, due=now, reason="")
    for row in sorted(rows, key=lambda each: str(each.conversation)):
        call_for(connection, "send", row.channel, [row.conversation], now)
    return len(rows)


def _waiting(lane: Lane) -> sa.sql.ColumnElement:
    return sa.and_(outbox.c.conversation == lane.conversation, outbox.c.state != "dead")


def _note(connection: Connection, identifier: int, **values: object) -> None:
    connection.execute(outbox.update().where(outbox.c.id == identifier).values(**values))


def _delay(attempts: int, retry_after: float | None) -> float:
    delay = min(2.0 ** (attempts - 1), LONGEST_DELAY)
    # Not all at once when a vendor is back.
    spread = delay * (0.75 + random.random() / 2)  # noqa: S311
    return max(spread, retry_after or 0.0)
