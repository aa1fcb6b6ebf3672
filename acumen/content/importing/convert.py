"""Web pages, Word, PDF and Markdown files read as documents, each by a library made for it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from acumen.content.importing import kinds
from acumen.content.importing.document import Block, Document, Heading, Items, Paragraph, lines_of
from acumen.content.importing.lines import promote_headings, read_lines
from acumen.errors import AcumenError, problem

MAX_PAGES = 300
# Fewer words on a page than a running title has: it is a picture of text.
SCANNED_WORDS = 20
EDGE_LINES = 2
_LIBRARIES = {kinds.HTML: "trafilatura", kinds.DOCX: "mammoth", kinds.PDF: "pypdf"}
_WORD_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)?---\n", re.DOTALL)


def read_document(file: Path) -> Document:
    """Read `file`, of whatever kind it is.

    Raises:
        AcumenError: ACU180 to ACU187 when it cannot be read, ACU189 when a library for its kind is missing.
    """
    kind, content = kinds.read_source(file)
    library = _LIBRARIES.get(kind)
    if library and find_spec(library) is None:
        raise AcumenError(problem("ACU189", file=file, kind=kind, library=library))
    readers: dict[str, Callable[[bytes, Path], Document]] = {
        kinds.HTML: _read_html,
        kinds.DOCX: _read_docx,
        kinds.PDF: _read_pdf,
        kinds.MARKDOWN: lambda content, file: _read_markdown(kinds.decode(content, file)),
        kinds.TEXT: lambda content, file: Document(tuple(read_lines(kinds.decode(content, file)))),
    }
    try:
        document = readers[kind](content, file)
    except AcumenError:
        raise
    except Exception as error:
        # Converters fail on damaged files in every way there is, each with errors of its own.
        raise AcumenError(problem("ACU187", file=file, detail=type(error).__name__)) from error
    blocks = tuple(_filled(document.blocks))
    if not blocks:
        raise AcumenError(problem("ACU183", file=file, detail="no text was found in it"))
    return replace(document, blocks=blocks)


def _filled(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks that hold text, each line without space around it."""
    for block in blocks:
        lines = [line.strip() for line in lines_of(block) if line.strip()]
        if lines:
            yield Items(tuple(lines)) if isinstance(block, Items) else replace(block, text=lines[0])


def _read_html(content: bytes, file: Path) -> Document:
    """Read a page's article; what stands around it, comments among it, is left to the library."""
    from trafilatura import bare_extraction

    page = bare_extraction(
        kinds.decode(content, file), include_comments=False, include_tables=False, with_metadata=True, as_dict=False
    )
    if page is None or page.body is None:
        raise AcumenError(problem("ACU183", file=file, detail="no article was found on the page"))
    blocks = tuple(_blocks(page.body))
    return Document(blocks, page.title, page.author, publisher=page.sitename, date=page.date)


def _read_docx(content: bytes, file: Path) -> Document:
    import mammoth
    from lxml import html

    converted = mammoth.convert_to_html(
        io.BytesIO(content), style_map=_WORD_STYLES, convert_image=mammoth.images.img_element(lambda _: {})
    )
    if not converted.value.strip():
        raise AcumenError(problem("ACU183", file=file, detail="no text was found in it"))
    blocks = list(_blocks(html.fragment_fromstring(converted.value, create_parent=True)))
    return _with_title(blocks)


def _read_pdf(content: bytes, file: Path) -> Document:
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise AcumenError(problem("ACU185", file=file))
    if len(reader.pages) > MAX_PAGES:
        raise AcumenError(
            problem("ACU182", file=file, size=f"{len(reader.pages)} pages or", limit=f"{MAX_PAGES} pages")
        )
    pages = [page.extract_text() for page in reader.pages]
    if sum(len(page.split()) for page in pages) < SCANNED_WORDS * len(pages):
        raise AcumenError(problem("ACU184", file=file))
    said = reader.metadata
    title, author = (str(said.title or ""), str(said.author or "")) if said else ("", "")
    # Word processors put the name of the file there.
    title = "" if re.search(r"\.\w{2,4}$|^Microsoft Word|^untitled", title, re.IGNORECASE) else title
    return Document(tuple(read_lines("\n".join(_without_running_lines(pages)))), title or None, author or None)


def _without_running_lines(pages: list[str]) -> Iterator[str]:
    """The pages' lines without those at the edge of most of them: running titles and feet."""
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    edges = [{*lines[:EDGE_LINES], *lines[-EDGE_LINES:]} for lines in split]
    for lines in split:
        for line in lines:
            if len(pages) <= 2 or sum(line in edge for edge in edges) <= len(pages) / 2:
                yield line


def _read_markdown(text: str) -> Document:
    text = _FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    return _with_title([block for node in tree.children for block in _markdown_block(node)])


def _markdown_block(node: SyntaxTreeNode) -> Iterator[Block]:
    if node.type == "heading":
        yield Heading(_words(node))
    elif node.type == "paragraph":
        yield Paragraph(_words(node))
    elif node.type in ("bullet_list", "ordered_list"):
        yield Items(tuple(_words(item) for item in node.children))
    elif node.type == "blockquote":
        for child in node.children:
            yield from _markdown_block(child)


def _words(node: SyntaxTreeNode) -> str:
    """The text of a node, without marks, pictures and the addresses of links."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type == "image":
        return ""
    joint = "" if node.type in ("inline", "strong", "em", "link") else " "
    return joint.join(_words(child) for child in node.children)


def _blocks(root: Any) -> Iterator[Block]:
    """The blocks of a tree of HTML, or of the library's own elements, which have other names."""
    for element in root:
        tag = element.tag if isinstance(element.tag, str) else ""
        text = " ".join("".join(element.itertext()).split())
        if not text or tag == "table":
            continue
        if re.fullmatch(r"h[1-6]|head", tag):
            yield Heading(text)
        elif tag in ("ul", "ol", "list"):
            items = [" ".join("".join(item.itertext()).split()) for item in element]
            yield Items(tuple(item for item in items if item))
        elif tag in ("div", "section", "article", "blockquote", "quote", "main", "body") and len(element):
            yield from _blocks(element)
        else:
            # A page that makes its headings of bold paragraphs shows them so.
            bold = [child for child in element if child.tag in ("strong", "b")]
            whole = bool(bold) and " ".join("".join(bold[0].itertext()).split()) == text
            yield Heading(text) if whole and len(text.split()) <= 15 else Paragraph(text)


def _with_title(blocks: list[Block]) -> Document:
    """Take the first heading for the title; where there are no headings, short lines become some."""
    if blocks and isinstance(blocks[0], Heading):
        return Document(tuple(blocks[1:]) or tuple(blocks), blocks[0].text)
    if not any(isinstance(block, Heading) for block in blocks):
        blocks = promote_headings(blocks)
    return Document(tuple(blocks))
