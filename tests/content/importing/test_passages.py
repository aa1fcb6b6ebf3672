"""Passages: short, whole sentences, and plain text to Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.content.importing.document import Document
from acumen.content.importing.page import PageSection, write_page
from acumen.content.importing.passages import MAX_WORDS, passages, plain, sentences
from acumen.content.reader import read_article

TEN = "One two three four five six seven eight nine ten."


def test_long_paragraph_is_cut_between_sentences():
    """No passage is longer than an answer holds, and no word is lost."""
    text = " ".join([TEN] * 13)

    found = passages(text)

    assert len(found) == 3
    assert all(len(each.split()) <= MAX_WORDS and each.endswith("ten.") for each in found)
    assert " ".join(found) == text


def test_long_sentence_stays_whole():
    """A sentence is never cut: half of one could say something else."""
    text = "word " * 90 + "end."

    assert passages(text.strip()) == [text.strip()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It helps. It is quick.", ["It helps.", "It is quick."]),
        ("“Does it?” She laughed.", ["“Does it?”", "She laughed."]),
        ("Dr. Example e.g. says so. True.", ["Dr. Example e.g. says so.", "True."]),
        ("It takes 1.5 hours.", ["It takes 1.5 hours."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]):
    """Abbreviations and decimal points end no sentence."""
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Not a heading", "Not a heading"),
        ("{#anchor} text", "anchor} text"),
        ("<div> text", "div> text"),
        ("1. first", "first"),
        ("proved [1,2] so [3-5].", "proved so."),
        ("see [here](http://example.com) now", "see here now"),
        ("soft\u00adhyphen and\ttab\nline", "soft hyphen and tab line"),
        ("---", ""),
    ],
)
def test_markup_becomes_plain_text(text: str, expected: str):
    """What Markdown would take for a heading, an attribute, a list or a link is text."""
    assert plain(text) == expected


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, texts: list[str]):
    """Whatever a source holds, the passages of the article are those that were made of it."""
    made = [passage for text in texts for passage in passages(text)]
    section = PageSection("a", "Heading", tuple(made or ["Text."]), (), (), "acupuncture")
    file: Path = tmp_path_factory.mktemp("page") / "page.md"
    file.write_text(write_page(Document((), title="A: “title” # of - it"), [section], "a--b>.txt", b""), "utf-8")

    (read,) = read_article(file).sections

    assert read.passages == section.passages
