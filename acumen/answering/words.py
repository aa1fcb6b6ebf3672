"""The words of texts, and BM25: how well a passage's words fit those of a question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_WORD = re.compile(r"\w\w+")
# Lucene's list: words that stand in any text.
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not"}
    | {"of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will"}
    | {"with"}
)
# How soon the repetition of a word, and the length of a passage, cease to count; the usual values.
K1, B = 1.5, 0.75


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without single letters and small words."""
    return [word for word in _WORD.findall(text.lower()) if word not in _SMALL_WORDS]


def weights(frequencies: Mapping[str, int], passages: int) -> dict[str, float]:
    """What words weigh: the rarer in so many passages, the more; words of none of them are left out."""
    return {word: math.log(1 + (passages - n + 0.5) / (n + 0.5)) for word, n in frequencies.items() if n}


class AskedWords:
    """The words of a question, given in one or several texts, to be found in passages."""

    def __init__(self, texts: Sequence[Sequence[str]], weights: Mapping[str, float], average: float) -> None:
        """Keep what counts.

        Args:
            texts: the words of each text.
            weights: what words weigh; others count for nothing.
            average: length of all passages, in words.
        """
        self._texts = [[word for word in words if word in weights] for words in texts]
        self._weights = weights
        self._average = average

    def scores(self, counts: Sequence[Mapping[str, int]], lengths: Sequence[int]) -> Array:
        """BM25 scores in Lucene's form, shape (texts, passages); 0 where a text and a passage share no word.

        Args:
            counts: how often each word stands in each passage.
            lengths: of the passages, in words.
        """
        damping = K1 * (1 - B + B * np.array(lengths) / self._average)
        scores = np.zeros((len(self._texts), len(counts)))
        asked = [Counter(words) for words in self._texts]
        for word in dict.fromkeys(word for words in self._texts for word in words):
            often = np.array([each.get(word, 0) for each in counts])
            gain = self._weights[word] * often / (often + damping)
            scores += np.outer([words[word] for words in asked], gain)
        return scores
