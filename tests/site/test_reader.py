"""The article reader, in a server as Rasa makes one."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import register
from sanic import Blueprint, Sanic

from acumen.answering.links import article_url
from acumen.answering.reply import Citation
from acumen.errors import AcumenError
from acumen.site import ArticleReader
from acumen.site.pages import ARTICLES

VISIT = f"{ARTICLES}/before-your-visit"


@pytest.fixture
async def client(project: Path, serve: Any) -> AsyncIterator[aiohttp.ClientSession]:
    """The pages, registered the way Rasa registers channels, beside a chat."""
    app = Sanic("reader", configure_logging=False)
    register([ArticleReader(project)], app, "/webhooks/")
    app.blueprint(Blueprint("website"), url_prefix="/webhooks/website")
    async with serve(app) as session:
        yield session


async def text_of(client: aiohttp.ClientSession, path: str, status: int = 200) -> str:
    """The body of a page."""
    async with client.get(path) as answer:
        assert answer.status == status
        return await answer.text()


@pytest.mark.parametrize("path", [ARTICLES, f"{ARTICLES}/"])
async def test_shelf_lists_every_article_and_question(client: aiohttp.ClientSession, path: str) -> None:
    """All articles can be reached, with and without a slash, and each of their sections."""
    shelf = await text_of(client, path)

    assert 'href="/articles/before-your-visit"' in shelf
    assert 'href="/articles/old%20text"' in shelf
    assert 'href="/articles/before-your-visit#what-to-bring"' in shelf


async def test_article_names_its_source_and_review(client: aiohttp.ClientSession) -> None:
    """Title, author, role, publisher and date of the source, and the days of both reviews."""
    page = await text_of(client, VISIT)

    for each in ("What to wear &amp; what to bring", "Jo Sample", "practice manager", "Sample Clinic", "March 2026"):
        assert each in page
    assert '<time datetime="2026-03-02">2 March 2026</time>' in page
    assert '<time datetime="2100-03-02">2 March 2100</time>' in page
    assert "due for a new review" not in page


async def test_overdue_review_is_admitted(client: aiohttp.ClientSession) -> None:
    """An article past its review date says so, and whom to ask."""
    page = await text_of(client, f"{ARTICLES}/old%20text")

    assert "due for a new review" in page
    assert "Alder Lane Clinic on 01632 960123" in page


async def test_draft_says_that_nobody_reviewed_it(project: Path, serve: Any) -> None:
    """An article without days of review is shown, and says so on its page and in the list of all."""
    file = project / "data" / "articles" / "before-your-visit.md"
    text = (
        file.read_text("utf-8")
        .replace("reviewed: 2026-03-02", "reviewed:")
        .replace("review_by: 2100-03-02", "review_by:")
    )
    file.write_text(text, "utf-8")
    app = Sanic("drafts", configure_logging=False)
    register([ArticleReader(project)], app, "/webhooks/")

    async with serve(app) as client:
        page, shelf = await text_of(client, VISIT), await text_of(client, ARTICLES)

    assert "Not reviewed yet." in page
    assert "Not reviewed yet." in shelf
    assert "lastReviewed" not in page
    assert "due for a new review" not in page


async def test_contents_lead_to_the_sections(client: aiohttp.ClientSession) -> None:
    """Every section is an anchor of its own name; the contents, of which one screen shows one, link to each."""
    page = await text_of(client, VISIT)

    anchors = re.findall(r'<section id="([^"]+)">', page)
    assert anchors == ["what-to-wear", "what-to-bring"]
    assert re.findall(r'href="#(what-[^"]+)"', page) == anchors * 2


async def test_passages_are_shown_as_paragraphs_and_lists(client: aiohttp.ClientSession) -> None:
    """Wrapped lines are joined, lists are lists, and markup in an article is shown as text."""
    page = await text_of(client, VISIT)

    assert "<p>Wear loose clothes, says Jo Sample, that you can roll up.</p>" in page
    assert "<li>your glasses, as there is a form to read</li>" in page
    assert "Leave &lt;script&gt;alert(1)&lt;/script&gt; at home." in page
    assert "Before your &lt;visit&gt;" in page


@pytest.mark.parametrize(
    ("passage", "marked"),
    [
        ("Wear loose clothes, says Jo Sample,\nthat you can roll up.", 1),
        ("- a list of your medicines\n- your glasses, as there is\n  a form to read", 2),
        ("A passage that has been changed since.", 0),
    ],
)
async def test_cited_passage_is_marked(client: aiohttp.ClientSession, passage: str, marked: int) -> None:
    """The address of a citation marks its passage, each paragraph or item, and nothing else."""
    url = article_url(Citation("before-your-visit", "what-to-wear", passage, "heading", "title"))

    page = await text_of(client, url)

    assert page.count("<mark>") == marked
    assert ("Quoted in the chat" in page) == bool(marked)


async def test_table_of_an_article_is_a_table(client: aiohttp.ClientSession) -> None:
    """A table has its headings, and of its cells those are marked that are cited."""
    url = article_url(Citation("before-your-visit", "what-to-bring", "boots & <socks>", "heading", "title"))

    page = await text_of(client, url)

    assert '<th role="columnheader" scope="col">Winter</th>' in page
    assert '<th role="rowheader" scope="row">Shoes</th>' in page
    assert '<td role="cell" data-column="Winter"><mark>boots &amp; &lt;socks&gt;</mark></td>' in page
    assert page.count("<mark>") == 1
    assert "is marked below" in page


async def test_several_passages_can_be_marked(client: aiohttp.ClientSession) -> None:
    """Neighbouring passages are marked one by one, under one label."""
    urls = [
        article_url(Citation("before-your-visit", "what-to-wear", passage, "heading", "title"))
        for passage in (
            "Wear loose clothes, says Jo Sample,\nthat you can roll up.",
            "Leave <script>alert(1)</script> at home.",
        )
    ]
    keys = [re.search(r"passage=(\w+)", url)[1] for url in urls]  # type: ignore[index]

    page = await text_of(client, f"{VISIT}?passage={keys[0]}&passage={keys[1]}")

    assert page.count("<mark>") == 2
    assert page.count("Quoted in the chat") == 1


async def test_search_engines_are_told_about_the_article(client: aiohttp.ClientSession) -> None:
    """One address, whatever passage is marked, and the article in schema.org's words."""
    page = await text_of(client, f"{VISIT}?passage=0123456789")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])  # type: ignore[index]

    assert '<link rel="canonical" href="/articles/before-your-visit">' in page
    assert '<meta name="robots" content="index, follow">' in page
    assert (data["@type"], data["headline"], data["lastReviewed"]) == (
        "MedicalWebPage",
        "Before your <visit>",
        "2026-03-02",
    )
    assert data["isBasedOn"]["author"] == {"@type": "Person", "name": "Jo Sample", "jobTitle": "practice manager"}
    assert data["publisher"]["name"] == "Alder Lane Clinic"


async def test_emergency_number_of_the_country_stands_on_every_page(client: aiohttp.ClientSession) -> None:
    """Whoever reads an article instead of calling is told whom to call."""
    for path in (ARTICLES, VISIT, f"{ARTICLES}/nothing"):
        async with client.get(path) as answer:
            assert 'href="tel:999"' in await answer.text()


async def test_page_links_to_the_chat(client: aiohttp.ClientSession) -> None:
    """There is a way back to the chat that needs no JavaScript."""
    assert 'href="/webhooks/website/chat"' in await text_of(client, VISIT)


async def test_without_a_chat_there_is_no_link_to_it(project: Path, serve: Any) -> None:
    """A server without the website channel does not promise a chat."""
    app = Sanic("reader", configure_logging=False)
    register([ArticleReader(project)], app, "/webhooks/")

    async with serve(app) as client:
        page = await text_of(client, VISIT)

    assert "/webhooks/website" not in page


@pytest.mark.parametrize("path", ["nothing", "..%2f..%2fcredentials", "static/nothing", "static/..%2fpages.py", "%ff"])
async def test_unknown_article_is_a_page_with_a_way_on(client: aiohttp.ClientSession, path: str) -> None:
    """Who follows an old link is told so, and is not indexed."""
    page = await text_of(client, f"{ARTICLES}/{path}", status=404)

    assert "There is no article at this address" in page
    assert '<meta name="robots" content="noindex">' in page


async def test_pages_are_protected(client: aiohttp.ClientSession) -> None:
    """No page runs a foreign script, tells a linked site who reads it, or is shown in a frame."""
    for path in (ARTICLES, VISIT, f"{ARTICLES}/nothing", f"{ARTICLES}/static/reader.css"):
        async with client.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_unchanged_page_is_not_sent_again(client: aiohttp.ClientSession) -> None:
    """A browser asks whether its copy still holds; another passage is another page."""
    async with client.get(VISIT) as first:
        known = {"If-None-Match": first.headers["ETag"]}
    async with client.get(VISIT, headers=known) as again:
        assert (again.status, await again.read(), again.headers["Cache-Control"]) == (304, b"", "no-cache")
    async with client.get(f"{ARTICLES}/old%20text", headers=known) as other:
        assert other.status == 200


async def test_style_sheet_is_kept_for_good(client: aiohttp.ClientSession) -> None:
    """The page names the version of its style sheet, and a browser need not ask for that one again."""
    page = await text_of(client, VISIT)
    address = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)[1]  # type: ignore[index]

    async with client.get(address) as versioned, client.get(address.split("?")[0]) as bare:
        assert versioned.content_type == "text/css"
        assert "immutable" in versioned.headers["Cache-Control"]
        assert bare.headers["Cache-Control"] == "no-cache"


async def test_head_is_answered_without_a_body(client: aiohttp.ClientSession) -> None:
    """A link checker learns that the page is there."""
    async with client.head(VISIT) as answer:
        assert (answer.status, await answer.read()) == (200, b"")


def test_faulty_article_is_named_at_the_start(project: Path) -> None:
    """A fault in an article stops the server with its code, before anybody reads half of it."""
    (project / "data" / "articles" / "broken.md").write_text("no settings", encoding="utf-8")

    with pytest.raises(AcumenError, match="ACU101"):
        ArticleReader(project).blueprint(None)  # type: ignore[arg-type]
