"""What the bot says about what is kept of a conversation."""

from __future__ import annotations

from acumen.answering import phrases
from acumen.answering.reply import Button, Reply, Text
from acumen.content.clinic import Clinic


def kept(clinic: Clinic, reference: str) -> Reply:
    """Say what is kept, for how long, and how it is deleted."""
    text = phrases.kept(clinic.keep_days, clinic.contact, reference)
    return Reply("chitchat", (Text(text),), buttons=(Button(phrases.DELETE),))


def deleted() -> Reply:
    """Say that the conversation is no longer there."""
    return Reply("chitchat", (Text(phrases.DELETED),))


def not_deleted(clinic: Clinic, reference: str) -> Reply:
    """Say that it is still there, and who can delete it."""
    return Reply("chitchat", (Text(phrases.not_deleted(clinic.contact, reference)),))
