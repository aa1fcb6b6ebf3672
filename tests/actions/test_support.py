"""Tests of what all actions share."""

from __future__ import annotations

from typing import Any

import pytest

from actions.support import certain_category


def parsed(category: str, confidence: float, share: float) -> dict[str, Any]:
    """Parse data of a message in which the classifier found a caution."""
    scores = {"caution": {"score": confidence, "category": "caution_cancer", "share": share}}
    return {"intent": {"name": category, "confidence": confidence}, "safety_scores": scores}


@pytest.mark.parametrize(
    ("parse", "expected"),
    [
        (parsed("caution_cancer", 0.9, 0.95), "caution_cancer"),
        (parsed("caution_cancer", 0.8, 0.6), "caution"),
        (parsed("caution_pacemaker", 1.0, 0.6), "caution_pacemaker"),
        ({"intent": {"name": "caution_cancer", "confidence": 0.9}}, "caution_cancer"),
    ],
    ids=["sure", "wavering between illnesses", "found by a pattern", "without scores"],
)
def test_certain_category(parse: dict[str, Any], expected: str) -> None:
    """Who is told to ask "the cancer team" has cancer: an unsure category gets its outcome's general reply."""
    assert certain_category(parse) == expected
