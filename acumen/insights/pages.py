"""A report as one page that needs nothing else: no script, no request, no other file."""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from acumen.content.clinic import Clinic
from acumen.insights.chart import chart
from acumen.insights.report import Report

PACKAGE = Path(__file__).parent
# The look of all pages. It is read as a file: the package around it takes requests, and imports Rasa.
SITE_ASSETS = PACKAGE.parent / "site" / "assets"
OUTCOMES = {
    "answer": "Answered from the articles",
    "not_covered": "The articles do not say",
    "clarify": "Asked back",
    "off_topic": "About something else",
    "caution": "Sent to a clinician",
    "urgent": "Alarm: to be seen the same day",
    "emergency": "Alarm: emergency",
    "crisis": "Alarm: crisis",
    "chitchat": "Small talk, and how to reach a person",
    "no_reply": "No reply was kept",
}
WORDING_LENGTH = 160
WORDINGS = 5
CARDS = 10
MOST_GROUPS = 60
MOST_TOPICS = 15


@dataclass(frozen=True)
class Link:
    """A way on from the page; the one that is open has `here`."""

    title: str
    url: str
    here: bool = False


@dataclass(frozen=True)
class Controls:
    """What the page offers where a server shows it; a file offers nothing."""

    periods: Sequence[Link] = ()
    table: str = ""
    sign_out: str = ""


NO_CONTROLS = Controls()


def page(report: Report, clinic: Clinic, controls: Controls = NO_CONTROLS) -> str:
    """The report as an HTML page."""
    return _render(
        "report.html",
        report=report,
        clinic=clinic,
        controls=controls,
        chart=chart(report.days),
        outcomes=OUTCOMES,
        cards=CARDS,
        most_groups=MOST_GROUPS,
        most_topics=MOST_TOPICS,
        wordings=WORDINGS,
    )


def sign_in_page(clinic: Clinic, action: str, trouble: str = "") -> str:
    """The page that asks for the token; `trouble` says why it was not let in."""
    return _render("sign_in.html", clinic=clinic, action=action, trouble=trouble)


def failed_page(clinic: Clinic) -> str:
    """The page that stands where a report could not be made."""
    return _render("failed.html", clinic=clinic)


@cache
def style_source() -> str:
    """What a content policy has to allow, so that the pages' own style counts and no other."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PACKAGE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(style=_style(), icon=_icon())
    environment.filters.update(day=_day, number=_number, percent=_percent, short=_short)
    return environment


@cache
def _style() -> str:
    sheets = (SITE_ASSETS / "base.css", PACKAGE / "assets" / "report.css")
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


def _icon() -> str:
    return "data:image/svg+xml;base64," + base64.b64encode((SITE_ASSETS / "icon.svg").read_bytes()).decode()


def _day(value: date, *, year: bool = True) -> str:
    return f"{value.day} {value:%B %Y}" if year else f"{value.day} {value:%B}"


def _number(value: int) -> str:
    return f"{value:,}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _short(text: str) -> str:
    return textwrap.shorten(re.sub(r"\s+", " ", text), WORDING_LENGTH, placeholder=" …")
