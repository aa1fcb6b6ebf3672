"""Key words a letter away from what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.safety.spelling import Spelling

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = "breathing"


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    """A few key words, and a word that looks like one of them."""
    return Spelling(["breathing", "stroke", "throat", "arm"], others=["strike"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("breathin", "breathing"),
        ("breatthing", "breathing"),
        ("braething", "breathing"),
        ("breathimg", "breathing"),
        ("troat", "throat"),
        ("throats", "throat"),
        ("stroke", "stroke"),
        ("strike", "strike"),
        ("strikes", "strikes"),
        ("arn", "arn"),
        ("brething's", "brething's"),
        ("bereathimg", "bereathimg"),
        ("", ""),
    ],
)
def test_mend(spelling: Spelling, typed: str, meant: str):
    """One slip in a longer key word is mended; short words, other words and two slips stay."""
    assert spelling.mend(typed) == meant


@given(st.integers(0, len(WORD) - 1), st.sampled_from(LETTERS), st.sampled_from(["add", "leave out", "change", "swap"]))
def test_any_one_slip_is_mended(place: int, letter: str, slip: str):
    """Wherever the slip is, the key word is found."""
    head, tail = WORD[:place], WORD[place:]
    typed = {
        "add": head + letter + tail,
        "leave out": head + tail[1:],
        "change": head + letter + tail[1:],
        "swap": head + tail[1:2] + tail[:1] + tail[2:],
    }[slip]

    assert Spelling([WORD]).mend(typed) == WORD
