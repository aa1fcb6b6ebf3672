"""Whether a message holds something that must not wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spacy.tokens import Doc

from acumen.safety.categories import ALARMS, Finding
from acumen.safety.patterns import RedFlags

# Probability from which an outcome counts. Missing an emergency costs more than a
# needless alarm, so the more pressing ones need less.
THRESHOLDS = {"emergency": 0.25, "crisis": 0.25, "urgent": 0.4, "caution": 0.35}
# How much likelier a less pressing outcome must be to be chosen over a more pressing one.
PRECEDENCE = {"emergency": 0.3, "crisis": 0.2, "urgent": 0.1, "caution": 0.0}
# Probability of an alarm, or of a caution, from which a pattern of its kind holds beside a classifier that raises none.
SUPPORT = 0.2


class Assessor:
    """Classifier and patterns together.

    An alarm of the classifier stands, as it knows better which one it is. Where
    it raises none, a pattern does unless the classifier rules it out, and always
    where there is no classifier.
    """

    def __init__(
        self, red_flags: RedFlags, thresholds: Mapping[str, float] = THRESHOLDS, support: float = SUPPORT
    ) -> None:
        self._red_flags = red_flags
        self._thresholds = thresholds
        self._support = support

    def assess(self, doc: Doc | None, scores: Mapping[str, Mapping[str, Any]]) -> Finding | None:
        """Return the finding that weighs most, the more pressing ones weighing more, or None.

        `scores` are those of the intent classifier: outcome -> score and category.
        Without a doc, or without scores, the other still decides.
        """
        findings = [
            Finding(evidence["category"], evidence["score"], "classifier")
            for outcome, evidence in scores.items()
            if evidence["score"] >= self._thresholds[outcome]
        ]
        flag = self._red_flags.find(doc) if doc is not None else None
        alarmed = any(each.outcome in ALARMS for each in findings)
        if flag and not alarmed and self._supported(flag, scores):
            findings.append(flag)
        return max(findings, key=lambda each: each.score + PRECEDENCE[each.outcome], default=None)

    def _supported(self, flag: Finding, scores: Mapping[str, Mapping[str, Any]]) -> bool:
        """True when the classifier is silent, or does not rule out what the pattern says."""
        kinds = ALARMS if flag.outcome in ALARMS else (flag.outcome,)
        given = [scores[outcome]["score"] for outcome in kinds if outcome in scores]
        return not given or sum(given) >= self._support
