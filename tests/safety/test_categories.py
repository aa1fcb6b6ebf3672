"""The categories of messages that must not wait."""

from __future__ import annotations

import pytest

from acumen.safety.categories import ALARMS, OUTCOMES, Finding, is_safety_intent, outcome_of


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        ("emergency_stroke", "emergency"),
        ("emergency_cauda_equina", "emergency"),
        ("crisis_self_harm", "crisis"),
        ("urgent_needle", "urgent"),
        ("caution_blood_thinners", "caution"),
        ("does_it_hurt", None),
        ("greet", None),
        ("emergency", None),
        ("emergencyroom_parking", None),
        ("not_emergency_stroke", None),
        ("", None),
    ],
)
def test_outcome_of_an_intent(intent: str, expected: str | None):
    """A safety intent begins with its outcome and names a category; no other intent has one."""
    assert outcome_of(intent) == expected
    assert is_safety_intent(intent) is (expected is not None)


def test_finding_knows_its_outcome():
    """A finding is as pressing as its category."""
    assert Finding("crisis_plan", 0.9, "classifier").outcome == "crisis"


def test_alarms_come_before_cautions():
    """What needs help now is more pressing than what needs a clinician's decision."""
    assert OUTCOMES[: len(ALARMS)] == ALARMS
    assert OUTCOMES[len(ALARMS) :] == ("caution",)
