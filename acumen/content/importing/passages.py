"""Cutting a text into passages that an answer can hold, written so that Markdown reads them as plain text."""

from __future__ import annotations

import re
import unicodedata

# What a first answer holds; see docs/articles.md.
MAX_WORDS = 60
_SENTENCE_END = re.compile(r"(?<=[.!?…])([\"”’)]*)\s+(?=[\"“‘(]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|al|Dr|Mr|Mrs|Ms|St|vs|approx|No|[A-Z])\.$")
_REFERENCE = re.compile(r"\s*\[\d+(?:\s?[,–-]\s?\d+)*\]")
# At the start of a line these mean something else to Markdown than what they are.
_MARKUP = re.compile(r"(?:[#>|<{}\[\]*+=~_`\\:\-–•\s]+|\d{1,9}[.)](?=\s|$))+")
_KEPT = ("L", "N", "P", "S", "M", "Zs")


def plain(text: str) -> str:
    """`text` in one line, without reference numbers and what Markdown would take for markup."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if unicodedata.category(c).startswith(_KEPT) else " " for c in text)
    text = " ".join(_REFERENCE.sub("", text).split())
    # A remark in angle brackets would vanish, and a link show its address.
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("<!--", "").replace("-->", "")
    return _MARKUP.sub("", text, count=1).strip() if _MARKUP.match(text) else text


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[start : match.start()]):
            found.append(text[start : match.end(1)])
            start = match.end()
    return [*found, text[start:]] if text[start:] else found


def passages(text: str) -> list[str]:
    """Cut a paragraph between sentences into passages of at most `MAX_WORDS`; a longer sentence stays whole."""
    parts = sentences(plain(text))
    lengths = [len(part.split()) for part in parts]
    # Two halves read better than a full passage and a leftover.
    size = sum(lengths) / max(1, -(-sum(lengths) // MAX_WORDS))
    groups: list[list[str]] = []
    number, taken, said = -1, 0, 0
    for part, length in zip(parts, lengths, strict=True):
        place = int((said + length / 2) / size) if size else 0
        if place != number or taken + length > MAX_WORDS:
            groups.append([])
            number, taken = place, 0
        groups[-1].append(part)
        taken, said = taken + length, said + length
    return [each for each in (plain(" ".join(group)) for group in groups) if each]
