"""Importing texts: each becomes a draft article, and what somebody has edited since stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from acumen.content.importing.clean import clean
from acumen.content.importing.convert import read_document
from acumen.content.importing.document import Document, Heading, words_in
from acumen.content.importing.page import (
    NAME_WORDS,
    Mark,
    PageSection,
    anchors,
    mark_name,
    read_mark,
    sha256,
    slug,
    technique_of,
    write_page,
)
from acumen.content.importing.passages import plain, sentences
from acumen.content.importing.sections import Draft, drafts_of
from acumen.content.importing.suggest import Encode, TopicSuggester
from acumen.content.lexicon import Conditions, conditions_in
from acumen.content.reader import read_article
from acumen.errors import AcumenError, Problem, problem

# A section has the topics that are this near to it, and not much less near than the nearest.
NEAR, NEARLY_AS_NEAR, MAX_TOPICS = 0.5, 0.12, 3
# Below this the nearest topic is told all the same, as one that may fit.
MAY_FIT = 0.4
MIN_WORDS = 30
# Every third word of an English text or so is one of these; of another language, hardly any.
_ENGLISH = frozenset(
    (
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "that",
        "it",
        "for",
        "as",
        "with",
        "are",
        "be",
        "on",
        "this",
        "or",
        "you",
    )
)
ENGLISH_SHARE = 0.15

Status = Literal["written", "updated", "unchanged", "edited", "failed"]


@dataclass(frozen=True)
class Result:
    """What became of one source: the article, and what its reader should look at."""

    source: Path
    status: Status
    article: Path | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Importer:
    """Imports into a folder of articles."""

    def __init__(self, articles: Path, suggester: TopicSuggester, encode: Encode, conditions: Conditions) -> None:
        """Make an importer; `encode` gives unit vectors, `conditions` are the words of the lexicon."""
        self._articles = articles
        self._suggester = suggester
        self._encode = encode
        self._conditions = conditions

    def run(self, paths: list[Path]) -> Iterator[Result]:
        """Import each file, and the files of each folder; one that cannot be imported does not stop the others."""
        for path in paths:
            files = sources_in(path)
            if not files:
                yield Result(path, "failed", problems=(problem("ACU191", folder=path),))
            for file in files:
                try:
                    yield self._import(file)
                except AcumenError as error:
                    yield Result(file, "failed", problems=error.problems)

    def _import(self, file: Path) -> Result:
        document = read_document(file)
        content = file.read_bytes()
        known = self._imported_before(sha256(content))
        if known:
            return self._stays(file, known)
        document, dropped = clean(document)
        document = _titled(document, file)
        _check_language(document, file)
        name = f"{file.resolve().parent.name}/{file.name}"
        target, before = self._target(slug(document.title or "", NAME_WORDS), mark_name(name))
        if before and before.edited:
            return self._stays(file, target)
        sections, notes = self._sections(drafts_of(document, self._suggester, self._encode))
        self._write(target, write_page(document, sections, name, content))
        status: Status = "updated" if before else "written"
        return Result(file, status, target, (*_about(document, dropped), *notes))

    def _target(self, name: str, source: str) -> tuple[Path, Mark | None]:
        """The article of that name made of an earlier `source`, with its mark; else the first name that is free."""
        number, target = 1, self._articles / f"{name}.md"
        while target.exists():
            mark = read_mark(target.read_text(encoding="utf-8", errors="replace"))
            if mark and mark.name == source:
                return target, mark
            number += 1
            target = self._articles / f"{name}-{number}.md"
        return target, None

    def _write(self, target: Path, text: str) -> None:
        """Write an article whole or not at all, whatever else is importing."""
        draft = target.with_suffix(f".{os.getpid()}.importing")
        try:
            self._articles.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, encoding="utf-8")
            read_article(draft)
            draft.replace(target)
        except OSError as error:
            detail = error.strerror or error
            raise AcumenError(problem("ACU192", folder=self._articles, detail=detail)) from error

    def _stays(self, file: Path, article: Path) -> Result:
        mark = read_mark(article.read_text(encoding="utf-8"))
        if mark and mark.edited:
            return Result(file, "edited", article, problems=(problem("ACU190", file=article, source=file.name),))
        return Result(file, "unchanged", article)

    def _imported_before(self, source: str) -> Path | None:
        """The article that was made of this very source, whatever its name is now."""
        for article in sorted(self._articles.glob("**/*.md")):
            mark = read_mark(article.read_text(encoding="utf-8", errors="replace"))
            if mark and mark.source == source:
                return article
        return None

    def _sections(self, drafts: list[Draft]) -> tuple[list[PageSection], list[str]]:
        sections: list[PageSection] = []
        notes: list[str] = []
        for draft, anchor in zip(drafts, anchors([draft.heading for draft in drafts]), strict=True):
            ranked = self._rank(draft)
            best, score = ranked[0]
            near = [name for name, each in ranked if each >= max(NEAR, score - NEARLY_AS_NEAR)][:MAX_TOPICS]
            text = " ".join(draft.passages)
            named = tuple(conditions_in(draft.heading, self._conditions))
            technique = technique_of(draft.heading, text)
            sections.append(PageSection(anchor, draft.heading, tuple(draft.passages), tuple(near), named, technique))
            notes += _unsure(draft, anchor, near, best if score >= MAY_FIT else None)
        return sections, notes

    def _rank(self, draft: Draft) -> list[tuple[str, float]]:
        """The topics of a section: each by the part of it that is nearest."""
        best: dict[str, float] = {}
        passages = draft.passages
        for text in (draft.heading, *sentences(passages[0]), " ".join(passages)):
            for name, score in self._suggester.rank(text):
                best[name] = max(score, best.get(name, 0.0))
        return sorted(best.items(), key=lambda each: -each[1])


def sources_in(path: Path) -> list[Path]:
    """The files to import: `path` itself, or all in the folder that are not hidden."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))


def _titled(document: Document, file: Path) -> Document:
    blocks = document.blocks
    title = plain(document.title or "")
    if not title:
        title = plain(file.stem.replace("-", " ").replace("_", " ").strip()).capitalize() or "Untitled"
    # A page often shows its title twice: for itself, and as the first heading.
    while blocks and isinstance(blocks[0], Heading) and plain(blocks[0].text).casefold() == title.casefold():
        blocks = blocks[1:]
    return replace(document, title=title, blocks=blocks)


def _check_language(document: Document, file: Path) -> None:
    words = [word.strip(".,;:!?“”\"'()").lower() for word in words_in(document.blocks)]
    if len(words) < MIN_WORDS:
        raise AcumenError(problem("ACU183", file=file, detail=f"it holds {len(words)} words of text"))
    if sum(word in _ENGLISH for word in words) < ENGLISH_SHARE * len(words):
        raise AcumenError(problem("ACU188", file=file))


def _about(document: Document, dropped: list[str]) -> list[str]:
    missing = [name for name in ("author", "date") if getattr(document, name) is None]
    notes = [f"no {' and no '.join(missing)} was found: add what you know to the front matter"] if missing else []
    if dropped:
        shown = "; ".join(f"“{line[:40]}{'…' if len(line) > 40 else ''}”" for line in dropped[:4])
        more = f" and {len(dropped) - 4} more lines" if len(dropped) > 4 else ""
        notes.append(f"left out as not of the article: {shown}{more}")
    return notes


def _unsure(draft: Draft, anchor: str, topics: list[str], nearest: str | None) -> list[str]:
    notes = [f"#{anchor}: the heading was not in the text"] if draft.guessed else []
    if not topics:
        perhaps = f"; perhaps {nearest}" if nearest else ""
        notes.append(f"#{anchor}: no topic is surely its own{perhaps}")
    elif len(topics) > 1:
        notes.append(f"#{anchor}: several topics fit, {', '.join(topics)}")
    return notes
