"""What the probabilities of all intents say: the likeliest topics, and how much must not wait."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from rasa.shared.nlu.constants import INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY

from acumen.nlu.linear_model import Array
from acumen.safety.categories import OUTCOMES, outcome_of

# Outcome -> its score, category, and the category's share.
Safety = dict[str, dict[str, Any]]

# Intents that steer the conversation with a few bare words; in a longer message they are a manner of speaking.
STEERING = frozenset(
    {"affirm", "deny", "thanks", "praise", "complain", "greet", "goodbye", "how_are_you"}
    | {"start_over", "tell_me_more", "why", "who_says_that"}
)


class IntentScores:
    """Reads probabilities of intents, which come in the order of their names.

    Attributes:
        topics: which of the intents neither steer the conversation nor are safety intents, shape (intents,).
    """

    def __init__(self, intents: Sequence[str], ranking_length: int, part_weight: float) -> None:
        """Note which intents are of which kind.

        Args:
            intents: the names of all intents.
            ranking_length: how many intents a ranking names.
            part_weight: how much a part counts for safety, beside the whole message it stands in.
        """
        self._intents = intents
        self._ranking_length = ranking_length
        self._part_weight = part_weight
        outcomes = [outcome_of(name) for name in intents]
        members = {outcome: [i for i, each in enumerate(outcomes) if each == outcome] for outcome in OUTCOMES}
        self._members = {outcome: np.array(found) for outcome, found in members.items() if found}
        self._allowed = cache(self._allowed_with)
        self.topics = self._allowed(frozenset())

    def ranking(self, chances: Array, steering: frozenset[str]) -> list[dict[str, Any]]:
        """The likeliest intents a message may have, their probabilities scaled to sum to one.

        Args:
            chances: shape (intents,).
            steering: the intents of `STEERING` that it may have.
        """
        chances = np.where(self._allowed(steering), chances, 0.0)
        chances = chances / max(chances.sum(), 1e-12)
        best = np.argsort(-chances)[: self._ranking_length]
        return [
            {INTENT_NAME_KEY: self._intents[i], PREDICTED_CONFIDENCE_KEY: round(float(chances[i]), 4)} for i in best
        ]

    def safety(self, chances: Array) -> Safety:
        """For each outcome its probability, the intent that had most of it, and how much that was.

        A part counts together with the message it stands in: an alarm buried in
        a question is found, a fragment that sounds alarming alone is not.

        Args:
            chances: of the whole message and its parts, shape (parts, intents).
        """
        weight = self._part_weight
        combined = np.maximum(weight * chances + (1 - weight) * chances[0], chances[0])
        found = {}
        for outcome, members in self._members.items():
            part = combined[:, members]
            part = part[part.sum(axis=1).argmax()]
            best, score = part.argmax(), float(part.sum())
            found[outcome] = {
                "score": round(score, 4),
                "category": self._intents[members[best]],
                "share": round(float(part[best]) / max(score, 1e-12), 4),
            }
        return found

    def _allowed_with(self, steering: frozenset[str]) -> Any:
        shut_out = STEERING - steering
        return np.array([outcome_of(name) is None and name not in shut_out for name in self._intents], dtype=bool)
