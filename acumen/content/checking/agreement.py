"""Agreement: passages that say the same, and figures that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from acumen.content.checking.findings import Finding
from acumen.content.checking.texts import Encode, Passage, Texts
from acumen.content.figures import figures
from acumen.errors import problem

# From this likeness of their vectors two passages say nearly the same.
NEARLY_SAME = 0.95
# From this likeness two sentences with figures are about the same thing.
SAME_SUBJECT = 0.55
MIN_WORDS = 5
_ROWS = 500


def check_duplicates(texts: Texts, encode: Encode) -> Iterator[Finding]:
    """Passages that stand twice, or nearly so, in one article or in two."""
    told = [each for each in texts.passages if not each.is_table and len(each.text.split()) >= MIN_WORDS]
    if not told:
        return
    vectors = encode([passage.text for passage in told])
    plain = [re.sub(r"\W+", " ", passage.text.casefold()).strip() for passage in told]
    for start in range(0, len(told), _ROWS):
        # In blocks of rows, as all pairs of a large library at once would not fit into memory.
        alike = vectors[start : start + _ROWS] @ vectors.T
        for row, column in np.argwhere(alike >= NEARLY_SAME):
            first, second = int(column), start + int(row)
            if first < second:
                code = "ACU165" if plain[first] == plain[second] else "ACU166"
                yield _pair(code, told[second], told[first])


def check_figures(texts: Texts, encode: Encode) -> Iterator[Finding]:
    """Sentences of different articles on the same thing, with different figures."""
    said = [
        (passage, sentence, figures(sentence))
        for passage in texts.passages
        for sentence in passage.sentences
        if figures(sentence)
    ]
    if not said:
        return
    vectors = encode([sentence for _, sentence, _ in said])
    seen: set[tuple[str, str, str]] = set()
    for (row, (first, _, ours)), (column, (second, _, theirs)) in combinations(enumerate(said), 2):
        if first.section.article == second.section.article or not _same_topic(first, second):
            continue
        for unit in sorted(ours.keys() & theirs.keys()):
            pair = (first.section.key, second.section.key, unit)
            if ours[unit] != theirs[unit] and pair not in seen and vectors[row] @ vectors[column] >= SAME_SUBJECT:
                seen.add(pair)
                values, others = ", ".join(sorted(ours[unit])), ", ".join(sorted(theirs[unit]))
                yield _pair("ACU167", first, second, unit=unit, values=values, others=others)


def _same_topic(first: Passage, second: Passage) -> bool:
    """True when the sections share a topic, or one of them has none to tell them apart by."""
    ours, theirs = set(first.section.topics), set(second.section.topics)
    return bool(ours & theirs) or not ours or not theirs


def _pair(code: str, passage: Passage, other: Passage, **details: object) -> Finding:
    place = passage.place
    return Finding(problem(code, file=place.file, line=place.line, other=other.place, **details), other.place)
