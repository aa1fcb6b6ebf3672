"""What the made-up patients of the benchmark say."""

from __future__ import annotations

from itertools import count

# One conversation; it is said again from the start where it is too short. None of these is an evaluation message.
CONVERSATION = (
    "hello",
    "what happens at the first session?",
    "will the needles hurt me?",
    "tell me more",
    "can it help with my stiff neck, I sit at a desk all day",
    "how many treatments would I need for that?",
    "who says that?",
    "how much does it cost",
    "is dry needling the same thing as acupuncture",
    "thanks, that helps",
)

_numbers = count(1)


def message(turn: int) -> str:
    """What is said at a turn, counted from 0; numbered, as what was said just before may be understood sooner."""
    return f"{next(_numbers)} {CONVERSATION[turn % len(CONVERSATION)]}"
