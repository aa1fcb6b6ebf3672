"""What stands around an article on its page, and its byline."""

from __future__ import annotations

import pytest

from acumen.content.importing.clean import clean
from acumen.content.importing.document import Document, Heading, Items, Paragraph
from acumen.content.importing.lines import read_lines

LONG = (
    "This is a paragraph of the article with so many words in it that nobody could take it "
    "for the name of a person or a date, or for the title."
)


def cleaned(text: str) -> tuple[Document, list[str]]:
    """The document of a text copied from a page."""
    return clean(Document(tuple(read_lines(text))))


@pytest.mark.parametrize(
    "byline",
    [
        "By Ada Example, nurse\nMarch 2, 2024",
        "- Ada Example\n- March 2, 2024\n- 5 min read",
        "Ada Example\n\nMarch 2, 20245 min read",
        "Ada Example\nMarch 2, 2024",
    ],
)
def test_title_author_and_date_stand_above_the_text(byline: str):
    """A page's title and byline are found in the forms that blogs give them, and are no text of the article."""
    document, _ = cleaned(f"Our garden in spring\n{byline}\n{LONG}")

    assert (document.title, document.author, document.date) == ("Our garden in spring", "Ada Example", "March 2, 2024")
    assert document.blocks == (Paragraph(LONG),)


@pytest.mark.parametrize("date", ["4/1/2025", "1 April 2025", "2025-04-01", "April 2025", "Apr 1"])
def test_forms_of_dates(date: str):
    """A date is kept as it is printed."""
    assert cleaned(f"Our garden\nBy Ada Example\n{date}\n{LONG}")[0].date == date


def test_what_a_converter_found_stays():
    """Title and author that the file itself names are not guessed again."""
    given = Document((Heading("Other"), Paragraph(LONG)), title="Given", author="Bo Example", date="May 2020")

    assert clean(given)[0] == given


@pytest.mark.parametrize(
    "line",
    ["Share this post", "Accept all cookies", "We use cookies to improve your visit.", "Subscribe to our newsletter",
     "Menu", "Back to top", "3 comments", "© 2024 The Clinic", "Read more", "a woman in a garden", "12"],
)  # fmt: skip
def test_lines_around_an_article_are_left_out(line: str):
    """Buttons, notices and captions are not of the article, and are told."""
    document, dropped = clean(Document((Paragraph(LONG), Paragraph(line), Paragraph(LONG)), title="Given"))

    assert document.blocks == (Paragraph(LONG), Paragraph(LONG))
    assert dropped == [line]


@pytest.mark.parametrize("end", ["Comments", "Leave a reply", "More Posts", "References", "Related articles"])
def test_nothing_is_read_after_the_end(end: str):
    """Comments, other posts and references end the article."""
    document, dropped = clean(
        Document((Paragraph(LONG), Paragraph(LONG), Heading(end), Items(("Great post", "So true"))), title="Given")
    )

    assert document.blocks == (Paragraph(LONG), Paragraph(LONG))
    assert dropped[0] == end


def test_the_same_word_near_the_top_ends_nothing():
    """A section on sources above the middle is a section."""
    blocks = (Heading("Sources"), Paragraph(LONG), Paragraph(LONG), Paragraph(LONG))

    assert clean(Document(blocks, title="Given"))[0].blocks == blocks


def test_paragraph_about_the_author_gives_the_role():
    """What a last paragraph says the author is becomes the role; the paragraph goes."""
    about = "Ada Example is a licensed nurse in Springfield. Call her on 555."
    document, dropped = clean(Document((Paragraph(LONG), Paragraph(about)), title="Given", author="Ada Example"))

    assert (document.role, document.blocks) == ("licensed nurse", (Paragraph(LONG),))
    assert dropped == [about]
