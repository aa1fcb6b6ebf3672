"""Whether a message holds something that must not wait."""

from __future__ import annotations

import pytest
from spacy.language import Language

from acumen.safety.assess import THRESHOLDS, Assessor
from acumen.safety.categories import OUTCOMES
from acumen.safety.patterns import RedFlags

LIMITS = {"emergency": 0.4, "crisis": 0.4, "urgent": 0.5, "caution": 0.6}
PATTERNS = {"urgent_needle": ["needle + stuck"], "crisis_plan": ["goodbye letter"]}


@pytest.fixture(scope="module")
def assessor(nlp: Language) -> Assessor:
    """An assessor with two patterns."""
    return Assessor(RedFlags(nlp.vocab, PATTERNS), LIMITS)


def scores(**chances: float) -> dict[str, dict[str, object]]:
    """The classifier's scores, each for a category of its outcome."""
    return {outcome: {"score": score, "category": f"{outcome}_other"} for outcome, score in chances.items()}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(("above", "found"), [(0.0, True), (0.3, True), (-0.01, False), (-0.3, False)])
def test_classifier_alone_is_enough(assessor: Assessor, outcome: str, above: float, found: bool):
    """From its threshold on, a score of the classifier counts without any pattern."""
    finding = assessor.assess(None, scores(**{outcome: LIMITS[outcome] + above}))

    assert (finding is not None) is found
    if finding:
        assert (finding.category, finding.by) == (f"{outcome}_other", "classifier")
        assert finding.score == pytest.approx(LIMITS[outcome] + above)


def test_pattern_alone_is_enough(assessor: Assessor, nlp: Language):
    """A pattern raises the alarm where there are no scores at all."""
    finding = assessor.assess(nlp("the needle is stuck"), {})

    assert finding is not None
    assert (finding.category, finding.by) == ("urgent_needle", "pattern")


@pytest.mark.parametrize("text", ["does it hurt?", ""])
def test_nothing_to_find(assessor: Assessor, nlp: Language, text: str):
    """An ordinary message has no finding."""
    assert assessor.assess(nlp(text), scores(emergency=0.1, crisis=0.1, urgent=0.1, caution=0.1)) is None
    assert assessor.assess(None, {}) is None


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ({"caution": 0.9, "urgent": 0.9}, "urgent"),
        ({"urgent": 0.9, "crisis": 0.9}, "crisis"),
        ({"crisis": 0.9, "emergency": 0.9}, "emergency"),
        ({"caution": 0.9, "urgent": 0.9, "crisis": 0.9, "emergency": 0.9}, "emergency"),
        ({"caution": 0.9, "emergency": 0.85}, "emergency"),
        ({"emergency": 0.39, "caution": 0.7}, "caution"),
    ],
)
def test_of_what_is_about_as_sure_the_most_pressing_wins(assessor: Assessor, chances: dict[str, float], expected: str):
    """Of several findings about as sure the most pressing is answered; below its threshold one never counts."""
    finding = assessor.assess(None, scores(**chances))

    assert finding is not None
    assert finding.outcome == expected


@pytest.mark.parametrize(
    ("text", "chances", "expected"),
    [
        ("i wrote a goodbye letter", {"urgent": 0.3}, "crisis_plan"),
        ("i wrote a goodbye letter", {"urgent": 0.95}, "urgent_other"),
        ("the needle is stuck", {"emergency": 0.95}, "emergency_other"),
        ("the needle is stuck", {"caution": 0.95, "urgent": 0.2}, "urgent_needle"),
        ("the needle is stuck", {"caution": 0.95, "urgent": 0.01}, "caution_other"),
    ],
)
def test_pattern_and_classifier_together(
    *, assessor: Assessor, nlp: Language, text: str, chances: dict[str, float], expected: str
):
    """An alarm of the classifier stands; else a pattern counts unless the classifier rules out its kind."""
    finding = assessor.assess(nlp(text), scores(**chances))

    assert finding is not None
    assert finding.category == expected


def test_danger_to_life_needs_no_more_certainty():
    """Missing an emergency or a crisis costs more than a needless alarm, so neither needs more than the others."""
    assert set(THRESHOLDS) == set(OUTCOMES)
    assert all(0 < limit < 1 for limit in THRESHOLDS.values())
    assert max(THRESHOLDS["emergency"], THRESHOLDS["crisis"]) <= min(THRESHOLDS["urgent"], THRESHOLDS["caution"])


@pytest.mark.parametrize(("emergency", "expected"), [(0.5, "emergency"), (0.3, "caution")])
def test_a_medicine_named_in_passing_never_silences_an_alarm(nlp: Language, emergency: float, expected: str):
    """A caution found by name gives way to any alarm, and holds where there is none."""
    assessor = Assessor(RedFlags(nlp.vocab, {"caution_blood_thinners": ["warfarin"]}), LIMITS)

    finding = assessor.assess(nlp("my nose keeps bleeding and im on warfarin"), scores(emergency=emergency))

    assert finding is not None
    assert finding.outcome == expected


@pytest.mark.parametrize(("chances", "found"), [({}, True), ({"urgent": 0.06}, True), ({"urgent": 0.01}, False)])
def test_a_pattern_may_need_support(nlp: Language, chances: dict[str, float], found: bool):
    """With `support`, a pattern holds unless the classifier rules an alarm out; without scores it always holds."""
    assessor = Assessor(RedFlags(nlp.vocab, PATTERNS), LIMITS, support=0.05)

    assert (assessor.assess(nlp("the needle is stuck"), scores(**chances)) is not None) is found
