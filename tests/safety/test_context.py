"""What takes a red flag back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from spacy.language import Language

from acumen.safety.context import ContextRules

WORDS = {"pain": "chest pain, numbness", "dead": "suicidal"}
RULES = {
    "targets": {"symptoms": "<pain>, breathing", "crisis": "<dead>"},
    "never": ["not > breathing"],
    "endings": "but, and now",
    "present": "now, today",
    "idioms": "killing me",
    "modifiers": {
        "negated": {"of": "symptoms, crisis", "follows": "no, not", "precedes": "free"},
        "past": {"of": "symptoms", "unless_present": True, "anywhere": "years ago, used to"},
        "settled": {"of": "symptoms", "anywhere": "fine since", "unless": "again"},
    },
}


@pytest.fixture(scope="module")
def rules(nlp: Language) -> ContextRules:
    """A few rules."""
    return ContextRules(nlp.vocab, WORDS, RULES)


@pytest.fixture(scope="module")
def real(nlp: Language, project: Path) -> ContextRules:
    """The project's own rules."""
    return ContextRules.load(nlp.vocab, project / "data" / "safety" / "context.yml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no chest pain", ["no chest pain"]),
        ("chest pain free", ["chest pain free"]),
        ("no chest pain but numbness", ["no chest pain"]),
        ("no, chest pain", []),
        ("chest pain, no", []),
        ("No. Chest pain.", []),
        ("no one two three four five six chest pain", []),
        ("i used to have chest pain", ["used to", "chest pain"]),
        ("numbness, that was years ago", ["numbness", "years ago"]),
        ("numbness years ago and now chest pain", []),
        ("NO CHEST PAIN", ["NO CHEST PAIN"]),
        ("he's had NO numbness", ["NO numbness"]),
        ("years ago numbness, chest pain today", []),
        ("numbness last week, fine since", ["numbness", "fine since"]),
        ("numbness again, fine since", []),
        ("not breathing", []),
        ("not suicidal", ["not suicidal"]),
        ("suicidal years ago", []),
        ("this neck is killing me", ["killing me"]),
        ("", []),
    ],
)
def test_taken_back(rules: ContextRules, nlp: Language, text: str, expected: list[str]):
    """A modifier takes back the red flags of its kinds in its reach, unless words beside it say otherwise."""
    assert [span.text for span in rules.taken_back(nlp(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no numbness, just achy", ", just achy"),
        ("no chest pain", ""),
        ("no chest pain.", ""),
        ("it hurts", "it hurts"),
        ("  It   hurts! ", "  It   hurts! "),
        ("", ""),
    ],
)
def test_told(rules: ContextRules, nlp: Language, text: str, expected: str):
    """What is taken back goes; a message that takes nothing back stays as it is."""
    assert rules.told(nlp(text)) == expected


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("no numbness no weakness, just achy", "numbness"),
        ("No chest pain or anything, only a sore shoulder.", "chest pain"),
        ("i havent taken an overdose lol", "overdose"),
        ("not suicidal, just tired of this tendon", "suicidal"),
        ("im not on blood thinners", "blood thinners"),
        ("gran used to get chest pain years ago", "chest pain"),
        ("i had a seizure as a child", "seizure"),
        ("meningitis in 1987, fully recovered", "meningitis"),
        ("was suicidal as a student twenty years ago", "suicidal"),
        ("the bruise is fading", "bruise"),
        ("numbness after the session, all gone now", "numbness"),
        ("what if a needle broke", "needle broke"),
        ("what is the risk of a collapsed lung", "collapsed lung"),
        ("can needles cause an infection", "infection"),
        ("my father died of a stroke", "stroke"),
        ("heart attack runs in the family", "heart attack"),
        ("i read about a collapsed lung in the newspaper", "collapsed lung"),
        ("define haematoma for me", "haematoma"),
        ("this neck is killing me", "killing me"),
        ("nearly had a heart attack when i saw the price", "heart attack"),
        ("i overdosed on coffee", "overdosed"),
    ],
    ids=lambda text: text.replace(" ", "-")[:40],
)
def test_contexts_of_the_project(real: ContextRules, nlp: Language, text: str, gone: str):
    """Negated, past, resolved, hypothetical, somebody's history, information or a saying: none of it is told."""
    told = real.told(nlp(text))

    assert gone in text
    assert gone not in told
    assert len(told) < len(text)


@pytest.mark.parametrize(
    "text",
    [
        "i can't breathe",
        "he is not breathing",
        "she wont wake up",
        "no feeling below the waist",
        "cant move my arm",
        "i cant find a pulse, no pulse",
        "i dont want to be here",
        "i dont want to live any more",
        "not responding",
        "the bleeding wont stop",
        "i havent stopped bleeding",
        "cant feel my legs",
        "baby is not moving",
        "the rash doesnt fade when pressed",
        "never felt a headache like this, crushing",
        "had a heart attack five years back and this feels exactly the same",
        "my dad just had a stroke",
        "i used to be fine but now crushing chest pain",
        "is it normal? my throat is swelling",
        "chest pain right now, read about it and think its my heart",
    ],
    ids=lambda text: text.replace(" ", "-")[:40],
)
def test_what_is_never_taken_back(real: ContextRules, nlp: Language, text: str):
    """Where the negation is the alarm, or the matter is of now, everything is told."""
    assert real.told(nlp(text)) == text


@pytest.mark.parametrize("text", ["no numbness but crushing chest pain", "no chest pain, i cant breathe though"])
def test_one_thing_taken_back_leaves_the_other(real: ContextRules, nlp: Language, text: str):
    """What else a message tells stays."""
    told = real.told(nlp(text))

    assert "no" not in told.split()
    assert "crushing chest pain" in told or "cant breathe" in told


@given(st.text(max_size=80))
def test_any_text_can_be_read(real: ContextRules, nlp: Language, text: str):
    """No message breaks the rules, and none tells more than it says."""
    doc = nlp.make_doc(text)
    doc = nlp.get_pipe("sentencizer")(doc) if len(doc) else doc

    assert len(real.told(doc)) <= len(text)


def test_rules_of_the_project_are_well_formed(project: Path):
    """Each modifier has a direction and takes back kinds of targets that there are."""
    rules = YAML(typ="safe").load(project / "data" / "safety" / "context.yml")

    for rule in rules["modifiers"].values():
        assert {"follows", "precedes", "anywhere"} & set(rule)
        assert {kind.strip() for kind in rule["of"].split(",")} <= set(rules["targets"])
        assert set(rule) <= {"of", "follows", "precedes", "anywhere", "unless", "unless_present"}
