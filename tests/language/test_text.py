"""Cleaning what people type or paste."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acumen.language.text import clean

LIMIT = 200
# What people never see but programs do, beside ordinary letters.
NASTY = st.text("a /\n\r\u0000\u200b\u202e\u0301\u0336\ufdfa／\u2028", max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it hurt?", "does it hurt?"),
        ("", ""),
        ("  does   it\thurt?  ", "does it hurt?"),
        ("does\u0000 it\u0007 hurt\u001b?", "does it hurt?"),
        ("\u202edoes it\u202c hurt\u200b?\ufeff", "does it hurt?"),
        ("d\u0336\u0337\u0338o\u0301\u0302\u0303es", "d\u0336ó\u0302es"),
        ("ｄｏｅｓ ｉｔ ｈｕｒｔ？", "does it hurt?"),
        ("it doesn’t hurt", "it doesn't hurt"),
        ("it doesn`t hurt", "it doesn't hurt"),
        ("café, naïve, Ångström", "café, naïve, Ångström"),
        ("does it hurt? 😀", "does it hurt? 😀"),
        ("針灸は痛いですか", "針灸は痛いですか"),
        ("one\n\n\n  two \r\n three", "one\ntwo\nthree"),
        ("one\u2028two", "one two"),
    ],
    ids=[
        "plain",
        "empty",
        "spaces",
        "control characters",
        "bidi and zero width",
        "stacked accents",
        "full width",
        "curly apostrophe",
        "backtick",
        "accents",
        "emoji",
        "other script",
        "line breaks",
        "line separator",
    ],
)
def test_clean(text: str, expected: str):
    """Invisible characters go, what people meant stays."""
    assert clean(text, LIMIT) == expected


@pytest.mark.parametrize("text", ["\u0000\u0007\u001b", "\u200b\u202e\ufeff", "  \n\t ", "///", " / / "])
def test_nothing_is_left_of_what_cannot_be_seen(text: str):
    """A message without a visible character is an empty one."""
    assert clean(text, LIMIT) == ""


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "//restart",
        " / /restart",
        "\u200b/restart",
        "／restart",
        "/\u200b/restart",
        "\n/restart",
        "/\n/restart",
    ],
)
def test_a_leading_slash_goes(text: str):
    """What Rasa would take for a command is plain text, however the slash is hidden."""
    assert clean(text, LIMIT) == "restart"


@pytest.mark.parametrize("text", ["24/7 care", "and/or", "see https://clinic.example/a"])
def test_a_slash_within_stays(text: str):
    """Only a slash at the start means a command."""
    assert clean(text, LIMIT) == text


@pytest.mark.parametrize("text", ["a" * 5000, "word " * 2000, "\ufdfa" * 3000, "e\u0301" * 3000])
def test_long_texts_are_cut(text: str):
    """No text is longer than the limit, even one whose characters grow when they are made plain."""
    assert 0 < len(clean(text, LIMIT)) <= LIMIT


@settings(max_examples=1000)
@given(NASTY)
def test_whatever_comes_in_is_safe_to_work_on(text: str):
    """No text gets through with a slash in front, an invisible character or more than the limit."""
    result = clean(text, LIMIT)

    assert not result.startswith("/")
    assert len(result) <= LIMIT
    assert result == result.strip()
    assert all(character == "\n" or unicodedata.category(character)[0] != "C" for character in result)


@given(st.text(max_size=100) | NASTY)
def test_cleaning_twice_changes_nothing(text: str):
    """A cleaned text is clean."""
    once = clean(text, LIMIT)

    assert clean(once, LIMIT) == once
