"""All articles together: which section answers a topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from acumen.content.article import Article, Section
from acumen.content.catalogue import Catalogue
from acumen.content.topics import Topic, read_topics
from acumen.errors import AcumenError, Problem, problem

# Sections of a topic that are looked at for one answer; a clinic's few articles have fewer.
MANY = 20


class Library:
    """The articles and topics of a clinic; immutable once loaded."""

    def __init__(self, articles: Catalogue | Iterable[Article], topics: Mapping[str, Topic]) -> None:
        """Make a library of articles at hand, or of those in a catalogue."""
        if not isinstance(articles, Catalogue):
            catalogue = Catalogue()
            catalogue.add(articles)
        else:
            catalogue = articles
        catalogue.hold()
        self._catalogue = catalogue
        self.articles: Mapping[str, Article] = catalogue
        self.sections: Mapping[str, Section] = _Sections(catalogue)
        self.topics = topics
        self._answering = lru_cache(maxsize=1000)(self._find_answering)

    @classmethod
    def load(cls, data: Path, cache: Path | None = None) -> Library:
        """Load `articles/**/*.md` and `topics.yml` from the folder `data`.

        Args:
            data: the folder.
            cache: where articles are kept as they were read, so that only what has
                changed is read again; without it all are read, and kept in memory.

        Raises:
            AcumenError: with every problem of every file, not only the first.
        """
        library, problems = cls.read(data, cache)
        if problems:
            raise AcumenError(*problems)
        return library

    @classmethod
    def read(cls, data: Path, cache: Path | None = None) -> tuple[Library, list[Problem]]:
        """Read what can be read of the folder `data`, and say what is wrong with the rest.

        Raises:
            AcumenError: when there are no articles, or the topics cannot be read.
        """
        topics = read_topics(data / "topics.yml")
        catalogue = Catalogue(cache)
        problems = catalogue.update(data / "articles")
        if not problems and not catalogue:
            raise AcumenError(problem("ACU110", folder=data / "articles"))
        unknown = catalogue.topics() - topics.keys()
        problems += _unknown_topics(catalogue, unknown, data / "articles")
        return cls(catalogue, topics), problems

    def answering(self, topic: str) -> list[Section]:
        """The sections that answer `topic`, those it is the main topic of first; at most `MANY`."""
        return list(self._answering(topic))

    def article_of(self, section: Section) -> Article:
        return self.articles[section.article]

    def about(self, topic: str, condition: str) -> bool:
        """True when a section of the topic is about the condition."""
        return self._catalogue.about(topic, condition)

    def topics_about(self, conditions: Iterable[str]) -> list[str]:
        """The main topics of sections about one of these conditions, the most frequent first."""
        return self._catalogue.topics_about(conditions)

    def digests(self) -> dict[str, str]:
        """What each article holds, as a hash: it changes with the text, the topics or the source."""
        return self._catalogue.digests()

    def _find_answering(self, topic: str) -> tuple[Section, ...]:
        return tuple(self.sections[key] for key in self._catalogue.answering(topic, MANY))


class _Sections(Mapping[str, Section]):
    """All sections by key (`article#anchor`), in the order of files and lines."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __getitem__(self, key: str) -> Section:
        return self._catalogue.section(key)

    def __iter__(self) -> Iterator[str]:
        return (section.key for article in self._catalogue.values() for section in article.sections)

    def __len__(self) -> int:
        return sum(len(article.sections) for article in self._catalogue.values())


def _unknown_topics(catalogue: Catalogue, unknown: Iterable[str], folder: Path) -> list[Problem]:
    return [
        problem("ACU107", file=folder / file, line=line, anchor=section.partition("#")[2], topic=topic)
        for file, line, section, topic in catalogue.naming(unknown)
    ]


def article_files(data: Path) -> list[Path]:
    """The files of all articles in the folder `data`, in their order."""
    return sorted((data / "articles").glob("**/*.md"))
