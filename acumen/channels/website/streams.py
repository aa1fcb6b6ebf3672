"""Answering with server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sanic.request import Request

from acumen.channels.website.chat import ServerLeavesError
from acumen.channels.website.conversation import Event
from acumen.channels.website.refusals import RefusedError

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = ": heartbeat\n\n"
END = ": end\n\n"
# `retry` is for those who follow with a browser's own EventSource.
RECONNECT = "retry: 1000\nevent: reconnect\ndata: {}\n\n"


async def stream(request: Request, events: AsyncIterator[Event | None], end: str = "") -> None:
    """Send events as they come, a sign of life in silence, and `end` after the last.

    Where the rest cannot be had from here, the client is told to ask again.
    When the client goes away Sanic cancels this, and nothing else.
    """
    answer = await request.respond(
        content_type="text/event-stream; charset=utf-8",
        # nginx would hold an answer back until it is whole.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
    try:
        async for event in events:
            await answer.send(event.frame if event else HEARTBEAT)
    except (RefusedError, ServerLeavesError):
        end = RECONNECT
    await answer.send(end, end_stream=True)
