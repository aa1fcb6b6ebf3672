"""What all pages share: the clinic, the articles, the templates, the style sheets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from acumen.content.article import Article
from acumen.content.clinic import Clinic, read_clinic
from acumen.content.library import Library
from acumen.safety.replies import SafetyReplies
from acumen.site.prose import dialled, linked, own_parts, passage_parts

# Where the article reader and the website channel of `credentials.yml` are served.
ARTICLES = "/articles"
CHAT = "/webhooks/website"
TEMPLATES = Path(__file__).parent / "templates"
ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Site:
    """Whose pages these are."""

    clinic: Clinic
    emergency: str
    # The emergency numbers of the clinic's country, as they read in a sentence.
    numbers: str

    @classmethod
    def load(cls, project: Path) -> Site:
        """Load from the project folder.

        Raises:
            AcumenError: for a fault of the clinic's settings or of the safety replies.
        """
        clinic = read_clinic(project / "data" / "clinic.yml")
        safety = SafetyReplies.load(project / "data" / "safety" / "replies.yml", clinic.country, clinic.contact)
        return cls(clinic, safety.failure_line(), safety.numbers["emergency_text"] if clinic.country else "")

    @property
    def name(self) -> str:
        """Whose pages these are; where the clinic has not said, what they are."""
        return self.clinic.name or "Articles for patients"


@dataclass(frozen=True)
class Edition:
    """The clinic and its articles, as all pages show them at one time."""

    site: Site
    library: Library

    @classmethod
    def load(cls, project: Path) -> Edition:
        """Load from the project folder.

        Raises:
            AcumenError: with every problem of the articles, topics and settings.
        """
        return cls(Site.load(project), Library.load(project / "data", project / "var"))


@dataclass(frozen=True)
class Asset:
    """A file that pages load."""

    body: bytes
    content_type: str

    @property
    def version(self) -> str:
        """Changes with the content, so that an address with it can be kept for good."""
        return hashlib.sha256(self.body).hexdigest()[:12]


def stylesheet(name: str) -> Asset:
    """The style sheet of a family of pages: what all share, then its own rules."""
    body = b"\n".join((ASSETS / file).read_bytes() for file in ("base.css", name))
    return Asset(body, "text/css; charset=utf-8")


def icon() -> Asset:
    """The picture in the browser's tab."""
    return Asset((ASSETS / "icon.svg").read_bytes(), "image/svg+xml")


def render(template: str, site: Site, **values: Any) -> str:
    """Fill a template; everything that is not markup is escaped.

    Raises:
        jinja2.UndefinedError: when the template names a value that is not given.
    """
    return _environment().get_template(template).render(site=site, **values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(articles=ARTICLES, chat=CHAT, article_path=article_path)
    environment.filters.update(day=day, linked=linked, own_parts=own_parts, passage_parts=passage_parts, tel=dialled)
    environment.tests.update(web_address=lambda text: text.startswith(("https://", "http://")))
    return environment


def by_title(library: Library) -> list[Article]:
    """The articles as a shelf has them."""
    return sorted(library.articles.values(), key=lambda article: article.title.casefold())


def article_path(article: Article) -> str:
    """The address of an article's page."""
    return f"{ARTICLES}/{quote(article.id, safe='')}"


def day(value: date) -> str:
    """A day as people write it."""
    return f"{value.day} {value:%B %Y}"
