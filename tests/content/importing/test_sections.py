"""Sections made of blocks."""

from __future__ import annotations

from acumen.content.importing.document import Document, Heading, Items, Paragraph
from acumen.content.importing.sections import drafts_of
from acumen.content.importing.suggest import Encode, TopicSuggester

GARDEN = "The garden behind the house has old trees and a bench, and the gate is never locked."
PARKING = "You can leave your car in the car park behind the clinic, and parking there is free for patients."
HURT = "Does it hurt? Most people say that the needles do not hurt, and that it is hardly painful."


def shape(document: Document, suggester: TopicSuggester, encode: Encode) -> list[tuple[str, list[str]]]:
    """Headings and passages of the sections."""
    return [(draft.heading, draft.passages) for draft in drafts_of(document, suggester, encode)]


def test_headings_make_sections(suggester: TopicSuggester, encode: Encode):
    """Each heading with text is a section; what stands above the first is below the title."""
    document = Document((Paragraph(GARDEN), Heading("Empty"), Heading("Trees"), Paragraph("Old ones.")), title="Home")

    assert shape(document, suggester, encode) == [("Home", [GARDEN]), ("Trees", ["Old ones."])]


def test_list_that_explains_names_makes_sections(suggester: TopicSuggester, encode: Encode):
    """Each name that a list explains can be asked for; the list of the names stays."""
    document = Document(
        (
            Heading("Inside"),
            Paragraph("These are the rooms:"),
            Items(("The hall: it is where you wait for a while.", "The attic: it is where the old things are kept.")),
        ),
        title="Home",
    )

    assert shape(document, suggester, encode) == [
        ("Inside", ["These are the rooms:", "- The hall\n- The attic"]),
        ("The hall", ["it is where you wait for a while."]),
        ("The attic", ["it is where the old things are kept."]),
    ]


def test_plain_list_stays_a_list(suggester: TopicSuggester, encode: Encode):
    """Short items belong together."""
    document = Document((Heading("Trees"), Items(("figs", "note: apples"))), title="Home")

    assert shape(document, suggester, encode) == [("Trees", ["- figs\n- note: apples"])]


def test_paragraph_on_another_topic_becomes_a_section(suggester: TopicSuggester, encode: Encode):
    """A paragraph that is clearly about a topic is headed by that topic's question."""
    document = Document((Heading("The garden"), Paragraph(GARDEN), Paragraph(PARKING)), title="Home")

    garden, parking = drafts_of(document, suggester, encode)

    assert (garden.heading, garden.passages, garden.guessed) == ("The garden", [GARDEN], False)
    assert (parking.heading, parking.passages, parking.guessed) == ("Where can I park?", [PARKING], True)


def test_figure_on_another_topic_becomes_a_section(suggester: TopicSuggester, encode: Encode):
    """A figure hidden in a paragraph on something else is what patients ask for."""
    figure = "The needles are left in for 25 minutes."
    document = Document((Heading("Where can I park?"), Paragraph(f"{PARKING} {figure}")), title="Home")

    assert shape(document, suggester, encode) == [
        ("Where can I park?", [PARKING]),
        ("How long do the needles stay in?", [figure]),
    ]


def test_text_without_headings_gets_some(suggester: TopicSuggester, encode: Encode):
    """A long text without headings is cut where it speaks of something else, and no word is lost."""
    texts = [GARDEN, GARDEN.replace("trees", "roses"), PARKING, PARKING.replace("free", "cheap"), HURT, HURT]
    document = Document(tuple(map(Paragraph, texts)), title="Home")

    found = shape(document, suggester, encode)

    assert [heading for heading, _ in found] == ["Home", "Where can I park?", "Does it hurt?"]
    assert sorted(text for _, texts in found for text in texts) == sorted(texts)
