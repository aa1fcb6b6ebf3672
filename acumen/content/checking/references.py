"""References: whether questions, links and names lead to something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from acumen.content.article import Article, Section
from acumen.content.checking.findings import Finding
from acumen.content.checking.texts import Find, Texts
from acumen.content.lexicon import Conditions
from acumen.errors import problem

_LINK = re.compile(r"\[[^\]]*\]\(<?(?P<target>[^)\s>]+)")
_INTERNAL = re.compile(
    r"(?:(?:\./)?(?P<file>[\w-]+)\.md|/articles/(?P<page>[\w-]+))?(?:\?[^#]*)?(?:#(?P<anchor>[\w-]+))?"
)


def check_topics(texts: Texts) -> Iterator[Finding]:
    """Topics that no section answers, without a word on what is left open."""
    file = texts.data / "topics.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    answered = {topic for section in texts.library.sections.values() for topic in section.topics}
    for topic in texts.library.topics.values():
        if topic.name not in answered and not topic.gap:
            line = next((number for number, each in enumerate(lines, 1) if each.startswith(f"{topic.name}:")), None)
            yield Finding(problem("ACU123", file=file, line=line, topic=topic.name))


def check_reach(article: Article, texts: Texts, find: Find) -> Iterator[Finding]:
    """Sections that neither a topic nor their own heading leads to; an article without any other."""
    lost = [section for section in article.sections if not _reached(section, texts, find)]
    if len(lost) == len(article.sections):
        yield Finding(problem("ACU164", file=texts.files[article.id], line=lost[0].line))
        return
    for section in lost:
        place = texts.place(section)
        yield Finding(problem("ACU163", file=place.file, line=place.line, anchor=section.anchor))


def _reached(section: Section, texts: Texts, find: Find) -> bool:
    return any(topic in texts.library.topics for topic in section.topics) or find(section.heading) == section.key


def check_links(article: Article, texts: Texts) -> Iterator[Finding]:
    """Links to articles and anchors that do not exist; addresses elsewhere are not looked at."""
    for passage in texts.of(article):
        for link in _LINK.finditer(passage.text):
            target = _INTERNAL.fullmatch(link["target"])
            if target is None or not link["target"]:
                continue
            other = texts.library.articles.get(target["file"] or target["page"] or article.id)
            anchors = {section.anchor for section in other.sections} if other else set()
            if other is None or (target["anchor"] and target["anchor"] not in anchors):
                place = passage.place
                yield Finding(problem("ACU170", file=place.file, line=place.line, target=link["target"]))


def check_conditions(article: Article, texts: Texts, conditions: Conditions) -> Iterator[Finding]:
    """Conditions that the lexicon does not have, so that no question can be about them."""
    for section in article.sections:
        for condition in sorted(section.conditions - set(conditions)):
            place = texts.place(section)
            yield Finding(
                problem("ACU171", file=place.file, line=place.line, anchor=section.anchor, condition=condition)
            )


def is_below(file: Path, folder: Path) -> bool:
    """True when `file` is `folder` or stands in it."""
    return file.resolve().is_relative_to(folder.resolve())
