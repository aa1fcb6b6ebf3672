"""All checks of a project's articles together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from acumen.content.checking.agreement import check_duplicates, check_figures
from acumen.content.checking.findings import Finding
from acumen.content.checking.references import (
    check_conditions,
    check_links,
    check_reach,
    check_topics,
    is_below,
)
from acumen.content.checking.texts import Encode, Find, Texts
from acumen.content.checking.wording import check_advice, check_claims, check_reading, check_review
from acumen.content.lexicon import read_conditions
from acumen.content.library import Library
from acumen.errors import AcumenError, problem


def check(
    data: Path, encode: Encode, retrieval: Callable[[Library], Find], today: date, paths: Sequence[Path] = ()
) -> list[Finding]:
    """Check the articles in the folder `data`.

    Args:
        data: the folder with `articles/`, `topics.yml` and `lexicon.yml`.
        encode: gives texts unit vectors, shape (len(texts), width).
        retrieval: how a library is searched where no topic leads to an answer.
        today: decides whether a review is overdue.
        paths: files and folders to report on; the whole of `data` without any.

    Returns:
        What was found, by file and line. Articles that cannot be read are among it, and are left out of the rest.
    """
    try:
        library, problems = Library.read(data)
        texts = Texts(library, data)
        found = [*map(Finding, problems), *_checks(texts, encode, retrieval(library), today)]
    except AcumenError as error:
        found = [Finding(each) for each in error.problems]
    found = [each for each in found if not paths or any(_concerns(each, path) for path in paths)]
    found += [Finding(problem("ACU172", file=path)) for path in paths if not _is_checked(path, data)]
    return sorted(dict.fromkeys(found), key=lambda each: (str(each.problem.file), each.problem.line or 0))


def _checks(texts: Texts, encode: Encode, find: Find, today: date) -> Iterator[Finding]:
    conditions = read_conditions(texts.data / "lexicon.yml")
    yield from check_topics(texts)
    for article in texts.library.articles.values():
        yield from check_review(article, texts, today)
        yield from check_reading(article, texts)
        yield from check_claims(article, texts)
        yield from check_advice(article, texts)
        yield from check_reach(article, texts, find)
        yield from check_links(article, texts)
        yield from check_conditions(article, texts, conditions)
    yield from check_duplicates(texts, encode)
    yield from check_figures(texts, encode)


def _concerns(finding: Finding, path: Path) -> bool:
    """True when one of the finding's places is in `path`; what belongs to no file concerns all."""
    files = [finding.problem.file, finding.other.file if finding.other else None]
    return files == [None, None] or any(file is not None and is_below(file, path) for file in files)


def _is_checked(path: Path, data: Path) -> bool:
    return path.exists() and (is_below(path, data) or is_below(data, path))
