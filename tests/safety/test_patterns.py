"""Red flags as word patterns."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from spacy.language import Language

from acumen.safety.categories import outcome_of
from acumen.safety.patterns import RedFlags

PATTERNS = {
    "urgent_needle": [[["needle"], ["stuck", "left in"]]],
    "emergency_heart": [[["crushing"], ["chest"]], [["heart attack"]]],
    "crisis_suicidal": [[["end it all"]]],
}


@pytest.fixture(scope="module")
def red_flags(nlp: Language) -> RedFlags:
    """A few patterns."""
    return RedFlags(nlp.vocab, PATTERNS)


@pytest.fixture(scope="module")
def real(nlp: Language, project: Path) -> RedFlags:
    """The project's own patterns."""
    return RedFlags.load(nlp.vocab, project / "data" / "safety" / "patterns.yml")


def category(red_flags: RedFlags, nlp: Language, text: str) -> str | None:
    """The category found in `text`, if any."""
    finding = red_flags.find(nlp(text))
    return finding.category if finding else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the needle is stuck", "urgent_needle"),
        ("STUCK is a Needle", "urgent_needle"),
        ("they left in a needle", "urgent_needle"),
        ("it is crushing, my chest", "emergency_heart"),
        ("is this a heart attack", "emergency_heart"),
        ("I want to end it all.", "crisis_suicidal"),
        ("a needle", None),
        ("The needle was fine. I am stuck in traffic.", None),
        ("they left it in, the needle", None),
        ("needles and stuckness", None),
        ("", None),
    ],
)
def test_find(red_flags: RedFlags, nlp: Language, text: str, expected: str | None):
    """A pattern holds when one sentence has a word or phrase of each of its groups, in any order and case."""
    assert category(red_flags, nlp, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the needle is stuck and i have crushing chest pain",
        "The needle is stuck. My chest is crushing.",
        "heart attack? the needle is stuck",
    ],
)
def test_the_most_pressing_of_several(red_flags: RedFlags, nlp: Language, text: str):
    """Of several patterns that hold, in one sentence or more, the most pressing counts."""
    assert category(red_flags, nlp, text) == "emergency_heart"


@pytest.mark.parametrize(
    "text",
    [
        "no crushing in my chest",
        "it is not a heart attack",
        "i never had a heart attack",
        "I don't have a heart attack",
        "what if i have a heart attack",
        "could it cause a heart attack",
        "my dad had a heart attack",
        "years ago, a heart attack",
        "what is the risk of a heart attack",
        "it felt almost a heart attack",
    ],
    ids=["no", "not", "never", "n't", "if", "could", "had", "ago", "risk", "almost"],
)
def test_what_is_taken_back(red_flags: RedFlags, nlp: Language, text: str):
    """Words before a red flag that negate it, or put it in the past or in a what-if, take it back."""
    assert category(red_flags, nlp, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "crushing in my chest, and it does not stop",
        "No. It is a heart attack.",
        "i have not eaten today and since this morning there is a crushing feeling in the chest",
    ],
    ids=["after", "another sentence", "far before"],
)
def test_what_takes_nothing_back(red_flags: RedFlags, nlp: Language, text: str):
    """A negation that is not about the red flag leaves it standing."""
    assert category(red_flags, nlp, text) == "emergency_heart"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("I can't breathe", "emergency"),
        ("i cant breathe", "emergency"),
        ("his face is drooping", "emergency"),
        ("my throat is swelling", "emergency"),
        ("numb between my legs", "emergency"),
        ("after acupuncture my throat is swelling", "emergency"),
        ("it feels like my throat is closing up", "emergency"),
        ("it won't stop bleeding", "emergency"),
        ("it wont stop bleeding", "emergency"),
        ("he wont wake up", "emergency"),
        ("she took too many tablets", "emergency"),
        ("he is unconscious", "emergency"),
        ("crushing chest pain and my arm hurts", "emergency"),
        ("i want to die", "crisis"),
        ("I want to kill myself", "crisis"),
        ("the urge to cut myself", "crisis"),
    ],
)
def test_red_flags_of_the_project(real: RedFlags, nlp: Language, text: str, outcome: str):
    """The plainest emergencies and crises are recognised without any classifier."""
    found = category(real, nlp, text)

    assert found is not None
    assert outcome_of(found) == outcome


@pytest.mark.parametrize(
    "text",
    [
        "does it hurt?",
        "no chest pain, just a sore back",
        "my father died of a stroke, can i have it",
        "i had a heart attack two years ago",
        "what happens if someone stops breathing",
        "i was never suicidal",
        "can a needle puncture a lung",
        "my arm felt heavy after the session",
        "this tiredness is killing me",
    ],
)
def test_ordinary_messages_of_the_project(real: RedFlags, nlp: Language, text: str):
    """Negated, past, other people's and hypothetical troubles raise no alarm by their words."""
    assert category(real, nlp, text) is None


def test_patterns_of_the_project_are_well_formed(project: Path):
    """Every pattern is for a category of the domain, and each of its groups has words in small letters."""
    patterns = YAML(typ="safe").load(project / "data" / "safety" / "patterns.yml")
    intents = YAML(typ="safe").load(project / "domain.yml")["intents"]

    assert set(patterns) <= set(intents)
    assert all(outcome_of(name) for name in patterns)
    for groups in (groups for each in patterns.values() for groups in each):
        assert groups
        assert all(words for words in groups)
        assert all(word == word.lower() for words in groups for word in words)


def test_words_of_the_patterns_can_match(project: Path, nlp: Language):
    """Each phrase reads as the tokenizer cuts it, else it would never be found."""
    patterns = YAML(typ="safe").load(project / "data" / "safety" / "patterns.yml")
    phrases = {phrase for each in patterns.values() for pattern in each for words in pattern for phrase in words}
    dead = [
        phrase for phrase in phrases if RedFlags(nlp.vocab, {"emergency_other": [[[phrase]]]}).find(nlp(phrase)) is None
    ]

    assert dead == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("im on warfarin, can i have acupuncture", "caution_blood_thinners"),
        ("if you have a pacemaker is it ok", "caution_pacemaker"),
        ("im not on blood thinners or anything", None),
        ("i dont have epilepsy", None),
    ],
)
def test_cautions_hold_for_possibilities_too(real: RedFlags, nlp: Language, text: str, expected: str | None):
    """A caution is taken back by a plain no alone, not by "if" or "can i"."""
    assert category(real, nlp, text) == expected
