"""The words of texts, and BM25: how well a passage's words fit those of a question."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"\w\w+")
# Lucene's list: words that stand in any text.
_SMALL_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this "
    "to was will with".split()
)
# How soon the repetition of a word, and the length of a passage, cease to count; the usual values.
K1, B = 1.5, 0.75


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without single letters and small words."""
    return [word for word in _WORD.findall(text.lower()) if word not in _SMALL_WORDS]


def weights(frequencies: Mapping[str, int], passages: int) -> dict[str, float]:
    """What words weigh: the rarer in so many passages, the more; words of none of them are left out."""
    return {word: math.log(1 + (passages - n + 0.5) / (n + 0.5)) for word, n in frequencies.items() if n}


def bm25(
    words: Iterable[str], weights: Mapping[str, float], counts: Mapping[str, int], length: int, average: float
) -> float:
    """The score of a passage for the words of a question, in Lucene's form; 0 where they share none.

    Args:
        words: the question's.
        weights: what each of them weighs.
        counts: how often each word stands in the passage.
        length: of the passage, in words.
        average: length of all passages.
    """
    shared = [word for word in words if word in counts]
    if not shared:
        return 0.0
    damping = K1 * (1 - B + B * length / average)
    return sum(weights[word] * counts[word] / (counts[word] + damping) for word in shared)

