"""Figures in passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.content.figures import differ, figures

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
UNITS = {"treatment": "session", "session": "session", "visit": "session", "minute": "minute", "week": "week"}

numbers = st.integers(1, 999)
units = st.sampled_from(sorted(UNITS))
joints = st.sampled_from(["-", "–", " - ", " to ", " or "])
# Texts with nothing in them that could be a number.
plain = st.text("bdjklmpqz .,?!\n", max_size=20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bru suggests 6 to 8 treatments.", {"session": {"6-8"}}),
        ("They stay in for 15-30 minutes.", {"minute": {"15-30"}}),
        ("They stay in for 15–30 minutes.", {"minute": {"15-30"}}),
        ("Six to eight visits", {"session": {"6-8"}}),
        ("one or two sessions", {"session": {"1-2"}}),
        ("one session", {"session": {"1"}}),
        ("5 weekly sessions over 5 weeks", {"session": {"5"}, "week": {"5"}}),
        ("1,000 visits in 3 years, 2 months", {"session": {"1000"}, "year": {"3"}, "month": {"2"}}),
        ("6 to 8 sessions, for some 12 sessions", {"session": {"6-8", "12"}}),
        ("20,817 people took part in 39 trials.", {}),
        ("someone's treatment", {}),
        ("", {}),
    ],
)
def test_figures_of_a_text(text: str, expected: dict[str, set[str]]):
    """Numbers count with their unit; a treatment, a visit and a session are the same."""
    assert figures(text) == expected


@given(st.tuples(plain, plain), numbers, joints, numbers, units)
def test_a_range_is_found_wherever_it_stands(around: tuple[str, str], low: int, joint: str, high: int, unit: str):
    """A range with a unit is found in any surroundings, however its ends are joined."""
    before, after = around

    assert figures(f"{before} {low}{joint}{high} {unit}s {after}") == {UNITS[unit]: {f"{low}-{high}"}}


@given(st.integers(1, 12), st.integers(1, 12), units)
def test_words_mean_the_same_as_digits(low: int, high: int, unit: str):
    """A figure in words is the same figure in digits, in small letters or capitals."""
    digits = f"{low} to {high} {unit}s"
    words = f"{WORDS[low - 1]} to {WORDS[high - 1]} {unit}s"

    assert figures(words) == figures(words.upper()) == figures(digits)
    assert not differ([words, digits])


@given(numbers, numbers, units)
def test_texts_differ_when_their_figures_do(first: int, second: int, unit: str):
    """Two texts with one unit differ exactly when the numbers do."""
    texts = [f"It takes {first} {unit}s.", f"Some say {second} {unit}s."]

    assert differ(texts) == differ(texts[::-1]) == (first != second)


@given(numbers, numbers)
def test_figures_of_different_units_never_differ(first: int, second: int):
    """Minutes say nothing against sessions."""
    assert not differ([f"{first} minutes", f"{second} sessions"])


@given(st.lists(st.text(), max_size=4))
def test_any_text_can_be_read(texts: list[str]):
    """No text breaks the reading, and a text never differs from itself."""
    assert not differ([*texts[:1], *texts[:1]])
    assert isinstance(differ(texts), bool)
