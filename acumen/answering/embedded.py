"""Passages in a file on this machine: exact search while there are few, a graph of neighbours beyond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import numpy as np

from acumen.answering.neighbours import Neighbours
from acumen.answering.passages import Array, Hit, Indexed
from acumen.storage.cache import Cache

FILE = "passages.db"
# Grows when the tables below, or what stands in them, change.
LAYOUT = "1"
# Passages kept in memory once they were found, about 2 kB each.
IN_MEMORY = 10_000
SCHEMA = """
CREATE TABLE articles (id TEXT PRIMARY KEY, digest TEXT, passages INTEGER, words INTEGER);
CREATE TABLE passages (row INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT, section TEXT, key TEXT, vector BLOB);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_section ON passages (section);
CREATE TABLE frequencies (word TEXT PRIMARY KEY, passages INTEGER) WITHOUT ROWID;
CREATE TABLE conditions (topic TEXT, condition TEXT, article TEXT);
CREATE INDEX conditions_by_topic ON conditions (topic, condition);
CREATE INDEX conditions_by_article ON conditions (article);
CREATE TABLE graphs (file TEXT, bytes INTEGER, last_row INTEGER);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'")"""

# A passage's address, how often each word stands in it, their number, and its vector.
Stored = tuple[str, Mapping[str, int], int, Array]


class EmbeddedStore:
    """Keeps passages in one SQLite file, with their vectors in half precision, and a full-text table."""

    def __init__(self, folder: Path | None = None, made_with: str = "") -> None:
        """Open the store in `folder`, or an empty one in memory.

        Args:
            folder: where the file is; it is made when it is not there.
            made_with: names the encoder; passages encoded by another are forgotten.
        """
        self._cache = Cache(folder / FILE if folder else None, SCHEMA, f"{LAYOUT} {made_with}")
        self._passage = lru_cache(maxsize=IN_MEMORY)(self._read)
        # Of few passages, each search finds all.
        self._found = lru_cache(maxsize=1)(self._read_all)
        self._rows_of = lru_cache(maxsize=IN_MEMORY)(self._find_rows)
        self._frequency = lru_cache(maxsize=IN_MEMORY)(self._find_frequency)

    def digests(self) -> Mapping[str, str]:
        """See `PassageStore`."""
        return dict(self._cache.rows("SELECT id, digest FROM articles"))

    def replace(self, gone: Sequence[str], articles: Sequence[Indexed]) -> None:
        """See `PassageStore`."""
        for known in (self._passage, self._found, self._rows_of, self._frequency):
            known.cache_clear()
        with self._cache.transaction() as connection:
            for name in (*gone, *(article.id for article in articles)):
                _forget(connection, name)
            for article in articles:
                _keep(connection, article)

    def ready(self) -> None:
        """See `PassageStore`."""
        self._neighbours = Neighbours(self._cache)
        self._cache.hold()

    def size(self) -> tuple[int, int]:
        """See `PassageStore`."""
        passages, words = self._cache.rows("SELECT total(passages), total(words) FROM articles")[0]
        return int(passages), int(words)

    def conditions(self, topics: Collection[str]) -> set[str]:
        """See `PassageStore`."""
        query = "SELECT DISTINCT condition FROM conditions WHERE topic = ?"
        return {condition for topic in topics for (condition,) in self._cache.rows(query, (topic,))}

    def nearest(self, vector: Array, limit: int) -> list[Hit]:
        """See `PassageStore`."""
        return self._hits(self._neighbours.find(vector, limit), vector)[:limit]

    def with_words(self, words: Sequence[str], vector: Array, limit: int) -> list[Hit]:
        """See `PassageStore`."""
        asked = " OR ".join(f'"{word}"' for word in words)
        found = self._cache.rows("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (asked, limit))
        return self._hits([row for (row,) in found], vector)

    def of(self, sections: Collection[str], vector: Array) -> list[Hit]:
        """See `PassageStore`."""
        return self._hits([row for section in sections for row in self._rows_of(section)], vector)

    def frequencies(self, words: Collection[str]) -> Mapping[str, int]:
        """See `PassageStore`."""
        return {word: self._frequency(word) for word in words}

    def _hits(self, rows: Sequence[int], vector: Array) -> list[Hit]:
        keys, words, lengths, vectors = self._found(tuple(rows))
        if not keys:
            return []
        meaning = np.einsum("ij,j->i", vectors, vector)
        hits = map(Hit._make, zip(keys, meaning.tolist(), words, lengths, strict=True))
        return sorted(hits, key=attrgetter("meaning"), reverse=True)

    def _read_all(self, rows: tuple[int, ...]) -> tuple[Any, Any, Any, Any]:
        """The passages of these rows as columns: addresses, words, how many, and vectors, shape (number, width)."""
        # Rows of articles that have been changed since may still be in the graph.
        passages = [passage for passage in map(self._passage, rows) if passage]
        keys, words, lengths, vectors = zip(*passages, strict=True) if passages else ((), (), (), ())
        return keys, words, lengths, np.array(vectors)

    def _read(self, row: int) -> Stored | None:
        query = "SELECT key, text, vector FROM passages JOIN words ON words.rowid = row WHERE row = ?"
        found = self._cache.rows(query, (row,))
        if not found:
            return None
        key, text, vector = found[0]
        words = text.split()
        return key, dict(Counter(words)), len(words), np.frombuffer(vector, dtype=np.float16).astype(np.float32)

    def _find_rows(self, section: str) -> list[int]:
        found = self._cache.rows("SELECT row FROM passages WHERE section = ? ORDER BY row", (section,))
        return [row for (row,) in found]

    def _find_frequency(self, word: str) -> int:
        found = self._cache.rows("SELECT passages FROM frequencies WHERE word = ?", (word,))
        return int(found[0][0]) if found else 0


def _forget(connection: Connection, name: str) -> None:
    rows = connection.execute(
        "SELECT row, text FROM passages JOIN words ON words.rowid = row WHERE article = ?", (name,)
    ).fetchall()
    _count(connection, [words for _, words in rows], -1)
    connection.executemany("DELETE FROM words WHERE rowid = ?", [(row,) for row, _ in rows])
    connection.execute("DELETE FROM passages WHERE article = ?", (name,))
    connection.execute("DELETE FROM conditions WHERE article = ?", (name,))
    connection.execute("DELETE FROM articles WHERE id = ?", (name,))


def _keep(connection: Connection, article: Indexed) -> None:
    texts = [" ".join(passage.words) for passage in article.passages]
    for passage, text in zip(article.passages, texts, strict=True):
        section = passage.key.rsplit("/", 1)[0]
        values: tuple[Any, ...] = (article.id, section, passage.key, passage.vector.astype(np.float16).tobytes())
        row = connection.execute(
            "INSERT INTO passages (article, section, key, vector) VALUES (?, ?, ?, ?)", values
        ).lastrowid
        connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, text))
    _count(connection, texts, 1)
    about = [(topic, condition, article.id) for topic, condition in sorted(article.conditions)]
    connection.executemany("INSERT INTO conditions VALUES (?, ?, ?)", about)
    words = sum(len(passage.words) for passage in article.passages)
    connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?)", (article.id, article.digest, len(texts), words))


def _count(connection: Connection, texts: Sequence[str], change: int) -> None:
    """Count the passages of each word, more or less."""
    found = Counter(word for text in texts for word in set(text.split()))
    connection.executemany(
        "INSERT INTO frequencies VALUES (?, ?) "
        "ON CONFLICT (word) DO UPDATE SET passages = passages + excluded.passages",
        [(word, change * count) for word, count in sorted(found.items())],
    )
