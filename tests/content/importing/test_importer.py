"""Importing: what is written, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.content.article import BOTH, DRY_NEEDLING
from acumen.content.importing.importer import Importer, Result
from acumen.content.importing.page import anchors, slug, technique_of
from acumen.content.importing.suggest import Encode, TopicSuggester
from acumen.content.reader import read_article
from tests.content.importing.conftest import PARAGRAPH, docx, pdf

Write = Callable[[str, bytes | str], Path]

TEXT = f"""Visiting us with migraine
By Ada Example, nurse
March 2, 2024
{PARAGRAPH}
Where can I park?
You can leave your car in the car park behind the clinic, and parking there is free for patients.
Migraines and rest
{PARAGRAPH.replace("river", "road")}
Comments"""


def run(importer: Importer, *paths: Path) -> list[Result]:
    """The results of an import."""
    return list(importer.run(list(paths)))


def test_text_becomes_a_draft(importer: Importer, write: Write):
    """A text copied from a page becomes a draft with its source, sections, topics and conditions."""
    (result,) = run(importer, write("visit.txt", TEXT))

    assert result.status == "written"
    article = read_article(result.article)
    assert article.id == "visiting-us-with-migraine"
    assert (article.source.author, article.source.role, article.source.date) == (
        "Ada Example",
        "nurse",
        "March 2, 2024",
    )
    assert (article.reviewed, article.review_by) == (None, None)
    title, parking, rest = article.sections
    assert parking.topics == ("parking",)
    assert rest.conditions == title.conditions == {"migraine"}
    assert any("Comments" in note for note in result.notes)
    assert any("#migraines-and-rest" in note for note in result.notes)


@pytest.mark.parametrize("name", ["visit.docx", "visit.pdf", "visit.html", "visit.md"])
def test_other_kinds_become_the_same_sections(importer: Importer, write: Write, name: str):
    """The same text as a Word, PDF or Markdown file or as a page answers the same topic."""
    title, *_ = TEXT.splitlines()
    parking = "You can leave your car in the car park behind the clinic, and parking there is free for patients."
    contents = {
        "visit.docx": docx([("Title", title), ("", PARAGRAPH), ("heading 1", "Parking"), ("", parking)]),
        "visit.pdf": pdf([*PARAGRAPH.replace(". ", ".\n").splitlines(), "Parking", parking], title=title),
        "visit.html": f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{PARAGRAPH}</p>"
        f"<h2>Parking</h2><p>{parking}</p></article></body></html>",
        "visit.md": f"# {title}\n\n{PARAGRAPH}\n\n## Parking\n\n{parking}\n",
    }

    (result,) = run(importer, write(name, contents[name]))

    sections = read_article(result.article).sections
    assert [section.passages for section in sections if "parking" in section.topics] == [(parking,)]


def test_second_import_changes_nothing(importer: Importer, write: Write):
    """Importing the same source again leaves every byte as it is."""
    source = write("visit.txt", TEXT)
    (first,) = run(importer, source)
    before = first.article.read_bytes()

    (second,) = run(importer, source.parent)

    assert (second.status, second.article) == ("unchanged", first.article)
    assert first.article.read_bytes() == before
    assert [file.name for file in first.article.parent.iterdir()] == [first.article.name]


@pytest.mark.parametrize("changed", [TEXT, TEXT.replace("free", "cheap")], ids=["same source", "new source"])
def test_edits_are_never_overwritten(importer: Importer, write: Write, changed: str):
    """An article that somebody has edited stays, whether its source is the same or not, and that is said."""
    (first,) = run(importer, write("visit.txt", TEXT))
    edited = first.article.read_text("utf-8").replace("reviewed:", "reviewed: 2026-01-02")
    first.article.write_text(edited, "utf-8")

    (second,) = run(importer, write("visit.txt", changed))

    assert (second.status, [fault.code for fault in second.problems]) == ("edited", ["ACU190"])
    assert first.article.read_text("utf-8") == edited


def test_changed_source_updates_what_nobody_edited(importer: Importer, write: Write):
    """A newer version of a source replaces the draft of the older one."""
    run(importer, write("visit.txt", TEXT))

    (second,) = run(importer, write("visit.txt", TEXT.replace("is free", "costs little")))

    assert second.status == "updated"
    assert "costs little" in second.article.read_text("utf-8")


def test_renamed_article_is_known(importer: Importer, write: Write):
    """A draft that was renamed is not imported a second time."""
    source = write("visit.txt", TEXT)
    (first,) = run(importer, source)
    renamed = first.article.rename(first.article.with_name("other.md"))

    (second,) = run(importer, source)

    assert (second.status, second.article) == ("unchanged", renamed)


def test_article_from_elsewhere_is_not_touched(importer: Importer, write: Write, tmp_path: Path):
    """Beside an article of the same name, written by hand or made of another source, a draft gets a name of its own."""
    own = tmp_path / "articles" / "visiting-us-with-migraine.md"
    own.parent.mkdir()
    own.write_text("mine", "utf-8")

    (first,) = run(importer, write("visit.txt", TEXT))
    (second,) = run(importer, write("other/visit.txt", TEXT + "\n"))
    (third,) = run(importer, write("visit.txt", TEXT.replace("free", "cheap")))

    assert own.read_text("utf-8") == "mine"
    assert [result.article.stem.removeprefix(own.stem) for result in (first, second, third)] == ["-2", "-3", "-2"]
    assert (second.status, third.status) == ("written", "updated")


def test_bad_files_do_not_stop_the_others(importer: Importer, write: Write):
    """In a folder each file that can be imported is; the others are reported."""
    french = "La clinique est au bord de la rivière et les salles sont calmes et chaudes en hiver. " * 4
    for name, content in [("a.txt", b""), ("b.txt", french), ("c.txt", TEXT), ("d.pdf", pdf([])), (".hidden", b"")]:
        write(name, content)

    results = run(importer, write("e.txt", "Too short.").parent)

    assert [result.status for result in results] == ["failed", "failed", "written", "failed", "failed"]
    codes = [fault.code for result in results for fault in result.problems]
    assert codes == ["ACU183", "ACU188", "ACU184", "ACU183"]


@given(
    st.lists(
        st.sampled_from([PARAGRAPH, "Heading", "- item", "1. one", "By Ada Lee", "[1]", "#", "{}", "—", "x:", "é"])
    )
)
def test_any_mixture_of_lines_can_be_imported(
    tmp_path_factory: pytest.TempPathFactory, suggester: TopicSuggester, encode: Encode, lines: list[str]
):
    """Whatever order lines come in, the result is an article that can be read, or a fault with a code."""
    folder = tmp_path_factory.mktemp("mixture")
    source = folder / "a.txt"
    source.write_text("\n".join(lines), "utf-8")

    (result,) = run(Importer(folder / "articles", suggester, encode, {}), source)

    if result.status == "failed":
        assert [fault.code for fault in result.problems] == ["ACU183"]
    else:
        assert read_article(result.article).sections


def test_folder_that_cannot_be_written(importer: Importer, write: Write, tmp_path: Path):
    """Where articles cannot be written, that is said for each file."""
    (tmp_path / "articles").write_text("a file in the way", "utf-8")

    (result,) = run(importer, write("visit.txt", TEXT))

    assert [fault.code for fault in result.problems] == ["ACU192"]


def test_folder_without_files(importer: Importer, tmp_path: Path):
    """A folder with nothing in it is reported."""
    (result,) = run(importer, tmp_path)

    assert [fault.code for fault in result.problems] == ["ACU191"]


def test_anchors_are_usable_and_unique():
    """Two sections of like headings have anchors of their own."""
    assert anchors(["What’s it?", "What’s it!", "殷"]) == ["whats-it", "whats-it-2", "section"]
    assert slug("One two three", 2) == "one-two"


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("What is dry needling?", "", DRY_NEEDLING),
        ("Acupuncture or dry needling?", "", BOTH),
        ("Rest", "Unlike dry needling, acupuncture takes long.", "acupuncture"),
        ("Rest", "Dry needling is fast.", DRY_NEEDLING),
        ("Rest", "It is fast.", "acupuncture"),
    ],
)
def test_technique_of_a_section(heading: str, text: str, expected: str):
    """What a section's facts hold for is what its heading names, else its text."""
    assert technique_of(heading, text) == expected
