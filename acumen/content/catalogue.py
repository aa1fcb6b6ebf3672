"""The articles as they were read, kept in a file: only what has changed is read again."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from acumen.content.article import Article, Section, Source
from acumen.content.reader import read_article
from acumen.errors import AcumenError, Problem, problem
from acumen.storage.cache import Cache

FILE = "articles.db"
# Articles that are kept in memory once they were asked for.
IN_MEMORY = 512
BATCH = 200
READERS = ("article.py", "article.schema.json", "catalogue.py", "front_matter.py", "reader.py")
SCHEMA = """
CREATE TABLE articles (id TEXT PRIMARY KEY, file TEXT UNIQUE, stamp TEXT, digest TEXT, data TEXT);
CREATE TABLE answers (topic TEXT, rank INTEGER, file TEXT, line INTEGER, article TEXT, section TEXT);
CREATE INDEX answers_by_topic ON answers (topic, rank, file, line, section);
CREATE INDEX answers_by_article ON answers (article);
CREATE TABLE conditions (condition TEXT, topic TEXT, rank INTEGER, article TEXT, section TEXT);
CREATE INDEX conditions_by_name ON conditions (condition, topic, rank, section);
CREATE INDEX conditions_by_article ON conditions (article)"""


class Catalogue(Mapping[str, Article]):
    """Articles by name, in the order of their files; each is taken from the file when it is asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the catalogue in `folder`, or an empty one in memory."""
        self._cache = Cache(folder / FILE if folder else None, SCHEMA, _made_with())
        self._read = lru_cache(maxsize=IN_MEMORY)(self._article)

    def __getitem__(self, name: str) -> Article:
        return self._read(name)[0]

    def __iter__(self) -> Iterator[str]:
        return (name for (name,) in self._cache.rows("SELECT id FROM articles ORDER BY file"))

    def __len__(self) -> int:
        return int(self._cache.rows("SELECT count(*) FROM articles")[0][0])

    def section(self, key: str) -> Section:
        """A section by its address, `article#anchor`.

        Raises:
            KeyError: when there is none.
        """
        return self._read(key.partition("#")[0])[1][key]

    def digests(self) -> dict[str, str]:
        """What each article holds, as a hash: it changes with the text, the topics or the source."""
        return dict(self._cache.rows("SELECT id, digest FROM articles"))

    def topics(self) -> set[str]:
        """The topics that sections name."""
        return {topic for (topic,) in self._cache.rows("SELECT DISTINCT topic FROM answers")}

    def answering(self, topic: str, limit: int) -> list[str]:
        """Addresses of sections that answer `topic`, those it is the main topic of first."""
        found = self._cache.rows(
            "SELECT section FROM answers WHERE topic = ? ORDER BY rank, file, line LIMIT ?", (topic, limit)
        )
        return [section for (section,) in found]

    def naming(self, topics: Iterable[str]) -> list[tuple[Any, ...]]:
        """The sections that name one of `topics`: file, line, address and topic, in this order."""
        query = "SELECT file, line, section, topic FROM answers WHERE topic = ?"
        return sorted(row for topic in topics for row in self._cache.rows(query, (topic,)))

    def about(self, topic: str, condition: str) -> bool:
        """True when a section of the topic is about the condition."""
        return bool(
            self._cache.rows("SELECT 1 FROM conditions WHERE condition = ? AND topic = ? LIMIT 1", (condition, topic))
        )

    def topics_about(self, conditions: Iterable[str]) -> list[str]:
        """The main topics of sections about one of these conditions, the most frequent first."""
        query = "SELECT section, topic FROM conditions WHERE condition = ? AND rank = 0"
        about = {row for condition in conditions for row in self._cache.rows(query, (condition,))}
        counted = Counter(topic for _, topic in about)
        return sorted(counted, key=lambda topic: (-counted[topic], topic))

    def update(self, folder: Path) -> list[Problem]:
        """Read what has changed among the `*.md` files below `folder`; return what is wrong with them."""
        files = _files(folder)
        known = dict(self._cache.rows("SELECT file, stamp FROM articles"))
        problems, wanted = _namesakes(files, folder)
        gone = [name for name in known if name not in wanted]
        changed = [name for name in wanted if known.get(name) != files[name]]
        while batch := list(islice(changed, BATCH)):
            del changed[:BATCH]
            articles = []
            for name in batch:
                try:
                    articles.append((name, files[name], read_article(folder / name)))
                except AcumenError as error:
                    problems += error.problems
            self._replace([*batch, *gone], articles)
            gone = []
        if gone:
            self._replace(gone, [])
        return problems

    def add(self, articles: Iterable[Article]) -> None:
        """Add articles that come from no file, in their order."""
        self._replace([], [(f"{place:06}", "", article) for place, article in enumerate(articles)])

    def hold(self) -> None:
        """From now on show the articles as they are, whatever another process writes."""
        self._cache.hold()

    def _article(self, name: str) -> tuple[Article, dict[str, Section]]:
        found = self._cache.rows("SELECT data FROM articles WHERE id = ?", (name,))
        if not found:
            raise KeyError(name)
        article = _from_json(found[0][0])
        return article, {section.key: section for section in article.sections}

    def _replace(self, gone: Sequence[str], articles: Sequence[tuple[str, str, Article]]) -> None:
        """Put articles, each with its file and the file's stamp, in place of those of the files in `gone`."""
        with self._cache.transaction() as connection:
            names = [
                name
                for file in gone
                for (name,) in connection.execute("SELECT id FROM articles WHERE file = ?", (file,)).fetchall()
            ]
            for name in (*names, *(article.id for _, _, article in articles)):
                connection.execute("DELETE FROM articles WHERE id = ?", (name,))
                connection.execute("DELETE FROM answers WHERE article = ?", (name,))
                connection.execute("DELETE FROM conditions WHERE article = ?", (name,))
            for file, stamp, article in articles:
                data = _to_json(article)
                row = (article.id, file, stamp, hashlib.sha256(data.encode()).hexdigest(), data)
                connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?)", row)
                for section in article.sections:
                    for rank, topic in enumerate(section.topics):
                        place = (topic, rank, file, section.line, article.id, section.key)
                        connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", place)
                        about = [(each, topic, rank, article.id, section.key) for each in section.conditions]
                        connection.executemany("INSERT INTO conditions VALUES (?, ?, ?, ?, ?)", about)


def _files(folder: Path) -> dict[str, str]:
    """The articles below `folder`, sorted by name, each with a stamp that changes when the file does."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".md"):
                file = Path(parent, name)
                facts = file.stat()
                stamp = f"{facts.st_mtime_ns} {facts.st_ctime_ns} {facts.st_size}"
                found[file.relative_to(folder).as_posix()] = stamp
    return dict(sorted(found.items()))


def _namesakes(files: Iterable[str], folder: Path) -> tuple[list[Problem], dict[str, None]]:
    """Problems of files with the name of another, and the files without those."""
    problems: list[Problem] = []
    by_name: dict[str, str] = {}
    for file in files:
        name = file.rpartition("/")[2].removesuffix(".md")
        if by_name.setdefault(name, file) != file:
            problems.append(problem("ACU114", file=folder / file, id=name))
    return problems, dict.fromkeys(by_name.values())


def _made_with() -> str:
    folder = files("acumen.content")
    return hashlib.sha256(b"\0".join(folder.joinpath(name).read_bytes() for name in READERS)).hexdigest()


def _to_json(article: Article) -> str:
    return json.dumps(asdict(article), default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else sorted(value)  # type: ignore[call-overload]


def _from_json(data: str) -> Article:
    values: dict[str, Any] = json.loads(data)
    sections = tuple(
        Section(
            **{
                **each,
                "topics": tuple(each["topics"]),
                "passages": tuple(each["passages"]),
                "conditions": frozenset(each["conditions"]),
            }
        )
        for each in values["sections"]
    )
    days = {name: values[name] and date.fromisoformat(values[name]) for name in ("reviewed", "review_by")}
    return Article(**{**values, **days, "source": Source(**values["source"]), "sections": sections})
