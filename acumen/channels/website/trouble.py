"""What a patient reads where there is no answer."""

from __future__ import annotations

from pathlib import Path

from acumen.answering.reply import Reply, Text, plain_text
from acumen.assistant import failure_reply

INTERRUPTED = "I was interrupted before I could answer. Please send your question again."


def trouble(code: str) -> dict[str, str]:
    """The data of an `error` event: `failed`, `timeout` or `interrupted`, with a text that names the emergency line."""
    reply = failure_reply(Path.cwd())
    if code == "interrupted":
        reply = Reply(reply.outcome, (Text(INTERRUPTED), *reply.blocks[1:]))
    return {"code": code, "message": plain_text(reply)}
