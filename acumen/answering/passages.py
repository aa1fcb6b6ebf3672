"""Finding the passages that speak to a question: meaning and words together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from acumen.answering.question import CONDITION, Entity
from acumen.answering.words import AskedWords, weights, words_of
from acumen.content.article import Article, Section
from acumen.content.library import Library

Array = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Array]
Reader = Callable[[str], list[Entity]]

# How much the words of a question count beside its meaning.
WORDS_WEIGHT = 0.15
# Up to so many passages, all are scored for a question; of more, the nearest and those with its rare words.
ALL = 1000
NEAREST = 100
WITH_WORDS = 30
# Words that stand in more passages than this, all together, find none: too many share them.
COMMON = 2000
# Articles that are encoded before they are written.
BATCH = 50


@dataclass(frozen=True)
class Passage:
    """A passage on its way into the index; it is read below its section's heading."""

    key: str
    vector: Array
    words: tuple[str, ...]


@dataclass(frozen=True)
class Indexed:
    """An article as the index keeps it: its passages, and the conditions its topics' sections open with."""

    id: str
    digest: str
    passages: tuple[Passage, ...]
    conditions: frozenset[tuple[str, str]] = frozenset()


class Hit(NamedTuple):
    """A passage found: how near it is in meaning, how often each of its words stands in it, and its length in words."""

    key: str
    meaning: float
    words: Mapping[str, int]
    length: int


class PassageStore(Protocol):
    """Where passages are kept and looked up: a file on this machine, or PostgreSQL."""

    def digests(self) -> Mapping[str, str]:
        """What each article held when it was indexed."""

    def replace(self, gone: Sequence[str], articles: Sequence[Indexed]) -> None:
        """Put articles in place of what is kept of them, and forget those in `gone`."""

    def ready(self) -> None:
        """Everything is written; from now on it is looked up."""

    def size(self) -> tuple[int, int]:
        """How many passages there are, and how many words in all of them."""

    def conditions(self, topics: Collection[str]) -> set[str]:
        """The conditions that sections of these topics open with."""

    def nearest(self, vector: Array, limit: int) -> list[Hit]:
        """The passages nearest to a vector in meaning."""

    def with_words(self, words: Sequence[str], vector: Array, limit: int) -> list[Hit]:
        """The passages that a full-text search for any of the words finds."""

    def of(self, sections: Collection[str], vector: Array) -> list[Hit]:
        """All passages of these sections."""

    def frequencies(self, words: Collection[str]) -> Mapping[str, int]:
        """In how many passages each of these words stands."""


def passage_key(section: Section, index: int) -> str:
    """A passage's address: `article#anchor/0` is the lead of a section."""
    return f"{section.key}/{index}"


def section_key(key: str) -> str:
    """The address of the section that a passage's address is in."""
    return key.rsplit("/", 1)[0]


class PassageIndex:
    """Scores passages for a question by sentence vectors and BM25."""

    def __init__(self, library: Library, store: PassageStore, encode: Encode, read: Reader) -> None:
        """Bring the store up to date with the library: only articles that have changed are encoded."""
        self._store = store
        self._encode = encode
        self._read = read
        self._update(library)
        self._count, words = store.size()
        self._average = words / max(self._count, 1)

    def conditions(self, topics: Collection[str]) -> set[str]:
        """The conditions that sections of these topics are about, or name in their headings and leads."""
        return self._store.conditions(topics)

    def search(self, *texts: str) -> Search:
        """Find the passages that fit a question, given in one or several texts."""
        vector: Array = np.mean(self._encode(texts), axis=0)
        asked = [words_of(text) for text in texts]
        frequencies = self._store.frequencies({word for words in asked for word in words})
        known = weights(frequencies, self._count)
        if self._count <= ALL:
            hits = self._store.nearest(vector, ALL)
        else:
            hits = self._store.nearest(vector, NEAREST)
            if rare := _rare(frequencies):
                hits += self._store.with_words(rare, vector, WITH_WORDS)

        return Search(self._store, vector, AskedWords(asked, known, self._average), hits)

    def _update(self, library: Library) -> None:
        wanted, kept = library.digests(), self._store.digests()
        gone = [name for name in kept if name not in wanted]
        changed = (name for name, digest in wanted.items() if kept.get(name) != digest)
        while batch := list(islice(changed, BATCH)):
            self._store.replace(gone, [self._indexed(library.articles[name], wanted[name]) for name in batch])
            gone = []
        if gone:
            self._store.replace(gone, [])
        self._store.ready()

    def _indexed(self, article: Article, digest: str) -> Indexed:
        texts = {
            passage_key(section, index): f"{section.heading} {passage}"
            for section in article.sections
            for index, passage in enumerate(section.passages)
        }
        vectors = self._encode(list(texts.values()))
        passages = (
            Passage(key, vector, tuple(words_of(text)))
            for (key, text), vector in zip(texts.items(), vectors, strict=True)
        )
        return Indexed(article.id, digest, tuple(passages), frozenset(self._named(article)))

    def _named(self, article: Article) -> Iterable[tuple[str, str]]:
        """Topics with the conditions their sections open with; one named in passing is not spoken about."""
        for section in article.sections:
            if section.topics:
                read = [each for text in (section.heading, section.lead) for each in self._read(text)]
                found = {each.id for each in read if each.kind == CONDITION}
                yield from ((topic, condition) for topic in section.topics for condition in found | section.conditions)


def _rare(frequencies: Mapping[str, int]) -> list[str]:
    """The rarest words, as many as stand in few passages."""
    rare: list[str] = []
    total = 0
    for word in sorted(frequencies, key=lambda word: (frequencies[word], word)):
        total += frequencies[word]
        if total > COMMON:
            break
        if frequencies[word]:
            rare.append(word)
    return rare


class Search:
    """What was found for one question, and how well it fits."""

    def __init__(self, store: PassageStore, vector: Array, asked: AskedWords, hits: Sequence[Hit]) -> None:
        self._store = store
        self._vector = vector
        self._asked = asked
        words = self._words(hits)
        best = words.max(axis=1, keepdims=True, initial=0.0)
        # Of "is it?" nothing is left: it is all small words.
        self._best = np.where(best, best, 1.0)
        self.scores: Mapping[str, float] = self._scored(hits, words)

    def scores_with(self, sections: Iterable[Section]) -> Mapping[str, float]:
        """Scores of what was found, and of all passages of `sections`: 0 to 1 for meaning, and a little for words."""
        missing = {
            section.key
            for section in sections
            if any(passage_key(section, index) not in self.scores for index in range(len(section.passages)))
        }
        # What finds nothing, though it is asked about everything, has failed.
        more = self._store.of(missing, self._vector) if missing and self.scores else []
        return {**self._scored(more, self._words(more)), **self.scores}

    def _words(self, hits: Sequence[Hit]) -> Array:
        return self._asked.scores([hit.words for hit in hits], [hit.length for hit in hits])

    def _scored(self, hits: Sequence[Hit], words: Array) -> dict[str, float]:
        shares = np.minimum(words / self._best, 1.0).mean(axis=0)
        scores = np.array([hit.meaning for hit in hits]) + WORDS_WEIGHT * shares
        return dict(zip([hit.key for hit in hits], scores.tolist(), strict=True))
