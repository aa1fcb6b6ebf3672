"""The parts of a message, each with its vector."""

from __future__ import annotations

import numpy as np
import pytest
from spacy.language import Language

from acumen.language.encoder import SentenceEncoder
from acumen.language.parts import Part, parts_of


@pytest.fixture(scope="module")
def encoder(nlp: Language) -> SentenceEncoder:
    """The encoder of the committed pipeline."""
    return nlp.get_pipe("acumen_encoder")


def parts(nlp: Language, encoder: SentenceEncoder, text: str, limit: int = 24) -> list[Part]:
    """The parts of `text`."""
    return parts_of(nlp(text), encoder, limit=limit)


@pytest.mark.parametrize(
    ("text", "expected", "asked"),
    [
        ("does it hurt", ["does it hurt"], ["does it hurt"]),
        (
            "I am new. Does it hurt?",
            ["I am new. Does it hurt?", "I am new.", "Does it hurt?"],
            ["Does it hurt?"],
        ),
        (
            "does it hurt and how long does it take",
            ["does it hurt and how long does it take", "does it hurt", "how long does it take"],
            ["does it hurt", "how long does it take"],
        ),
        ("12 3. Does it hurt?", ["12 3. Does it hurt?", "Does it hurt?"], ["Does it hurt?"]),
    ],
    ids=["one", "sentence and question", "two questions in a sentence", "no letters"],
)
def test_parts(nlp: Language, encoder: SentenceEncoder, text: str, expected: list[str], asked: list[str]):
    """The whole message comes first, then its sentences and questions, each once and only where it says something."""
    found = parts(nlp, encoder, text)

    assert [part.text for part in found] == expected
    assert [part.text for part in found if part.asks] == asked


def test_each_part_has_its_own_vector(nlp: Language, encoder: SentenceEncoder):
    """A part is encoded by itself, not as a piece of the message."""
    found = parts(nlp, encoder, "I am new. Does it hurt?")

    np.testing.assert_array_equal(
        np.stack([part.vector for part in found]), encoder.encode([part.text for part in found])
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 24])
def test_long_messages_keep_their_ends(nlp: Language, encoder: SentenceEncoder, limit: int):
    """Of many sentences no more than the limit remain, with the first and the last among them."""
    text = " ".join(f"This is number {number} of them." for number in range(60))

    found = [part.text for part in parts(nlp, encoder, text, limit)]

    assert len(found) <= limit
    assert found[0] == text
    assert len(set(found)) == len(found)
    if limit > 2:
        assert found[1] == "This is number 0 of them."
        assert found[-1] == "This is number 59 of them."
