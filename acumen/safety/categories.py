"""The categories of messages that must not wait, and the outcome each belongs to."""

from __future__ import annotations

from dataclasses import dataclass

# Most pressing first: of two that apply, the earlier one is answered.
OUTCOMES = ("emergency", "crisis", "urgent", "caution")
ALARMS = ("emergency", "crisis", "urgent")


def outcome_of(intent: str) -> str | None:
    """The outcome a safety intent belongs to: `emergency_stroke` -> `emergency`; else None."""
    head = intent.split("_", 1)[0]
    return head if head in OUTCOMES and head != intent else None


def is_safety_intent(intent: str) -> bool:
    return outcome_of(intent) is not None


@dataclass(frozen=True)
class Finding:
    """What was recognised: the category, how sure, and by what."""

    category: str
    score: float
    by: str

    @property
    def outcome(self) -> str:
        return outcome_of(self.category) or ""
