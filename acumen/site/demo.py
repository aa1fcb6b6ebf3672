"""The clinic page of `acumen serve`: the product as a clinic's visitor meets it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sanic import Blueprint
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.answering.links import passage_key
from acumen.content.article import Section
from acumen.content.library import Library
from acumen.site import serving
from acumen.site.pages import Edition, article_path, by_title, icon, render, stylesheet

FILES = "/site"
# What the page says about the subject are passages of the articles on these topics.
OFFERED = ("what_is_acupuncture", "what_is_dry_needling")
ASKED = ("what_to_expect", "does_it_hurt", "how_many_sessions", "dry_needling_vs_acupuncture")


@dataclass(frozen=True)
class Quote:
    """The first passage of a section, with its question, its source and its address."""

    question: str
    heading: str
    passage: str
    source: str
    url: str


def demo_site(project: Path = Path()) -> Blueprint:
    """The page at `/` and its files.

    Args:
        project: the folder with `data/`; the commands run in it.

    Raises:
        AcumenError: with every problem of the articles, topics and settings.
    """
    first = Edition.load(project)
    files = {"demo.css": stylesheet("demo.css"), "icon.svg": icon()}
    demo = Blueprint("demo")

    @demo.route("/", methods=["GET", "HEAD"])
    async def clinic(request: Request) -> HTTPResponse:
        now = serving.edition(request) or first
        body = render(
            "demo.html",
            now.site,
            icon=f"{FILES}/icon.svg?v={files['icon.svg'].version}",
            stylesheet=f"{FILES}/demo.css?v={files['demo.css'].version}",
            has_chat=serving.has_chat(request),
            has_articles=serving.has_articles(request),
            offered=_quotes(now.library, OFFERED),
            asked=_quotes(now.library, ASKED),
            shelf=by_title(now.library),
        )
        return serving.page(request, body)

    @demo.route(f"{FILES}/<name:str>", methods=["GET", "HEAD"])
    async def file(request: Request, name: str) -> HTTPResponse:
        if name not in files:
            raise NotFound(name)
        return serving.file(request, files[name])

    return demo


def _quotes(library: Library, topics: tuple[str, ...]) -> list[Quote]:
    """A quote for each topic that the articles answer; a clinic may have other articles."""
    answered = [(library.topics[topic], library.answering(topic)) for topic in topics if topic in library.topics]
    return [_quote(library, topic.ask, _best(library, sections)) for topic, sections in answered if sections]


def _best(library: Library, sections: list[Section]) -> Section:
    """The first section whose author is known: a clinic would rather quote a person."""
    return min(sections, key=lambda section: library.article_of(section).source.author is None)


def _quote(library: Library, question: str, section: Section) -> Quote:
    article = library.article_of(section)
    return Quote(
        question=question,
        heading=section.heading,
        passage=section.lead,
        source=article.source.name,
        url=f"{article_path(article)}?passage={passage_key(section.lead)}#{section.anchor}",
    )
