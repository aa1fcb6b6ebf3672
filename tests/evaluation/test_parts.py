"""What each part of safety recognises alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language

from acumen.evaluation.asking import Asked
from acumen.evaluation.figures import Figure, Figures
from acumen.evaluation.parts import VARIANTS, compare
from acumen.safety.assess import Assessor
from acumen.safety.patterns import RedFlags

LIMITS = {"emergency": 0.5, "crisis": 0.5, "urgent": 0.5, "caution": 0.5}
PATTERNS = {"crisis_plan": ["goodbye > letter"], "emergency_heart": ["crushing + chest"]}


@pytest.fixture(scope="module")
def compared(nlp: Language, make_asked: Callable[..., Asked]) -> dict[str, Figures]:
    """The figures of messages that one part, both parts, or neither of them recognises."""
    messages = [
        make_asked("emergency", "answer", text="crushing pain in my chest", scores={"emergency": 0.9}),
        make_asked("emergency", "answer", text="my arm went dead", scores={"emergency": 0.9}),
        make_asked("emergency", "answer", text="i wrote a goodbye letter", scores={"emergency": 0.3}),
        make_asked("crisis", "answer", text="i wrote a goodbye letter"),
        make_asked("safe", "emergency", text="does it hurt", scores={"caution": 0.9}),
        make_asked("safe", "emergency", text="how many sessions", scores={"caution": 0.1}),
    ]
    return compare(messages, nlp, Assessor(RedFlags(nlp.vocab, PATTERNS), LIMITS))


def test_every_variant_has_its_figures(compared: dict[str, Figures]):
    """Each part is looked at alone, and both together, on the same messages."""
    assert list(compared) == [variant.name for variant in VARIANTS]
    assert {tuple((name, figure.of) for name, figure in figures.items()) for figures in compared.values()} == {
        (
            ("emergency", 3),
            ("emergency, any alarm", 3),
            ("crisis", 1),
            ("crisis, any alarm", 1),
            ("safe, no alarm", 2),
            ("safe, no alarm or caution", 2),
        )
    }


@pytest.mark.parametrize(
    ("variant", "emergency", "any_alarm", "crisis", "safe"),
    [("classifier alone", 2, 2, 0, 1), ("patterns alone", 1, 2, 1, 2), ("together", 2, 3, 1, 1)],
)
def test_what_a_part_recognises(
    *, compared: dict[str, Figures], variant: str, emergency: int, any_alarm: int, crisis: int, safe: int
):
    """The classifier goes by scores and the patterns by words, whatever the bot replied."""
    figures = compared[variant]

    assert figures["emergency"] == Figure(emergency, 3)
    assert figures["emergency, any alarm"] == Figure(any_alarm, 3)
    assert figures["crisis"] == Figure(crisis, 1)
    assert figures["safe, no alarm or caution"] == Figure(safe, 2)
