"""Cutting and packing texts with links."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from acumen.channels.messaging.markup import HTML, PLAIN
from acumen.channels.messaging.measure import utf16_units
from acumen.channels.messaging.prose import Prose, Run, cut, joined, pack, written

URL = "https://chat.clinic.example/articles/pain?passage=0123456789#does-it-hurt"
RUNS = st.builds(Run, st.text(min_size=1, max_size=80), st.booleans(), st.sampled_from(["", "", URL]))
PROSE = st.lists(RUNS, min_size=1, max_size=6).map(tuple)


def fits(limit: int):
    """Whether a prose takes no more than `limit` units as HTML."""
    return lambda prose: utf16_units(written(prose, HTML)) <= limit


def letters(pieces: list[Prose]) -> str:
    """All that can be seen."""
    return "".join("".join(run.text for piece in pieces for run in piece).split())


@given(st.lists(PROSE, max_size=6), st.integers(200, 600))
def test_every_piece_fits_and_nothing_is_lost(paragraphs: list[Prose], limit: int):
    """Whatever the texts, each piece is within the limit, and together they say all of it, in order."""
    pieces = pack(paragraphs, fits(limit))

    assert all(fits(limit)(piece) for piece in pieces)
    assert letters(pieces) == letters(paragraphs)


@given(st.text(max_size=300), st.integers(20, 60))
def test_no_grapheme_is_torn(text: str, limit: int):
    """What a reader sees as one character stays in one piece, unless it is longer than a piece."""
    pieces = cut((Run(text),), lambda prose: utf16_units(written(prose, PLAIN)) <= limit)
    whole = regex.findall(r"\X", text)

    if all(utf16_units(each) <= limit for each in whole):
        assert [each for each in whole if each.strip()] == [
            each for piece in pieces for each in regex.findall(r"\X", written(piece, PLAIN)) if each.strip()
        ]


def test_cut_after_a_sentence():
    """A text ends where a sentence does, where one ends in time."""
    pieces = cut((Run("One two. Three four five six."),), lambda prose: len(written(prose, PLAIN)) <= 21)

    assert [written(piece, PLAIN) for piece in pieces] == ["One two.", "Three four five six."]


def test_cut_after_a_word():
    """A long sentence is cut between words."""
    pieces = cut((Run("aaaa bbbb cccc dddd"),), lambda prose: len(written(prose, PLAIN)) <= 10)

    assert [written(piece, PLAIN) for piece in pieces] == ["aaaa bbbb", "cccc dddd"]


def test_link_is_whole_or_only_named():
    """A link is never cut; one too long for any piece keeps its words."""
    prose = (Run("See "), Run("On Pain", url=URL))

    assert written(cut(prose, fits(120))[-1], HTML).endswith("</a>")
    assert [written(piece, HTML) for piece in cut((Run("On Pain", url=URL),), fits(20))] == ["On Pain"]


def test_paragraphs_share_a_piece_while_they_fit():
    """Nobody gets five messages where one would do."""
    paragraphs = [(Run(word),) for word in ("one", "two", "three")]

    assert pack(paragraphs, fits(10)) == [joined([(Run("one"),), (Run("two"),)], "\n\n"), (Run("three"),)]


def test_bold_stays_on_its_line():
    """Marks stand right at words and close on the same line, as messengers ask for."""
    assert written((Run(" one\ntwo ", bold=True),), HTML) == " <b>one</b>\n<b>two</b> "
