"""Finding the passage that speaks to a question: meaning and words together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import bm25s
import numpy as np
import numpy.typing as npt

from acumen.content.article import Section

Array = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Array]

# How much the words of a question count beside its meaning.
WORDS_WEIGHT = 0.15


def passage_key(section: Section, index: int) -> str:
    """A passage's address: `article#anchor/0` is the lead of a section."""
    return f"{section.key}/{index}"


def section_key(key: str) -> str:
    """The address of the section that a passage's address is in."""
    return key.rsplit("/", 1)[0]


class PassageIndex:
    """Scores passages for a question by sentence vectors and BM25."""

    def __init__(self, sections: Iterable[Section], encode: Encode) -> None:
        """Index all passages; each is read below its section's heading."""
        self._encode = encode
        texts = {
            passage_key(section, index): f"{section.heading} {passage}"
            for section in sections
            for index, passage in enumerate(section.passages)
        }
        self._rows = {key: row for row, key in enumerate(texts)}
        self._vectors = encode(list(texts.values()))
        self._words = bm25s.BM25()
        self._words.index(_tokens(list(texts.values())), show_progress=False)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def scores(self, *texts: str) -> Mapping[str, float]:
        """Every passage's score by key: 0 to 1 for meaning, and a little for words; the mean over `texts`."""
        total = np.mean([self._score(text) for text in texts], axis=0)
        return {key: float(total[row]) for key, row in self._rows.items()}

    def _score(self, text: str) -> Array:
        meaning: Array = self._vectors @ self._encode([text])[0]
        tokens = _tokens([text])
        # Of "is it?" nothing is left: it is all small words.
        if not tokens or not tokens[0]:
            return meaning
        words = self._words.get_scores(tokens[0])
        scores: Array = meaning + WORDS_WEIGHT * words / max(float(words.max(initial=0.0)), 1e-6)
        return scores


def _tokens(texts: list[str]) -> list[list[str]]:
    tokens: list[list[str]] = bm25s.tokenize(texts, stopwords="en", return_ids=False, show_progress=False)
    return tokens
