"""Files to import, made here: Word and PDF files of a few lines, and a suggester of two topics."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from spacy.language import Language

from acumen.content.importing.importer import Importer
from acumen.content.importing.suggest import Encode, TopicSuggester
from acumen.content.topics import Topic

TOPICS = {
    "parking": Topic("parking", "Where can I park?"),
    "session_length": Topic("session_length", "How long do the needles stay in?"),
    "does_it_hurt": Topic("does_it_hurt", "Does it hurt?"),
    "cost": Topic("cost", "How much does a visit cost?"),
}
MESSAGES = {
    "parking": ["is there a car park", "can i leave my car near the clinic"],
    "session_length": ["how many minutes are the needles in", "how long are needles left in"],
    "does_it_hurt": ["is it painful", "will the needles hurt"],
    "cost": ["what do you charge", "price of a session"],
}
CONDITIONS = {"migraine": ("migraine", "migraines"), "back-pain": ("back pain", "sore back")}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"

# Sixty words of nobody's: enough to be taken for an English text.
PARAGRAPH = (
    "The clinic stands beside the river, and the rooms are quiet and warm in winter. "
    "You can sit in the garden before your visit, as many people like to do on a sunny day. "
    "A nurse will call you in when it is time, and you are free to ask for a glass of water."
)


@pytest.fixture(scope="session")
def encode(nlp: Language) -> Encode:
    """The sentence encoder of the committed pipeline."""
    return nlp.get_pipe("acumen_encoder").encode


@pytest.fixture(scope="session")
def suggester(encode: Encode) -> TopicSuggester:
    """A suggester of a few topics."""
    return TopicSuggester(TOPICS, MESSAGES, encode)


@pytest.fixture
def importer(tmp_path: Path, suggester: TopicSuggester, encode: Encode) -> Importer:
    """An importer into `tmp_path/articles`."""
    return Importer(tmp_path / "articles", suggester, encode, CONDITIONS)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Writes a file below `tmp_path/sources`."""

    def write(name: str, content: bytes | str) -> Path:
        file = tmp_path / "sources" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def docx(paragraphs: Sequence[tuple[str, str]]) -> bytes:
    """A Word file of (style, text) pairs; the style may be empty."""
    styled = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    names = sorted({style for style, _ in paragraphs})
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in names
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r2" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
        "</Relationships>",
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{styled}</w:body></w:document>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def pdf(*pages: Sequence[str], title: str = "", password: str = "") -> bytes:
    """A PDF file of pages of lines; a page without lines is blank."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        shown = "".join(f"({line}) Tj T*\n" for line in lines)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 10 Tf 14 TL 50 750 Td\n{shown}ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
    if title:
        writer.add_metadata({"/Title": title, "/Author": "Ada Example"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()
