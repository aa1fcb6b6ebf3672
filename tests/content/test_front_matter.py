"""The settings at the top of an article."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from acumen.content.article import Source
from acumen.content.front_matter import read_front_matter
from acumen.errors import AcumenError

FILE = Path("article.md")
GOOD = """\
---
title: Needles and pain
source:
  title: Understanding Needles
  author: Ada Example
reviewed: 2026-01-02
review_by: "2027-01-02"
---
The text.
"""


def without(line: str) -> str:
    """The good settings without one of their lines."""
    return GOOD.replace(line + "\n", "")


def test_settings_are_read():
    """Titles, source and dates come back as typed values."""
    settings = read_front_matter(GOOD, FILE)

    assert settings.title == "Needles and pain"
    assert settings.source == Source("Understanding Needles", author="Ada Example")
    assert (settings.reviewed, settings.review_by) == (date(2026, 1, 2), date(2027, 1, 2))


@pytest.mark.parametrize("empty", ["", " ~", " null"])
def test_draft_has_no_days_of_review(empty: str):
    """The days of review may be left empty, but not out."""
    text = GOOD.replace(" 2026-01-02", empty).replace(' "2027-01-02"', empty)

    settings = read_front_matter(text, FILE)

    assert (settings.reviewed, settings.review_by) == (None, None)


def test_lines_are_counted_to_where_the_text_begins():
    """The text of the article starts right after the lines that the settings take."""
    settings = read_front_matter(GOOD, FILE)

    assert GOOD.splitlines()[settings.lines] == "The text."


def test_a_source_without_an_author_is_named_by_its_title():
    """Who is named as the source is the author, else the printed title."""
    settings = read_front_matter(without("  author: Ada Example"), FILE)

    assert settings.source.author is None
    assert settings.source.name == "“Understanding Needles”"


@pytest.mark.parametrize(
    "text",
    ["", "The text.\n", "---\ntitle: never closed\n", "\n" + GOOD],
    ids=["empty file", "no block", "block without an end", "something before the block"],
)
def test_without_a_block_of_settings(text: str):
    """A file that does not begin with a block of settings is refused at its first line."""
    with pytest.raises(AcumenError) as caught:
        read_front_matter(text, FILE)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU101", FILE, 1)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("title: Needles: and pain", 2),
        ("title: Needles\nsource: [", 3),
        ("title: Needles\ntitle: Pain", 3),
        ("title: Needles\n\treviewed: 2026-01-02", 3),
    ],
    ids=["unquoted colon", "open bracket", "a setting twice", "tab"],
)
def test_block_that_is_no_yaml(block: str, line: int):
    """Broken YAML is reported with the line of the file it breaks at."""
    with pytest.raises(AcumenError) as caught:
        read_front_matter(f"---\n{block}\n---\n", FILE)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU102", FILE, line)


@pytest.mark.parametrize(
    ("text", "names", "line"),
    [
        (without("title: Needles and pain"), "'title' is a required property", 1),
        (without("reviewed: 2026-01-02"), "'reviewed' is a required property", 1),
        (without("  title: Understanding Needles"), "'title' is a required property", 3),
        (GOOD.replace("title: Needles and pain", "title: ''"), "'title'", 2),
        (GOOD.replace("title: Needles and pain", "title: 7"), "'title'", 2),
        (GOOD.replace("reviewed: 2026-01-02", "reviewed: yesterday"), "'reviewed'", 6),
        (GOOD.replace("reviewed: 2026-01-02", "reviewed: 2026-02-30"), "'reviewed'", 6),
        (GOOD.replace("  author: Ada Example", "  writer: Ada Example"), "writer", 5),
        (GOOD.replace("  author: Ada Example", "  author: [Ada]"), "'source.author'", 5),
        (GOOD.replace("title: Needles and pain", "title: Pain\nmood: good"), "mood", 3),
        ("---\n- a list\n---\n", "object", 1),
        ("---\n---\n", "'title' is a required property", 1),
    ],
    ids=[
        "no title",
        "no review date",
        "source without a title",
        "empty title",
        "title that is a number",
        "date in words",
        "day that does not exist",
        "unknown setting of the source",
        "author that is a list",
        "unknown setting",
        "a list",
        "empty block",
    ],
)
def test_settings_that_do_not_fit(text: str, names: str, line: int):
    """A missing, unknown or wrong setting is named, with the line it stands on."""
    with pytest.raises(AcumenError) as caught:
        read_front_matter(text, FILE)

    fault = next(each for each in caught.value.problems if names in each.what)
    assert (fault.code, fault.file, fault.line) == ("ACU103", FILE, line)


def test_all_wrong_settings_are_reported_together():
    """Every wrong setting is reported at once, not one a run."""
    text = GOOD.replace("reviewed: 2026-01-02", "reviewed: yesterday").replace("title: Needles and pain", "title: 7")

    with pytest.raises(AcumenError) as caught:
        read_front_matter(text, FILE)

    assert {fault.line for fault in caught.value.problems} == {2, 6}
