"""Splitting a message into the questions it asks."""

from __future__ import annotations

import pytest
from spacy.language import Language

from acumen.language.questions import SPANS, halves_of


def questions(nlp: Language, text: str) -> list[str]:
    """The questions of `text`, without the marks around them."""
    doc = nlp(text)
    return [span.text.strip(" ,.?\n") for span in doc.spans[SPANS]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # One question, however it is put.
        ("does it hurt", ["does it hurt"]),
        ("Does it hurt???", ["Does it hurt"]),
        ("what is the difference between acupuncture and dry needling?", None),
        ("acupuncture and dry needling, what is the difference", None),
        ("does it help with headaches and back pain", None),
        ("what if i am afraid of needles and faint", None),
        ("i was wondering how it works", None),
        ("tell me about dry needling", None),
        # Only what asks counts, where something does.
        ("i have had migraines for years. would acupuncture help?", ["would acupuncture help"]),
        ("Hello, I am new here. What happens at a session?", ["What happens at a session"]),
        ("How does it work? Thank you.", ["How does it work"]),
        # Several.
        ("does it hurt? how many sessions do i need?", ["does it hurt", "how many sessions do i need"]),
        ("What is qi? And what are meridians?", ["What is qi", "what are meridians"]),
        ("Does it hurt?\nHow long does it take?", ["Does it hurt", "How long does it take"]),
        ("does it hurt and how long does it take", ["does it hurt", "how long does it take"]),
        ("is it safe, what are the risks", ["is it safe", "what are the risks"]),
        ("is it safe and can my son have it", ["is it safe", "can my son have it"]),
        ("can i drink coffee before and can i drive after", ["can i drink coffee before", "can i drive after"]),
        ("how often, and how long", ["how often", "how long"]),
        ("does it work for arthritis & how many visits", ["does it work for arthritis", "how many visits"]),
        ("how does it work n does it hurt", ["how does it work", "does it hurt"]),
        (
            "how many sessions do i need and does it hurt, also what should i wear",
            ["how many sessions do i need", "does it hurt", "what should i wear"],
        ),
        # None: the whole text is what is asked about.
        ("back pain", None),
        ("my back is killing me", None),
        ("I slept badly and my neck hurts.", ["I slept badly and my neck hurts"]),
        ("thanks", None),
        ("yes", None),
    ],
)
def test_questions_of_a_message(nlp: Language, text: str, expected: list[str] | None):
    """A message is cut where a new question opens, and is one question where nothing in it asks."""
    assert questions(nlp, text) == (expected or [text.strip("?")])


@pytest.mark.parametrize("text", ["", " ", "???", "...", "\n", "and", "&", ","])
def test_texts_without_words(nlp: Language, text: str):
    """A text that says nothing is one question, itself."""
    doc = nlp(text)

    assert [span.text for span in doc.spans[SPANS]] == [text]


def test_long_message(nlp: Language):
    """Every question of a long message is found, in order."""
    text = " ".join(f"I am {number}. Does it hurt at {number}?" for number in range(40))

    assert questions(nlp, text) == [f"Does it hurt at {number}" for number in range(40)]


def test_questions_survive_a_pipe(nlp: Language):
    """Docs of a stream have their questions too."""
    docs = nlp.pipe(["does it hurt? how often?", "back pain"])

    assert [len(doc.spans[SPANS]) for doc in docs] == [2, 1]


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("explain qi first, then the vagus nerve", [("explain qi first", "the vagus nerve")]),
        ("is it safe and also cheap enough", [("is it safe", "cheap enough")]),
        ("does it hurt", []),
        ("needles and pins", []),
        ("and what then", []),
    ],
)
def test_halves_of_a_question(nlp: Language, text: str, halves: list[tuple[str, str]]):
    """A joining word with two words or more on each side may join two questions."""
    assert [(one.text, other.text) for one, other in halves_of(nlp.make_doc(text)[:])] == halves
