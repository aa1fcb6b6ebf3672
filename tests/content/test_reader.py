"""Articles in Markdown, read into sections and passages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from acumen.content.article import ACUPUNCTURE, BOTH, DRY_NEEDLING
from acumen.content.reader import read_article
from acumen.errors import AcumenError

WriteArticle = Callable[..., Path]

FULL = """\

# Needles and pain

{#does-it-hurt topics="does_it_hurt needles" conditions="back-pain migraine" technique="both"}
## Does it hurt?

Most people feel little.
It is over soon.

They name these feelings:

- a dull ache
- warmth

In the end

1. rest
2. drink

{#after topics="after_session"}
## How will I feel afterwards?

**Calm**, with a *“smile”*.
"""


def section_at(file: Path) -> int:
    """The line of the first heading of a section."""
    return file.read_text(encoding="utf-8").splitlines().index("## Does it hurt?") + 1


def faults(file: Path) -> list[tuple[str, Path | None, int | None]]:
    """Code, file and line of all that is wrong with an article."""
    with pytest.raises(AcumenError) as caught:
        read_article(file)
    return [(fault.code, fault.file, fault.line) for fault in caught.value.problems]


def test_article_is_named_by_its_file(write_article: WriteArticle):
    """The id is the file's name without its ending; title, source and dates come from the settings."""
    article = read_article(write_article(name="needles-and-pain"))

    assert article.id == "needles-and-pain"
    assert article.title == "Needles and pain"
    assert article.source.author == "Ada Example"
    assert (article.reviewed, article.review_by) == (date(2026, 1, 2), date(2027, 1, 2))


def test_attributes_of_a_section(write_article: WriteArticle):
    """Anchor, topics, conditions and technique come from the line before the heading."""
    first, second = read_article(write_article(FULL)).sections

    assert (first.key, first.heading) == ("needles#does-it-hurt", "Does it hurt?")
    assert first.topics == ("does_it_hurt", "needles")
    assert first.conditions == {"back-pain", "migraine"}
    assert first.technique == BOTH
    assert (second.conditions, second.technique) == (frozenset(), ACUPUNCTURE)


def test_line_of_a_section_is_that_of_its_heading(write_article: WriteArticle):
    """A problem with a section can be found by its line in the file."""
    file = write_article(FULL)

    assert read_article(file).sections[0].line == section_at(file)


def test_passages_are_the_blocks_word_for_word(write_article: WriteArticle):
    """Each block below a heading is a passage, with its marks and line breaks as they stand."""
    first, second = read_article(write_article(FULL)).sections

    assert first.passages == (
        "Most people feel little.\nIt is over soon.",
        "They name these feelings:",
        "- a dull ache\n- warmth",
        "In the end",
        "1. rest\n2. drink",
    )
    assert second.passages == ("**Calm**, with a *“smile”*.",)


def test_lead_and_details(write_article: WriteArticle):
    """The first passage is the lead, the others are the details."""
    section = read_article(write_article(FULL)).sections[0]

    assert (section.lead, *section.details) == section.passages


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["unix", "windows"])
def test_line_endings_do_not_matter(write_article: WriteArticle, newline: str):
    """A file saved on another system reads the same."""
    file = write_article(FULL)
    expected = read_article(file)
    file.write_bytes(file.read_bytes().replace(b"\n", newline.encode()))

    assert read_article(file) == expected


@pytest.mark.parametrize(
    ("technique", "asked", "expected"),
    [
        (ACUPUNCTURE, ACUPUNCTURE, True),
        (ACUPUNCTURE, DRY_NEEDLING, False),
        (DRY_NEEDLING, ACUPUNCTURE, False),
        (DRY_NEEDLING, DRY_NEEDLING, True),
        (BOTH, ACUPUNCTURE, True),
        (BOTH, DRY_NEEDLING, True),
    ],
)
def test_technique_a_section_holds_for(write_article: WriteArticle, technique: str, asked: str, expected: bool):
    """A section covers its own technique, and each of them where it says both."""
    body = f'{{#a topics="needles" technique="{technique}"}}\n## A\n\nText.\n'
    (section,) = read_article(write_article(body)).sections

    assert section.covers(asked) is expected


@pytest.mark.parametrize("attributes", ["#a", '#a topics="  "'])
def test_section_without_topics(write_article: WriteArticle, attributes: str):
    """A section may have no topic: it is then found by its words."""
    (section,) = read_article(write_article(f"{{{attributes}}}\n## Does it hurt?\n\nText.\n")).sections

    assert section.topics == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("## Does it hurt?\n\nText.\n", "ACU104"),
        ('{topics="needles"}\n## Does it hurt?\n\nText.\n', "ACU104"),
        ('{#a topics="needles"}\n## Does it hurt?\n', "ACU108"),
        ('{#a topics="needles" technique="cupping"}\n## Does it hurt?\n\nText.\n', "ACU111"),
        ('{#Not_Usable topics="needles"}\n## Does it hurt?\n\nText.\n', "ACU112"),
    ],
    ids=[
        "no attributes",
        "no anchor",
        "no text",
        "unknown technique",
        "anchor with capitals",
    ],
)
def test_fault_of_a_section(write_article: WriteArticle, body: str, code: str):
    """Each fault of a section is reported at the line of its heading."""
    file = write_article(body)

    assert faults(file) == [(code, file, section_at(file))]


def test_anchor_that_stands_twice(write_article: WriteArticle):
    """The second section with an anchor is at fault, not the first."""
    section = '{#a topics="needles"}\n## Heading\n\nText.\n\n'
    file = write_article(section + section)
    lines = file.read_text(encoding="utf-8").splitlines()
    second = len(lines) - lines[::-1].index("## Heading")

    assert faults(file) == [("ACU105", file, second)]


@pytest.mark.parametrize("stray", ["A stray paragraph.", "- a stray list"])
def test_text_outside_a_section(write_article: WriteArticle, stray: str):
    """Text above the first section is reported where it stands, as no answer could ever show it."""
    file = write_article(f'\n# Title\n\n{stray}\n\n{{#a topics="needles"}}\n## Heading\n\nText.\n')
    line = file.read_text(encoding="utf-8").splitlines().index(stray) + 1

    assert faults(file) == [("ACU109", file, line)]


def test_all_faults_are_reported_together(write_article: WriteArticle):
    """Every fault of an article is reported at once, not one a run."""
    file = write_article('Stray.\n\n## No anchor\n\nText.\n\n{#a technique="x"}\n## No topics\n')

    assert {code for code, *_ in faults(file)} == {"ACU104", "ACU108", "ACU109", "ACU111"}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"caf\xe9"], ids=["utf-16", "latin-1"])
def test_file_that_is_no_text(tmp_path: Path, content: bytes):
    """A file in another encoding is named, with what to do."""
    file = tmp_path / "article.md"
    file.write_bytes(content)

    assert faults(file) == [("ACU113", file, None)]


def test_file_that_is_not_there(tmp_path: Path):
    """A file that cannot be opened is named."""
    file = tmp_path / "missing.md"

    assert faults(file) == [("ACU113", file, None)]


def test_headings_of_other_levels(write_article: WriteArticle):
    """A smaller heading would be shown to patients as it is typed, so it is reported."""
    file = write_article('{#a topics="needles"}\n## Heading\n\nText.\n\n### Small\n\nMore.\n')
    line = file.read_text(encoding="utf-8").splitlines().index("### Small") + 1

    assert faults(file) == [("ACU116", file, line)]


def test_article_without_sections(write_article: WriteArticle):
    """An article nobody could be answered from is reported."""
    assert [code for code, *_ in faults(write_article("# Title\n"))] == ["ACU115"]


def test_remarks_are_not_shown(write_article: WriteArticle):
    """What the writer notes in a comment is no passage."""
    file = write_article('{#a topics="needles"}\n## Heading\n\n<!-- ask Ada -->\n\nText.\n')

    assert read_article(file).sections[0].passages == ("Text.",)
