"""How far words reach within a sentence."""

from __future__ import annotations

import pytest
from spacy.language import Language

from acumen.safety.scope import REACH, Scope

TEXT = "well yes, i had no pain at all but now it hurts, a lot"


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("follows", "pain at all"), ("precedes", "i had"), ("anywhere", "well yes, i had no pain at all")],
)
def test_reached(nlp: Language, direction: str, expected: str):
    """Commas and ending words end a clause, ending words alone a thought."""
    doc = nlp.tokenizer(TEXT)
    words = [token.text for token in doc]
    but, no = words.index("but"), words.index("no")

    start, end = Scope(doc[:], [(but, but + 1)]).reached((no, no + 1), direction)

    assert doc[start:end].text == expected


def test_reach_is_limited(nlp: Language):
    """In a message without commas a modifier reaches a few words only."""
    doc = nlp.tokenizer("no " + "word " * 20)

    assert Scope(doc[:], []).reached((0, 1), "follows") == (1, 1 + REACH)
    assert Scope(doc[:], []).reached((15, 16), "precedes") == (15 - REACH, 15)
