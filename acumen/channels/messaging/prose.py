"""Texts with bold words and links, cut where a reader would pause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import regex

from acumen.channels.messaging.markup import Markup

SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
WORDS_OF_LINE = re.compile(r"\S(?:.*\S)?")
SPACE = re.compile(r"\s+")
GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True)
class Run:
    """Words in one style; those with an address are a link."""

    text: str
    bold: bool = False
    url: str = ""


Prose: TypeAlias = tuple[Run, ...]
Fits: TypeAlias = Callable[[Prose], bool]


def written(prose: Prose, markup: Markup) -> str:
    """The prose in a channel's markup."""
    return "".join(_written(run, markup) for run in prose)


def joined(parts: Sequence[Prose], separator: str) -> Prose:
    """One prose of several."""
    whole: list[Run] = []
    for part in parts:
        whole += [Run(separator), *part] if whole else part
    return tuple(whole)


def pack(paragraphs: Sequence[Prose], fits: Fits) -> list[Prose]:
    """Put paragraphs into as few pieces as they need, in order; one that fits none is cut."""
    pieces: list[Prose] = []
    for paragraph in paragraphs:
        together = joined([pieces[-1], paragraph], "\n\n") if pieces else paragraph
        if pieces and fits(together):
            pieces[-1] = together
        else:
            pieces += cut(paragraph, fits)
    return pieces


def cut(prose: Prose, fits: Fits) -> list[Prose]:
    """Cut a prose into pieces that fit: after a sentence, else after a word, else after a grapheme, never in a link.

    A link that fits nowhere loses its address, so that at least its words arrive.
    """
    pieces = []
    rest = prose
    while not fits(rest):
        end = _last_fit(rest, fits)
        if end == 0:
            plain = _without_first_address(rest)
            if plain == rest:
                break
            rest = plain
            continue
        pieces.append(_trimmed(_slice(rest, 0, end)))
        rest = _trimmed(_slice(rest, end, _length(rest)))
    return [piece for piece in (*pieces, rest) if piece]


def _last_fit(prose: Prose, fits: Fits) -> int:
    """Where the longest beginning ends that fits; 0 when none does."""
    text = "".join(run.text for run in prose)
    for pattern in (SENTENCE_END, SPACE, GRAPHEME):
        ends = [match.end() for match in pattern.finditer(text)]
        places = [end for end in ends if 0 < end < len(text) and not _in_link(prose, end)]
        # A longer beginning never takes less room, so the last that fits is found by halving.
        count = bisect_right(places, False, key=lambda end: not fits(_trimmed(_slice(prose, 0, end))))
        if count and text[: places[count - 1]].strip():
            return places[count - 1]
    return 0


def _in_link(prose: Prose, place: int) -> bool:
    start = 0
    for run in prose:
        if run.url and start < place < start + len(run.text):
            return True
        start += len(run.text)
    return False


def _slice(prose: Prose, start: int, end: int) -> Prose:
    found = []
    offset = 0
    for run in prose:
        text = run.text[max(0, start - offset) : max(0, end - offset)]
        if text:
            found.append(replace(run, text=text))
        offset += len(run.text)
    return tuple(found)


def _trimmed(prose: Prose) -> Prose:
    """The prose without space at its ends."""
    length = _length(prose)
    text = "".join(run.text for run in prose)
    return _slice(prose, length - len(text.lstrip()), len(text.rstrip()))


def _without_first_address(prose: Prose) -> Prose:
    first = next((index for index, run in enumerate(prose) if run.url), None)
    return tuple(replace(run, url="") if index == first else run for index, run in enumerate(prose))


def _length(prose: Prose) -> int:
    return sum(len(run.text) for run in prose)


def _written(run: Run, markup: Markup) -> str:
    text = markup.escape(run.text)
    if run.url:
        return markup.link(text, run.url)
    # Most messengers take marks for markup only where they stand right at words, and on one line.
    return WORDS_OF_LINE.sub(lambda words: markup.bold(words[0]), text) if run.bold else text
