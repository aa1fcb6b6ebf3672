"""Telling an article from what stands around it on a page, and finding who wrote it and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from acumen.content.importing.document import Block, Document, Heading, Items, Paragraph, lines_of

# Lines of blogs and their tools; none of them is a sentence of an article.
_AROUND_PARTS = (
    r"comments?(?: \(\d+\))?",
    r"\d+ (?:comments?|views?|likes?|shares?)",
    r"leave a (?:comment|reply).*",
    r"(?:scroll|back) to (?:top|blog|all posts)",
    r"skip to .*content|menu|search|home|log ?in|sign (?:up|in).*|subscribe.*",
    r"share(?: this.*| on.*)?|tweet|pin(?: it)?|email|print|copy link",
    r"facebook|twitter|linkedin|whatsapp|instagram",
    r"(?:accept|reject|allow)(?: all)?(?: cookies)?|manage cookies|cookie (?:policy|settings|preferences|notice)",
    r"(?:we|this (?:web)?site) uses? cookies.*|we value your privacy.*|privacy policy",
    r"all rights reserved.*|(?:©|copyright) .*",
    r"(?:previous|next|older|newer)(?: post| article)?s?|read more|learn more",
    r"table of contents|advertisement|book (?:now|online|an appointment)",
    r"tags?:.*|categor(?:y|ies):.*|filed under.*|page \d+(?: of \d+)?|\d{1,3}|\W+",
)
_AROUND = re.compile(rf"(?:{'|'.join(_AROUND_PARTS)})[.!:]?", re.IGNORECASE)
# From here on a page speaks of something else.
_END = re.compile(
    r"comments?(?: \(\d+\))?|leave a (?:comment|reply)|you (?:may|might) also like"
    r"|(?:more|recent|related|similar) (?:posts|articles)",
    re.IGNORECASE,
)
_NOTES = re.compile("references|bibliography|sources|further reading", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? (?:19|20)\d\d)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: (?:19|20)\d\d)?"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d|{_MONTH} (?:19|20)\d\d)",
    re.IGNORECASE,
)
_READING_TIME = re.compile(r"\d+ ?min(?:ute)?s?(?: read)?\b", re.IGNORECASE)
_BY = re.compile(r"(?:written |posted |reviewed )?by:? (?P<name>[^,|–—]+)(?:[,|–—] ?(?P<role>.+))?", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\W\d_a-z][\w.'’-]*)(?: [^\W\d_a-z][\w.'’-]*){1,3}(?: \([^)]{1,20}\))?")
_ROLE = re.compile(r"is an? (?P<role>[^.,;]{3,80}?)(?: (?:in|at|from|based|who|with|practi[cs]ing)\b|[.,;])")
# A byline stands near the top: what is above the first real paragraph.
_TOP_LINES = 8
_PARAGRAPH_WORDS = 25


def clean(document: Document) -> tuple[Document, list[str]]:
    """Return the document without what is around it, and the lines that were left out.

    Title, author, role and date are filled in where the converter did not find them.
    """
    document = _top(document)
    blocks, dropped = _without_end(document.blocks)
    kept: list[Block] = []
    for block in blocks:
        lines = [line for line in lines_of(block) if not _is_around(line)]
        dropped += [line for line in lines_of(block) if line not in lines]
        if lines:
            kept.append(replace(block, texts=tuple(lines)) if isinstance(block, Items) else block)
    document = replace(document, blocks=tuple(kept))
    return _without_biography(document, dropped)


def _is_around(line: str) -> bool:
    caption = len(line.split()) <= 12 and line[:1].islower() and line[-1:].isalpha()
    return caption or bool(_AROUND.fullmatch(line))


def _top(document: Document) -> Document:
    """Take title and byline off the top."""
    title, author, role, date = document.title, document.author, document.role, document.date
    blocks: list[Block] = []
    rest = list(document.blocks)
    seen = 0
    while rest and seen < _TOP_LINES and not _is_paragraph(rest[0]):
        block = rest.pop(0)
        kept: list[str] = []
        for line in lines_of(block):
            seen += 1
            said_by = _BY.fullmatch(line)
            found = _DATE.search(line)
            if said_by and _NAME.fullmatch(said_by["name"].strip()):
                author, role = author or said_by["name"].strip(), role or said_by["role"]
            elif _READING_TIME.search(line) or (found and len(line.split()) <= 6):
                date = date or (found.group() if found else None)
            elif not title and not isinstance(block, Items) and not _is_around(line):
                title = line
            elif author is None and _NAME.fullmatch(line) and _dated(rest, block):
                author = line
            elif line != title:
                kept.append(line)
        if kept:
            blocks.append(block if len(kept) == len(lines_of(block)) else Items(tuple(kept)))
    return replace(document, blocks=(*blocks, *rest), title=title, author=author, role=role, date=date)


def _dated(rest: Sequence[Block], block: Block) -> bool:
    """True when a date or a reading time stands beside a name, as in a byline."""
    near = [*lines_of(block), *(line for other in rest[:2] for line in lines_of(other))]
    return any(_DATE.search(line) or _READING_TIME.search(line) for line in near if len(line.split()) <= 6)


def _is_paragraph(block: Block) -> bool:
    return isinstance(block, Paragraph) and len(block.text.split()) >= _PARAGRAPH_WORDS


def _without_end(blocks: Sequence[Block]) -> tuple[list[Block], list[str]]:
    """Cut off what follows the article: comments, other posts, references."""
    for index, block in enumerate(blocks):
        text = lines_of(block)[0].rstrip(":")
        ends = _END.fullmatch(text) or (_NOTES.fullmatch(text) and index >= len(blocks) / 2)
        if index and ends and not isinstance(block, Items):
            return list(blocks[:index]), [line for other in blocks[index:] for line in lines_of(other)]
    return list(blocks), []


def _without_biography(document: Document, dropped: list[str]) -> tuple[Document, list[str]]:
    """Take off a last paragraph about the author; it may say what the author is."""
    last = document.blocks[-1] if document.blocks else None
    first_name = (document.author or "").split(" (")[0]
    if not first_name or not isinstance(last, Paragraph | Heading) or not last.text.startswith(f"{first_name} is "):
        return document, dropped
    role = _ROLE.search(last.text)
    said = document.role or (role["role"] if role else None)
    return replace(document, blocks=document.blocks[:-1], role=said), [*dropped, last.text]
