"""The clinic page of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sanic import Blueprint, Sanic

from acumen.site.demo import demo_site

PROJECT = Path(__file__).parents[2]
Open = Callable[..., Any]


@pytest.fixture
def open_page(serve: Any) -> Open:
    """Gives the page of a project, beside what else is served."""

    async def open_it(project: Path, *beside: str) -> str:
        app = Sanic("demo", configure_logging=False)
        app.blueprint(demo_site(project))
        for name in beside:
            app.blueprint(Blueprint(name), url_prefix=f"/{name}")
        async with serve(app) as client, client.get("/") as answer:
            assert answer.status == 200
            return await answer.text()

    return open_it


async def test_page_has_the_widget_and_the_articles(open_page: Open) -> None:
    """A visitor finds the chat, with and without JavaScript, and every article."""
    page = await open_page(PROJECT, "website", "articles")

    assert '<script type="module" src="/webhooks/website/widget.js" data-clinic="Alder Lane Clinic"></script>' in page
    assert 'href="/webhooks/website/chat"' in page
    assert 'href="/webhooks/website/chat?ask=Does+it+hurt%3F" data-acumen-open="Does it hurt?"' in page
    assert 'href="/articles/chronic-pain-relief"' in page


async def test_what_is_said_about_the_subject_is_quoted(open_page: Open) -> None:
    """Passages of the articles stand there word for word, with their source and a link to the place."""
    page = await open_page(PROJECT, "website", "articles")

    quotes = page.split("<blockquote>")[1:]
    assert len(quotes) == 2
    for quote in quotes:
        assert "?passage=" in quote.split('href="')[1]


async def test_page_is_said_to_be_a_demonstration(open_page: Open) -> None:
    """Nobody is to take the made-up clinic for a real one, and no search engine is to list it."""
    page = await open_page(PROJECT)

    assert "The clinic is made up" in page
    assert '<meta name="robots" content="noindex">' in page


async def test_clinic_of_the_settings_is_shown(open_page: Open, project: Path) -> None:
    """A clinic that has filled in its settings sees itself, and its country's number in the widget."""
    page = await open_page(project, "website")

    assert "<title>Alder Lane Clinic" in page
    assert 'href="tel:01632960123"' in page
    assert 'data-clinic="Alder Lane Clinic" data-emergency="999"' in page
    assert "made up" not in page


async def test_page_stands_without_what_it_links_to(open_page: Open, project: Path) -> None:
    """Other articles, no chat and no reader leave a page without gaps and dead links."""
    page = await open_page(project)

    assert "What we offer" not in page
    assert "/webhooks/website" not in page
    assert "/articles/" not in page


async def test_unknown_file_is_not_found(serve: Any, project: Path) -> None:
    """Only the page's own files are served."""
    app = Sanic("demo", configure_logging=False)
    app.blueprint(demo_site(project))

    async with serve(app) as client:
        for path, status in {"/site/demo.css": 200, "/site/icon.svg": 200, "/site/base.css": 404}.items():
            async with client.get(path) as answer:
                assert answer.status == status
