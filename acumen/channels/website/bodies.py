"""What clients send, checked before it is believed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from sanic.request import Request

from acumen.channels.website.refusals import RefusedError

MAX_BODY_BYTES = 64 * 1024
MAX_REASON = 500
MESSAGE_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
EVENT_ID = re.compile(r"[0-9]{1,16}")


@dataclass(frozen=True)
class MessageBody:
    """A patient's message, under an id that the client gave it."""

    id: str
    text: str


@dataclass(frozen=True)
class FeedbackBody:
    """What a patient thinks of a reply."""

    reply_id: str
    helpful: bool
    reason: str | None


def read_message(request: Request) -> MessageBody:
    """The message in a request's body.

    Raises:
        RefusedError: `too_large`, `bad_request` or `no_text`.
    """
    values = _read(request)
    identifier, text = values.get("client_message_id"), values.get("text")
    if not isinstance(identifier, str) or not MESSAGE_ID.fullmatch(identifier):
        raise RefusedError("bad_request")
    return MessageBody(identifier, readable_text(text))


def readable_text(text: Any) -> str:
    """A text that can be stored and sent on.

    Raises:
        RefusedError: `no_text` when there is nothing to read.
    """
    if not isinstance(text, str) or not text.strip():
        raise RefusedError("no_text")
    # Half a surrogate pair is valid JSON, but no text; and a database takes no zero character.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def read_feedback(request: Request) -> FeedbackBody:
    """The feedback in a request's body.

    Raises:
        RefusedError: `too_large` or `bad_request`.
    """
    values = _read(request)
    reply_id, helpful, reason = values.get("reply_id"), values.get("helpful"), values.get("reason")
    if not isinstance(reply_id, str) or not isinstance(helpful, bool):
        raise RefusedError("bad_request")
    if reason is not None and (not isinstance(reason, str) or len(reason) > MAX_REASON):
        raise RefusedError("bad_request")
    return FeedbackBody(reply_id, helpful, readable_text(reason) if reason and reason.strip() else None)


def read_after(request: Request) -> int:
    """The number of the last event that the client knows; 0 when it knows none.

    Raises:
        RefusedError: `bad_request` when it is no number, or something else was asked.
    """
    query = request.get_args(keep_blank_values=True)
    after = query.get("after", "0")
    if set(query) - {"after"} or not EVENT_ID.fullmatch(after):
        raise RefusedError("bad_request")
    return int(after)


def bearer_token(request: Request) -> str:
    """The token in a request's `Authorization` header.

    Raises:
        RefusedError: `no_session` when there is none.
    """
    scheme, _, token = str(request.headers.get("Authorization", "")).partition(" ")
    if scheme.lower() != "bearer":
        raise RefusedError("no_session")
    return token.strip()


def _read(request: Request) -> dict[str, Any]:
    if len(request.body) > MAX_BODY_BYTES:
        raise RefusedError("too_large")
    try:
        values = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise RefusedError("bad_request") from error
    if not isinstance(values, dict):
        raise RefusedError("bad_request")
    return values
