"""Texts as parts of a page."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from acumen.site.prose import Part, linked, own_parts, passage_parts


def test_passage_is_paragraphs_and_lists() -> None:
    """A blank line ends a paragraph; items of one kind make one list, whatever their bullet."""
    assert passage_parts("One.\n\n- a\n* b\n1. c\n2. d\n\nTwo.") == [
        Part("p", ("One.",)),
        Part("ul", ("a", "b")),
        Part("ol", ("c", "d")),
        Part("p", ("Two.",)),
    ]


def test_wrapped_lines_of_a_passage_are_joined() -> None:
    """Where a writer's editor broke a line means nothing, in a paragraph and in an item."""
    assert passage_parts("One\ntwo.\n\n- three\n  four") == [Part("p", ("One two.",)), Part("ul", ("three four",))]


@pytest.mark.parametrize("text", ["5 out of 10 felt it", "-5 degrees", "2026. It was", "*not* a list"])
def test_what_looks_like_an_item_but_is_none(text: str) -> None:
    """Figures and marks at the beginning of a line make no list."""
    assert passage_parts(text) == [Part("p", (text,))]


def test_lines_of_the_bot_stand_alone() -> None:
    """In the bot's own voice a line break is meant."""
    assert own_parts("Call us.\nAddress: here") == [Part("p", ("Call us.",)), Part("p", ("Address: here",))]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call 999 now.", ["999"]),
        ("Call your local emergency number (999, 911 or 112) now.", ["999", "911", "112"]),
        ("Samaritans on 116 123.", ["116123"]),
        ("Poison line: 1-800-222-1222.", ["18002221222"]),
        ("Ring +44 20 7946 0000, please.", ["+442079460000"]),
        ("Please ask Alder Lane Clinic on 01632 960123.", ["01632960123"]),
        ("It lasted 999 days.", []),
        ("Call between 9 and 11, about 15-30 minutes or £112.", []),
        ("Twelve studies with 112 people.", []),
    ],
)
def test_numbers_that_can_be_dialled_are_links(text: str, numbers: list[str]) -> None:
    """A number to dial is a link; a figure is none."""
    shown = linked(text)

    assert [part.split('"')[0] for part in shown.split('href="tel:')[1:]] == numbers
    assert Markup(shown).striptags() == text


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Appointments: https://alder.example/book?day=1.", ["https://alder.example/book?day=1"]),
        ("See findahelpline.com, or nhs.uk/111.", ["https://findahelpline.com", "https://nhs.uk/111"]),
        ("Write to info@alder.com.", []),
        ("javascript:alert(1) or http://plain.example", []),
    ],
)
def test_web_addresses_are_links(text: str, addresses: list[str]) -> None:
    """A web address is a secure link to itself; nothing else becomes one."""
    shown = linked(text)

    assert [part.split('"')[0] for part in shown.split('href="')[1:]] == addresses
    assert Markup(shown).striptags() == text


def test_text_around_numbers_is_escaped() -> None:
    """Nothing in a text becomes markup, with a number in it or not."""
    assert linked("<b>Call 999</b>") == '&lt;b&gt;Call <a class="tel" href="tel:999">999</a>&lt;/b&gt;'
