"""Plain lines, as copied from a page or a PDF file, read as headings, paragraphs and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from acumen.content.importing.document import Block, Heading, Items, Paragraph

BULLET = re.compile(r"[-*•–▪◦·‣]\s+")
NUMBER = re.compile(r"\d{1,2}[.)]\s+")
# Lines that are broken at a page's width are rarely longer.
WRAPPED_WIDTH = 110
HEADING_WORDS, QUESTION_WORDS = 12, 15


def read_lines(text: str) -> list[Block]:
    """Read the blocks of `text`; short lines without a full stop become headings."""
    lines = _once([" ".join(line.split()) for line in text.splitlines()])
    return promote_headings(list(_blocks(_unwrapped(lines))))


def promote_headings(blocks: Sequence[Block]) -> list[Block]:
    """Make headings of the paragraphs that look like one and stand before other text."""
    found: list[Block] = []
    for block, following in zip_longest(blocks, blocks[1:]):
        if isinstance(block, Paragraph) and following is not None and looks_like_heading(block.text):
            found.append(Heading(NUMBER.sub("", block.text, count=1)))
        else:
            found.append(block)
    return found


def looks_like_heading(text: str) -> bool:
    """True for a short line with the look of a title or of one question."""
    words = len(text.split())
    if text.endswith("?"):
        return words <= QUESTION_WORDS and not re.search(r"[.!?]\s", text[:-1])
    begins = text[:1].isupper() or text[:1].isdigit() or text[:1] in "“\"'‘"
    return begins and words <= HEADING_WORDS and text[-1:] not in ".,;:!…)"


def _once(lines: Iterable[str]) -> Iterator[str]:
    """Leave out a line that only repeats the one before: the caption of a picture, mostly."""
    before = ""
    for line in lines:
        if line and line == before:
            continue
        before = line or before
        yield line


def _unwrapped(lines: Iterator[str]) -> list[str]:
    """Join the lines that a page's width broke; an empty line ends a paragraph."""
    given = list(lines)
    lengths = sorted(len(line) for line in given if line)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    apart = given.count("") >= len(given) / 10
    joined: list[str] = []
    before = ""
    for line in given:
        if before and line and not _begins_item(line) and _goes_on(before, line, width, apart):
            broken = before.endswith("-") and line[0].islower()
            joined[-1] = joined[-1][:-1] + line if broken else f"{joined[-1]} {line}"
        elif line:
            joined.append(line)
        before = line
    return joined


def _goes_on(before: str, line: str, width: int, apart: bool) -> bool:
    """True when `line` goes on with the sentence or paragraph of the line before."""
    if line[0].islower() and before[-1] not in ".!?:":
        return True
    if width > WRAPPED_WIDTH:
        return False
    full = len(before) >= width * (0.6 if apart else 0.8)
    return full and (apart or before[-1] not in ".!?")


def _begins_item(line: str) -> bool:
    return bool(BULLET.match(line) or NUMBER.match(line))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Gather runs of items into lists; a number that stands alone belongs to a heading."""
    index = 0
    while index < len(lines):
        mark = next((each for each in (BULLET, NUMBER) if each.match(lines[index])), None)
        end = index + 1
        while mark and end < len(lines) and mark.match(lines[end]):
            end += 1
        if mark and (mark is BULLET or end - index > 1):
            yield Items(tuple(mark.sub("", line, count=1) for line in lines[index:end]))
        else:
            yield Paragraph(lines[index])
        index = end
