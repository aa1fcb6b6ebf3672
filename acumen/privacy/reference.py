"""A short name of a conversation that a patient can read to the clinic over the phone."""

from __future__ import annotations

import base64
import hashlib
import re

# Forty bits: two of ten thousand conversations share a reference once in twenty thousand times.
LENGTH = 8


def reference(conversation_id: str) -> str:
    """The reference of a conversation, such as `K7QM-2XPA`; nothing of the id can be told from it.

    Args:
        conversation_id: Rasa's sender id.
    """
    letters = base64.b32encode(hashlib.sha256(conversation_id.encode()).digest()).decode()[:LENGTH]
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def normal(written: str) -> str:
    """A reference as it was written down or read out, in the form that `reference` gives it."""
    letters = re.sub(r"[^A-Z2-7]", "", written.upper())
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"
