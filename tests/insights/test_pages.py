"""The report as a page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from acumen.content.clinic import Clinic
from acumen.insights.pages import OUTCOMES, Controls, Link, failed_page, page, sign_in_page, style_source
from acumen.insights.period import last_days
from acumen.insights.report import Reporter

TODAY = date(2026, 3, 31)
WEEK = last_days(7, TODAY)
VOID = {"meta", "link", "input", "br", "rect", "line"}
NASTY = "<script>alert(1)</script> & \"cost\" 'x'"


class Checker(HTMLParser):
    """Notes the tags, attributes and text of a page, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture
def busy_page(reporter: Reporter, keep: Callable[..., str], said: Callable[..., Any]) -> str:
    """A page where every part has something to show."""
    for number in range(14):
        for _ in range(2):
            text = f"thing{number} matter{number}" if number else NASTY
            keep(said(text, "not_covered", "" if number else "cost"), thumb=(False, NASTY))
    for _ in range(3):
        keep(said("unsure of this", "answer", "does_it_hurt", 0.3), thumb=(True, None))
        keep(said("chest pain", "emergency"), said("once only thing", "clarify"))
    return page(reporter.report(WEEK), Clinic(name="Alder & Lane"))


def test_page_needs_nothing_else(busy_page: str) -> None:
    """No script, no address, no other file: it can be opened and mailed by itself."""
    parsed = Checker(busy_page)

    assert not {"script", "img", "iframe", "object", "form"} & {tag for tag, _ in parsed.tags}
    for tag, attributes in parsed.tags:
        for name, value in attributes.items():
            assert name != "style", tag
            assert not name.startswith("on"), tag
            if name in ("href", "src", "action"):
                assert str(value).startswith(("data:", "#")), (tag, value)
    style = re.search(r"<style>(.*?)</style>", busy_page, re.DOTALL)[1]  # type: ignore[index]
    assert "url(" not in style
    assert "@import" not in style
    assert "http:" not in busy_page
    assert "https:" not in busy_page


def test_words_of_patients_are_text(busy_page: str) -> None:
    """What looks like markup in a question is shown as it was typed."""
    parsed = Checker(busy_page)

    assert "<script>alert(1)</script>" in parsed.text
    assert "script" not in {tag for tag, _ in parsed.tags}


def test_page_tells_the_figures(busy_page: str) -> None:
    """The figures at a glance are those of the report, and the clinic's name stands above."""
    text = Checker(busy_page).text

    assert "Alder & Lane" in text
    for each in (
        "Conversations 34",
        "Messages 37",
        "Alarms 3",
        "Found helpful 10 %",
        "25 March 2026 to 31 March 2026",
    ):
        assert each in text, each
    assert "4 more groups" in text
    assert "no article answers it" in text
    assert "chest pain" not in text
    assert "once only" not in text


def test_policy_allows_the_style_of_the_page(busy_page: str) -> None:
    """The hash that a server names is that of the style in the page."""
    style = re.search(r"<style>(.*?)</style>", busy_page, re.DOTALL)[1]  # type: ignore[index]

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert style_source() == f"'sha256-{digest}'"


def test_controls_are_links_and_a_form(reporter: Reporter) -> None:
    """On a server the page offers periods, a table and signing out, none of which needs a script."""
    controls = Controls([Link("7 days", "/insights?days=7", here=True)], "/insights/insights.csv", "/insights/sign-out")

    parsed = Checker(page(reporter.report(WEEK), Clinic(), controls))

    links = [attributes for tag, attributes in parsed.tags if tag == "a" and attributes["href"] != "#main"]
    assert links[0] == {"href": "/insights?days=7", "aria-current": "page"}
    assert links[1]["href"] == "/insights/insights.csv"
    assert ("form", {"method": "post", "action": "/insights/sign-out"}) in parsed.tags


def test_other_pages_are_whole() -> None:
    """Signing in and failing have pages that are well formed and tell what is wrong."""
    assert "Wrong." in Checker(sign_in_page(Clinic(), "/sign-in", "Wrong.")).text
    assert "could not be made" in Checker(failed_page(Clinic())).text


def test_every_outcome_has_words() -> None:
    """No outcome of a reply is shown by its name."""
    from typing import get_args

    from acumen.answering.reply import Outcome
    from acumen.insights.conversations import NO_REPLY

    assert set(OUTCOMES) == {*get_args(Outcome), NO_REPLY}
