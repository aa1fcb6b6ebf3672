"""Red flags as word patterns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from spacy.language import Language
from spacy.tokens import Doc

from acumen.safety.categories import outcome_of
from acumen.safety.context import ContextRules
from acumen.safety.patterns import Pattern, RedFlags
from acumen.safety.words import WordSets

WORDS = {"pressing": "crushing, like a vice", "misspelt": "crushing"}
PATTERNS = {
    "urgent_needle": ["needle + stuck", "needle > left in - sewing"],
    "emergency_heart": ["<pressing> > chest", "heart attack"],
    "emergency_breathing": ["breathless & needle"],
}
CONTEXT = {
    "targets": {"symptoms": "heart attack"},
    "never": [],
    "endings": "but",
    "present": "now",
    "idioms": "killing me",
    "modifiers": {"negated": {"of": "symptoms", "follows": "no"}},
}
# The plainest message of each category that the patterns are for.
PLAIN = {
    "emergency_heart": "crushing chest pain and my left arm hurts",
    "emergency_stroke": "his face is drooping and he cant lift his arm",
    "emergency_breathing": "I can't breathe since the needle",
    "emergency_anaphylaxis": "my throat is swelling up",
    "emergency_cauda_equina": "numb between my legs and i cant pee",
    "emergency_meningitis": "stiff neck, fever and the light hurts",
    "emergency_bleeding": "it wont stop bleeding",
    "emergency_overdose": "she took too many tablets",
    "emergency_pregnancy": "im pregnant and bleeding",
    "emergency_unconscious": "he is unconscious",
    "emergency_sepsis": "fever, shivering and very confused",
    "emergency_other": "suddenly cant see out of one eye",
    "crisis_suicidal": "i want to kill myself",
    "crisis_plan": "i have written my goodbye letters",
    "crisis_self_harm": "i keep cutting myself",
    "crisis_indirect": "everyone would be better off without me",
    "crisis_other_person": "my son says he wants to die",
    "urgent_infection": "pus coming out where the needle went in",
    "urgent_numbness": "my hand is still numb since the needling",
    "urgent_needle": "there is a needle still in my back",
    "urgent_bruise": "the bruise is the size of a plate and im on warfarin",
    "urgent_fainting": "fainted after acupuncture and still feel faint",
    "urgent_needlestick": "i pricked myself with a used needle",
    "urgent_other": "blisters since the cupping session",
    "caution_pregnancy": "im pregnant, can i come",
    "caution_blood_thinners": "i take apixaban",
    "caution_bleeding_disorder": "i have haemophilia",
    "caution_pacemaker": "i have a pacemaker",
    "caution_immune": "im on methotrexate",
    "caution_epilepsy": "i have epilepsy",
    "caution_cancer": "im having chemo",
    "caution_medication": "should i stop taking my statins",
}
# Each has its key words from those that are found misspelt.
KEY_WORDS = {
    "he is {}": "unconscious",
    "{} tongue": "swollen",
    "it wont stop {}": "bleeding",
    "i cant {}": "breathe",
    "{} a whole box of tablets": "swallowed",
    "his speech is {}": "slurred",
}

Find = Callable[[str], str | None]


@pytest.fixture(scope="module")
def find(nlp: Language) -> Find:
    """Finds the category of a text by a few patterns."""
    return finder(RedFlags(nlp.vocab, PATTERNS, WORDS, ContextRules(nlp.vocab, WORDS, CONTEXT)), nlp)


@pytest.fixture(scope="module")
def real(nlp: Language, project: Path) -> Find:
    """Finds the category of a text by the project's own patterns."""
    folder = project / "data" / "safety"
    return finder(RedFlags.load(nlp.vocab, folder / "patterns.yml", folder / "context.yml"), nlp)


def finder(red_flags: RedFlags, nlp: Language) -> Find:
    """Finds the category of a text, without the pipeline's slower parts."""

    def find(text: str) -> str | None:
        with nlp.select_pipes(enable=["sentencizer"]):
            finding = red_flags.find(nlp(text))
        return finding.category if finding else None

    return find


def outcome(category: str | None) -> str | None:
    """The outcome of a category that was found."""
    return outcome_of(category) if category else None


def test_parse():
    """A line says what stands together, anywhere, and nowhere."""
    pattern = Pattern.parse("<chest> > pain + now & <needled> - old + jaw")

    assert pattern.together == (("<chest>", "pain"), ("now",), ("jaw",))
    assert (pattern.anywhere, pattern.nowhere) == ((("<needled>",),), (("old",),))
    assert pattern.uses() == {"<chest>", "pain", "now", "jaw", "<needled>", "old"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the needle is stuck", "urgent_needle"),
        ("STUCK is a Needle", "urgent_needle"),
        ("the needle was left in", "urgent_needle"),
        ("they left in a needle", None),
        ("the needle, once we had all of it out, left in", None),
        ("my sewing needle was left in", None),
        ("crushing in my chest", "emergency_heart"),
        ("like a vice round the chest", "emergency_heart"),
        ("crusing chest", "emergency_heart"),
        ("a needle", None),
        ("The needle was fine. I am stuck in traffic.", None),
        ("That needle! I am breathless.", "emergency_breathing"),
        ("needles and stuckness", None),
        ("no heart attack", None),
        ("no, a heart attack", "emergency_heart"),
        ("", None),
    ],
)
def test_find(find: Find, text: str, expected: str | None):
    """A pattern holds when its words stand as it says and nothing takes them back."""
    assert find(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the needle is stuck and i have crushing chest pain",
        "The needle is stuck. There is a crushing in my chest.",
        "heart attack? the needle is stuck",
    ],
)
def test_the_most_pressing_of_several(find: Find, text: str):
    """Of several patterns that hold, in one sentence or more, the most pressing counts."""
    assert find(text) == "emergency_heart"


class BrokenRules(ContextRules):
    """Rules that fail on every message."""

    def places(self, reading: Doc) -> list[tuple[int, int]]:
        """Fails."""
        raise RuntimeError


def test_a_failing_context_loses_no_alarm(nlp: Language):
    """When the context fails, what it would take back counts."""
    broken = BrokenRules(nlp.vocab, WORDS, CONTEXT)

    assert finder(RedFlags(nlp.vocab, PATTERNS, WORDS, broken), nlp)("no heart attack") == "emergency_heart"


def test_context_that_cannot_be_read_loses_no_alarm(nlp: Language, tmp_path: Path):
    """Without a readable context file the patterns hold."""
    patterns, context = tmp_path / "patterns.yml", tmp_path / "context.yml"
    patterns.write_text("emergency_heart:\n  - heart attack\n", encoding="utf-8")
    context.write_text("targets: [", encoding="utf-8")

    for file in (context, tmp_path / "none.yml"):
        assert finder(RedFlags.load(nlp.vocab, patterns, file), nlp)("heart attack") == "emergency_heart"


@pytest.mark.parametrize(("category", "text"), PLAIN.items())
def test_red_flags_of_the_project(real: Find, category: str, text: str):
    """The plainest message of each category is recognised without any classifier."""
    assert outcome(real(text)) == outcome_of(category)


@pytest.mark.parametrize(
    "text",
    [
        "does it hurt?",
        "no chest pain, just a sore back",
        "my father died of a stroke, can i have it",
        "i had a heart attack two years ago",
        "what happens if someone stops breathing",
        "i was never suicidal",
        "not suicidal, just tired of this tendon",
        "can a needle puncture a lung",
        "my arm felt heavy after the session",
        "this tiredness is killing me",
        "no numbness no weakness, just achy",
        "gran used to get chest pain years ago",
        "what if a needle broke",
        "i havent taken an overdose lol",
        "nearly had a heart attack when i saw the price",
        "im not on blood thinners or anything",
        "i dont have epilepsy",
    ],
)
def test_ordinary_messages_of_the_project(real: Find, text: str):
    """Negated, past, other people's and hypothetical troubles, and sayings, raise no alarm by their words."""
    assert real(text) is None


@pytest.mark.parametrize("text", ["im on warfarin, can i have acupuncture", "if you have a pacemaker is it ok"])
def test_cautions_hold_for_possibilities_too(real: Find, text: str):
    """A caution is taken back by a plain no alone, not by "if" or "can i"."""
    assert outcome(real(text)) == "caution"


@given(
    category=st.sampled_from([name for name in PLAIN if outcome_of(name) in {"emergency", "crisis"}]),
    before=st.sampled_from(
        ["", "hi, ", "Hello there! ", "sorry to bother you. ", "lol ", "quick question: ", "please help, "]
    ),
    after=st.sampled_from(["", "!!!", " lol", ". what does a session cost?", ", can i still come at 4?", " xx", " 😭"]),
    case=st.sampled_from([str.lower, str.upper, str.title, str.capitalize]),
)
def test_what_stands_around_changes_nothing(
    real: Find, category: str, before: str, after: str, case: Callable[[str], str]
):
    """Greetings, questions and capitals leave an emergency an emergency."""
    assert outcome(real(before + case(PLAIN[category]) + after)) == outcome_of(category)


@given(
    sentence=st.sampled_from(sorted(KEY_WORDS)),
    place=st.integers(1, 6),
    letter=st.sampled_from("qxz"),
    slip=st.sampled_from(["add", "change", "swap"]),
)
def test_slips_in_key_words_change_nothing(real: Find, sentence: str, place: int, letter: str, slip: str):
    """A letter too many, a wrong one or two swapped in a key word leave an emergency an emergency."""
    word = KEY_WORDS[sentence]
    tail = word[place:]
    typed = {
        "add": word[:place] + letter + tail,
        "change": word[:place] + letter + tail[1:],
        "swap": word[:place] + tail[1:2] + tail[:1] + tail[2:],
    }[slip]

    assert outcome(real(sentence.format(typed))) == "emergency"


def test_patterns_of_the_project_are_well_formed(project: Path, nlp: Language):
    """Every pattern is for a category of the domain, in small letters, and of sets that there are."""
    patterns = YAML(typ="safe").load(project / "data" / "safety" / "patterns.yml")
    intents = YAML(typ="safe").load(project / "domain.yml")["intents"]
    lines = [line for each in patterns.values() for line in each]

    assert set(patterns) <= set(intents)
    assert all(outcome_of(name) for name in patterns)
    assert all(line == line.lower() and Pattern.parse(line).together for line in lines)
    assert all(all(chain) for line in lines for chain in Pattern.parse(line).together)
    WordSets(
        nlp.vocab, WordSets.read(project / "data" / "safety" / "words.yml"), Pattern.parse(" + ".join(lines)).uses()
    )
