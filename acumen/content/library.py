"""All articles together: which section answers a topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from acumen.content.article import Article, Section
from acumen.content.reader import read_article
from acumen.content.topics import Topic, read_topics
from acumen.errors import AcumenError, Problem, problem


class Library:
    """The articles and topics of a clinic; immutable once loaded."""

    def __init__(self, articles: Iterable[Article], topics: Mapping[str, Topic]) -> None:
        self.articles = {article.id: article for article in articles}
        self.topics = topics

    @classmethod
    def load(cls, data: Path) -> Library:
        """Load `articles/*.md` and `topics.yml` from the folder `data`.

        Raises:
            AcumenError: with every problem of every file, not only the first.
        """
        library, problems = cls.read(data)
        if problems:
            raise AcumenError(*problems)
        return library

    @classmethod
    def read(cls, data: Path) -> tuple[Library, list[Problem]]:
        """Read what can be read of the folder `data`, and say what is wrong with the rest.

        Raises:
            AcumenError: when there are no articles, or the topics cannot be read.
        """
        problems: list[Problem] = []
        articles: list[Article] = []
        topics = read_topics(data / "topics.yml")
        files = article_files(data)
        if not files:
            raise AcumenError(problem("ACU110", folder=data / "articles"))
        for file in files:
            try:
                article = read_article(file)
            except AcumenError as error:
                problems += error.problems
                continue
            if article.id in {other.id for other in articles}:
                problems.append(problem("ACU114", file=file, id=article.id))
            articles.append(article)
            problems += _unknown_topics(article, topics, file)
        return cls(articles, topics), problems

    @cached_property
    def sections(self) -> Mapping[str, Section]:
        """All sections by key (`article#anchor`), in the order of files and lines."""
        return {section.key: section for article in self.articles.values() for section in article.sections}

    def answering(self, topic: str) -> list[Section]:
        """The sections that answer `topic`, those it is the main topic of first."""
        found = [section for section in self.sections.values() if topic in section.topics]
        return sorted(found, key=lambda section: section.topics.index(topic))

    def article_of(self, section: Section) -> Article:
        return self.articles[section.article]


def article_files(data: Path) -> list[Path]:
    """The files of all articles in the folder `data`, in their order."""
    return sorted((data / "articles").glob("**/*.md"))


def _unknown_topics(article: Article, topics: Mapping[str, Topic], file: Path) -> list[Problem]:
    return [
        problem("ACU107", file=file, line=section.line, anchor=section.anchor, topic=topic)
        for section in article.sections
        for topic in section.topics
        if topic not in topics
    ]
