"""The article reader: a page for each article, under an address that citations link to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.content.library import Library
from acumen.site import serving
from acumen.site.article_page import view_article
from acumen.site.pages import ARTICLES, Site, by_title, icon, render, stylesheet


class ArticleReader(InputChannel):
    """Serves the articles as pages; it takes no messages.

    It is a channel only because Rasa opens what `credentials.yml` names, so that
    stock `rasa run` shows the articles as well.
    """

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return "articles"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> ArticleReader:
        """Makes the channel; it has no settings (see parent class for full docstring)."""
        return cls()

    def __init__(self, project: Path = Path()) -> None:
        """Creates the channel.

        Args:
            project: the folder with `data/`; Rasa's commands run in it.
        """
        self._project = project

    def url_prefix(self) -> str:
        """The address of the pages; the slash in front keeps it out of `/webhooks/`."""
        return ARTICLES

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Defines the pages, with the articles as they are now.

        Raises:
            AcumenError: with every problem of the articles, topics and settings.
        """
        site, library = Site.load(self._project), Library.load(self._project / "data", self._project / "var")
        files = {"reader.css": stylesheet("reader.css"), "icon.svg": icon()}
        reader = Blueprint("articles")

        def show(request: Request, template: str, status: int = 200, **values: Any) -> HTTPResponse:
            body = render(
                template,
                site,
                icon=f"{ARTICLES}/static/icon.svg?v={files['icon.svg'].version}",
                stylesheet=f"{ARTICLES}/static/reader.css?v={files['reader.css'].version}",
                has_chat=serving.has_chat(request),
                **values,
            )
            return serving.page(request, body, status)

        @reader.route("/", methods=["GET", "HEAD"])
        async def shelf(request: Request) -> HTTPResponse:
            return show(request, "shelf.html", shelf=by_title(library))

        @reader.route("/<name:str>", methods=["GET", "HEAD"])
        async def article(request: Request, name: str) -> HTTPResponse:
            # Sanic matches the shelf's address here when it ends with a slash.
            if not name:
                return show(request, "shelf.html", shelf=by_title(library))
            found = library.articles.get(unquote(name))
            if found is None:
                return show(request, "no_article.html", status=404)
            quoted = frozenset(request.args.getlist("passage", []))
            return show(request, "article.html", view=view_article(site, found, quoted, date.today()))

        @reader.route("/static/<name:str>", methods=["GET", "HEAD"])
        async def asset(request: Request, name: str) -> HTTPResponse:
            if name not in files:
                return show(request, "no_article.html", status=404)
            return serving.file(request, files[name])

        return reader
