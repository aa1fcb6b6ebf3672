"""Reading an article: Markdown with an attribute line before each section's heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin

from acumen.content.article import ACUPUNCTURE, TECHNIQUES, Article, Section
from acumen.content.front_matter import read_front_matter
from acumen.errors import AcumenError, Problem, problem

SECTION_LEVEL = "h2"
_ANCHOR = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass
class _Draft:
    """A section while its blocks are being collected."""

    heading: str
    line: int
    attributes: dict[str, str]
    passages: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return self.attributes.get("id", "")

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self.attributes.get("topics", "").split())


def read_article(file: Path) -> Article:
    """Read the article in `file`.

    Raises:
        AcumenError: with every problem found, each with its line (ACU101 to ACU116).
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AcumenError(problem("ACU113", file=file, detail=error)) from error
    settings = read_front_matter(text, file)
    # Blank lines in place of the settings keep the line numbers of the file.
    body = "\n" * settings.lines + "\n".join(text.splitlines()[settings.lines :])
    drafts, problems = _collect(body, file)
    problems += _check(drafts, file)
    if problems:
        raise AcumenError(*problems)
    sections = tuple(_section(draft, file.stem) for draft in drafts)
    return Article(file.stem, settings.title, settings.source, settings.reviewed, settings.review_by, sections)


def _collect(body: str, file: Path) -> tuple[list[_Draft], list[Problem]]:
    """Gather each section's blocks, as they stand in the file."""
    lines = body.splitlines()
    drafts: list[_Draft] = []
    problems: list[Problem] = []
    for token, title in _blocks(body):
        start, end = token.map or [0, 0]
        if token.type == "heading_open" and token.tag == SECTION_LEVEL:
            drafts.append(_Draft(title, start + 1, {k: str(v) for k, v in token.attrs.items()}))
        elif token.type == "html_block" or (token.type == "heading_open" and token.tag == "h1"):
            # A remark of the writer, or the article's title, which stands in its settings.
            continue
        elif token.type == "heading_open":
            problems.append(problem("ACU116", file=file, line=start + 1))
        elif drafts:
            drafts[-1].passages.append("\n".join(lines[start:end]).strip())
        else:
            problems.append(problem("ACU109", file=file, line=start + 1))
    return drafts, problems


def _blocks(body: str) -> Iterator[tuple[Token, str]]:
    """Yield the outermost blocks with, for headings, their title."""
    tokens = _markdown().parse(body)
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map:
            yield token, tokens[index + 1].content if token.type == "heading_open" else ""


@cache
def _markdown() -> MarkdownIt:
    # What stands within a block is shown as it is typed.
    return MarkdownIt("commonmark").enable("table").use(attrs_block_plugin).disable("inline")


def _check(drafts: list[_Draft], file: Path) -> list[Problem]:
    problems = [] if drafts else [problem("ACU115", file=file)]
    seen: set[str] = set()
    for draft in drafts:
        fault = partial(problem, file=file, line=draft.line)
        if not draft.anchor:
            problems.append(fault("ACU104"))
            continue
        if draft.anchor in seen:
            problems.append(fault("ACU105", anchor=draft.anchor))
        if not _ANCHOR.fullmatch(draft.anchor):
            problems.append(fault("ACU112", anchor=draft.anchor))
        if not draft.passages:
            problems.append(fault("ACU108", anchor=draft.anchor))
        technique = draft.attributes.get("technique", ACUPUNCTURE)
        if technique not in TECHNIQUES:
            problems.append(fault("ACU111", technique=technique))
        seen.add(draft.anchor)
    return problems


def _section(draft: _Draft, article: str) -> Section:
    return Section(
        article=article,
        anchor=draft.anchor,
        heading=draft.heading,
        topics=draft.topics,
        passages=tuple(draft.passages),
        conditions=frozenset(draft.attributes.get("conditions", "").split()),
        technique=draft.attributes.get("technique", ACUPUNCTURE),
        line=draft.line,
    )
