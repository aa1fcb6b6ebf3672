"""Plain lines read as headings, paragraphs and lists."""

from __future__ import annotations

import pytest

from acumen.content.importing.document import Heading, Items, Paragraph
from acumen.content.importing.lines import looks_like_heading, read_lines

LONG = "This is a sentence of the article that goes on for a while, so that no one could take it for a title of it."


def test_short_line_before_text_is_a_heading():
    """A short line without a full stop is a heading where text follows, and its number goes."""
    assert read_lines(f"1. Where we are\n{LONG}") == [Heading("Where we are"), Paragraph(LONG)]


def test_short_line_at_the_end_is_none():
    """A short line with nothing below it heads nothing."""
    assert read_lines(f"{LONG}\nWhere we are") == [Paragraph(LONG), Paragraph("Where we are")]


@pytest.mark.parametrize("mark", ["-", "*", "•", "–"])
def test_marked_lines_are_a_list(mark: str):
    """Lines with a bullet of any kind are one list, empty lines between them or not."""
    assert read_lines(f"{LONG}\n{mark} one\n\n{mark} two") == [Paragraph(LONG), Items(("one", "two"))]


def test_numbered_lines_in_a_row_are_a_list():
    """Numbers that follow each other are a list; a number by itself belongs to its heading."""
    assert read_lines(f"{LONG}\n1. Come in.\n2. Sit down.") == [Paragraph(LONG), Items(("Come in.", "Sit down."))]


def test_lines_broken_at_a_width_are_joined():
    """A paragraph copied with its line breaks is one paragraph, with broken words whole."""
    text = (
        "The needles are thin, and most people hardly feel them go\n"
        "in. Afterwards you rest, and somebody looks in every few min-\n"
        "utes. You can fall asleep.\n"
        "\n"
        "The second paragraph starts here, after a line that is empty,\n"
        "and it goes on.\n"
    )

    first, second = read_lines(text)

    assert isinstance(first, Paragraph)
    assert first.text.endswith("every few minutes. You can fall asleep.")
    assert second == Paragraph("The second paragraph starts here, after a line that is empty, and it goes on.")


def test_sentence_broken_in_two_is_joined():
    """A line that begins with a small letter goes on with the one before."""
    assert read_lines("The clinic is known far\nand wide.\n" + LONG * 3)[0] == Paragraph(
        "The clinic is known far and wide."
    )


def test_repeated_line_is_taken_once():
    """The caption of a picture often stands twice."""
    assert read_lines(f"{LONG}\n\na garden\na garden\n\n{LONG}X").count(Paragraph("a garden")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where are you?", True),
        ("Our rooms", True),
        ("our rooms", False),
        ("We are here.", False),
        ("We are here. Where are you?", False),
        ("Bring these:", False),
        (LONG.rstrip("."), False),
        ("", False),
    ],
)
def test_look_of_a_heading(text: str, expected: bool):
    """A heading is short, begins with a capital and is no sentence, unless it asks."""
    assert looks_like_heading(text) is expected


@pytest.mark.parametrize("text", ["", "\n\n", " \t "])
def test_no_text(text: str):
    """Nothing gives no blocks."""
    assert read_lines(text) == []
