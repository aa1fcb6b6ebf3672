"""Why a request is refused: a code for programs, a status, and a sentence for the patient."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

REFUSALS = {
    "bad_request": (400, "That message arrived damaged. Please send it again."),
    "no_text": (400, "I could not find any words in that message. Please type your question."),
    "no_session": (401, "This conversation has ended. Please start a new one."),
    "foreign_origin": (403, "This chat is not set up for the page you are on. Please ask the clinic directly."),
    "not_found": (404, "There is nothing at this address."),
    "unknown_reply": (404, "That answer is no longer here, so your feedback could not be kept."),
    "too_large": (413, "That message is too long. Please ask in a sentence or two."),
    "too_many": (429, "That was a lot in a short time. Please wait a moment and try again."),
    "not_deleted": (500, "Your conversation could not be deleted. Please ask the clinic to delete it."),
    "starting": (503, "I am still starting up. Please try again in a moment."),
    "stopping": (503, "I am being restarted. Please try again in a moment."),
    "unavailable": (503, "I cannot keep our conversation just now. Please try again in a moment."),
}

Handler = Callable[[Request], Awaitable[HTTPResponse | None]]


class RefusedError(Exception):
    """A request that is answered with one of the `REFUSALS`."""

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


def refusal(code: str, retry_after: int | None = None) -> HTTPResponse:
    """The answer to a request that is refused."""
    status, message = REFUSALS[code]
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return response.json({"error": {"code": code, "message": message}}, status=status, headers=headers)


def explained(handler: Handler) -> Callable[..., Awaitable[HTTPResponse | None]]:
    """Let a handler refuse by raising `RefusedError`."""

    @functools.wraps(handler)
    async def answer(request: Request, **_: Any) -> HTTPResponse | None:
        try:
            return await handler(request)
        except RefusedError as refused:
            return refusal(refused.code, refused.retry_after)

    return answer
