"""Files of every kind read as documents."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from acumen.content.importing.convert import read_document
from acumen.content.importing.document import Heading, Items, Paragraph, lines_of
from acumen.content.importing.kinds import MAX_BYTES
from acumen.errors import AcumenError
from tests.content.importing.conftest import PARAGRAPH, docx, pdf

Write = Callable[[str, bytes | str], Path]

PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Our garden | Sample Clinic</title>
<meta name="author" content="Ada Example"><meta property="article:published_time" content="2024-03-02">
<meta property="og:title" content="Our garden"></head><body>
<nav><ul><li><a href="/">Home page</a></li><li><a href="/prices">All our prices</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies to make this page better. <button>Accept all</button></p></div>
<article><h1>Our garden</h1><p>{PARAGRAPH}</p><h2>What grows there</h2><p>{PARAGRAPH.replace("river", "road")}</p>
<ul><li>roses along the wall</li><li>a fig tree that is old</li></ul></article>
<div class="share-buttons"><a href="https://social.example">Share on Friendface</a></div>
<section id="comments" class="comments"><h3>3 Comments</h3><p>Lovely, I went there with my aunt.</p></section>
<footer><p>Copyright Sample Clinic, all rights reserved.</p></footer></body></html>"""


def fault(file: Path) -> str:
    """The code of why a file cannot be read."""
    with pytest.raises(AcumenError) as caught:
        read_document(file)
    (problem,) = caught.value.problems
    assert problem.file == file
    return problem.code


def test_web_page(write: Write):
    """Of a page the article is read, with who wrote it and when, and nothing that stands around it."""
    document = read_document(write("garden.html", PAGE))

    assert (document.title, document.author, document.date) == ("Our garden", "Ada Example", "2024-03-02")
    assert Heading("What grows there") in document.blocks
    assert Items(("roses along the wall", "a fig tree that is old")) in document.blocks
    text = " ".join(line for block in document.blocks for line in lines_of(block))
    for word in ("cookies", "prices", "Friendface", "aunt", "Copyright"):
        assert word not in text


def test_word_file(write: Write):
    """The styles of a Word file say what is title, heading and text."""
    content = docx([("Title", "Our garden"), ("", PARAGRAPH), ("heading 1", "What grows there"), ("", "Roses.")])

    document = read_document(write("garden.docx", content))

    assert document.title == "Our garden"
    assert document.blocks == (Paragraph(PARAGRAPH), Heading("What grows there"), Paragraph("Roses."))


def test_pdf_file(write: Write):
    """A PDF file's lines become paragraphs again; what stands on every page is left out."""
    first = ["Sample Clinic News", "What grows there", *PARAGRAPH.replace(". ", ".\n").splitlines()]
    others = [["Sample Clinic News", PARAGRAPH.replace("river", name), f"Page {name}"] for name in ("road", "sea")]
    content = pdf(first, *others, title="Our garden")

    document = read_document(write("garden.pdf", content))

    assert (document.title, document.author) == ("Our garden", "Ada Example")
    assert Heading("What grows there") in document.blocks
    assert all("Clinic News" not in line for block in document.blocks for line in lines_of(block))


def test_markdown_file(write: Write):
    """Settings, marks, pictures and addresses of a Markdown file are not text."""
    text = "---\ntitle: x\n---\n# Our garden\n\nA **big** [one](http://a.example). ![tree](t.png)\n\n- roses\n- figs\n"

    document = read_document(write("garden.md", text))

    assert document.title == "Our garden"
    assert document.blocks == (Paragraph("A big one."), Items(("roses", "figs")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_any_encoding(write: Write, encoding: str):
    """A text file is read whatever program saved it."""
    text = f"“Our café” is open – {PARAGRAPH}"

    document = read_document(write("garden.txt", text.encode(encoding)))

    assert document.blocks == (Paragraph(text),)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "ACU183"),
        ("blank.txt", b" \n\t\n", "ACU183"),
        ("huge.txt", b"a" * (MAX_BYTES + 1), "ACU182"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "ACU181"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "ACU181"),
        ("old.docx", bytes.fromhex("d0cf11e0a1b11ae1") + b"WordDocument" * 9, "ACU181"),
        ("secret.docx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "ACU185"),
        ("broken.docx", b"PK\x03\x04 and no more", "ACU187"),
        ("broken.pdf", b"%PDF-1.7\nand no more", "ACU187"),
        ("page.docx", b"<!DOCTYPE html><html><body><p>Hello</p></body></html>", "ACU186"),
        ("page.html", b"%PDF-1.7\nnot a page", "ACU186"),
        ("none.html", b"<html><body></body></html>", "ACU183"),
        ("empty.docx", docx([("", "")]), "ACU183"),
        ("scanned.pdf", pdf([]), "ACU184"),
        ("locked.pdf", pdf(["Hello"], password="key"), "ACU185"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_file_that_cannot_be_imported(write: Write, name: str, content: bytes, code: str):
    """Each way in which a file cannot be imported has a code of its own."""
    assert fault(write(name, content)) == code


def test_file_that_is_not_there(tmp_path: Path):
    """A file that cannot be opened is named."""
    assert fault(tmp_path / "missing.txt") == "ACU180"


@pytest.mark.parametrize(("name", "library"), [("a.html", "trafilatura"), ("a.docx", "mammoth"), ("a.pdf", "pypdf")])
def test_library_that_is_not_installed(write: Write, monkeypatch: pytest.MonkeyPatch, name: str, library: str):
    """Without the optional libraries the message names what to install."""
    contents = {"a.html": PAGE.encode(), "a.docx": docx([("", PARAGRAPH)]), "a.pdf": pdf([PARAGRAPH])}
    file = write(name, contents[name])
    monkeypatch.setattr("acumen.content.importing.convert.find_spec", lambda asked: None if asked == library else asked)
    monkeypatch.delitem(sys.modules, library, raising=False)

    assert fault(file) == "ACU189"


def test_word_file_that_unpacks_without_end(write: Write, monkeypatch: pytest.MonkeyPatch):
    """A small file that holds far more text than it should is not unpacked."""
    monkeypatch.setattr("acumen.content.importing.kinds.MAX_UNPACKED_BYTES", 100)

    assert fault(write("bomb.docx", docx([("", PARAGRAPH)]))) == "ACU182"
