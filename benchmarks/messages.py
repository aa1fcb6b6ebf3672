"""What the made-up patients of the benchmark say."""

from __future__ import annotations

from itertools import count

# One conversation; it is said again from the start where it is too short. None of these is an evaluation message.
CONVERSATION = (
    "hello there",
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

_numbers = count()


def message(turn: int) -> str:
    """What is said at a turn, counted from 0.

    Each time it has capital letters in other places: it means the same, but nobody can know it from before.
    """
    text, number = CONVERSATION[turn % len(CONVERSATION)].lower(), next(_numbers)
    letters = [place for place, each in enumerate(text) if each.isalpha()]
    capitals = {place for bit, place in enumerate(letters) if number >> bit & 1}
    return "".join(each.upper() if place in capitals else each for place, each in enumerate(text))
