"""The pages in Chromium: the clinic page, the articles, and the chat without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from acumen.answering.links import article_url
from acumen.answering.reply import Citation
from acumen.content.library import Library

pytestmark = pytest.mark.browser

PROJECT = Path(__file__).parents[2]
AXE = PROJECT / "widget" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = PROJECT / "build" / "screenshots"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
ARTICLE = "articles/chronic-pain-relief"
FORM = "webhooks/website/chat"
PAGES = {
    "clinic": "",
    "shelf": "articles/",
    "article": ARTICLE,
    "cited": "",
    "missing": "articles/nothing",
    "chat": FORM,
}
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"width": 1280, "height": 800},
    "dark": {"width": 1280, "height": 800, "color_scheme": "dark"},
    "forced-colours": {"width": 1280, "height": 800, "forced_colors": "active"},
    "phone": {"width": 390, "height": 844, "is_mobile": True, "has_touch": True},
    "narrow": {"width": 320, "height": 256, "color_scheme": "dark"},
}
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    "p { margin-block-end: 2em !important; }"
)
# What has to be scrolled sideways, or is cut off; not what is there for screen readers only.
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('body *')]
    .filter((each) => each === document.documentElement || getComputedStyle(each).overflowX !== 'visible')
    .filter((each) => !each.closest('acumen-chat') && getComputedStyle(each).clipPath === 'none')
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.localName}.${each.className}`)"""


@pytest.fixture(scope="module")
def cited() -> str:
    """The address of a citation from far down in an article."""
    section = Library.load(PROJECT / "data").articles["chronic-pain-relief"].sections[-5]
    return article_url(Citation(section.article, section.anchor, section.lead, section.heading, "")).lstrip("/")


@pytest.fixture
def go(browser: Browser, site: Any, cited: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the server; what the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_it(path: str, width: int = 1280, height: int = 800, **options: Any) -> Page:
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.address + (cited if path == "cited" else PAGES.get(path, path)))
        return page

    yield open_it
    for context in contexts:
        context.close()
    # Chromium itself notes a page that is not there.
    assert [each for each in complaints if "status of 404" not in each] == []


def converse(page: Page) -> None:
    """Hold a conversation on the plain form with every kind of answer."""
    for text in ("Does it hurt?", "How do dry needling and acupuncture differ?", "emergency", "caution"):
        page.get_by_label("Your question").fill(text)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name=f"You asked: {text}")).to_be_attached()


def axe(page: Page) -> list[str]:
    """What axe finds, with where it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async (tags) => (await axe.run({runOnly: tags})).violations", TAGS)
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("screen", ["desktop", "dark", "forced-colours", "narrow"])
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_barrier(name: str, screen: str, go: Callable[..., Page]) -> None:
    """Axe finds nothing, nothing runs off the side, nothing is refused by the policy."""
    if not AXE.is_file():
        pytest.skip("no axe-core found: `make widget-check` sets it up")
    page = go(name, **SCREENS[screen])
    if name == "chat":
        converse(page)

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"page-{name}-{screen}.png", full_page=screen == "desktop" and name == "chat")
    assert page.evaluate(SIDEWAYS) == []
    assert axe(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_page_gives_text_room(name: str, go: Callable[..., Page]) -> None:
    """With the text spacing of WCAG 1.4.12, and from right to left, all text is still there."""
    page = go(name, width=320, height=640, bypass_csp=True)
    if name == "chat":
        converse(page)
    page.add_style_tag(content=SPACING)
    assert page.evaluate(SIDEWAYS) == []

    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(SIDEWAYS) == []


def test_search_engines_can_read_the_data(go: Callable[..., Page]) -> None:
    """The description in schema.org's words is no script to the policy, and is there to be read."""
    page = go(ARTICLE)

    data = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")

    assert data["@type"] == "MedicalWebPage"


@pytest.mark.parametrize("screen", ["desktop", "phone", "narrow"])
def test_citation_opens_at_its_passage(screen: str, go: Callable[..., Page]) -> None:
    """Who follows a citation sees the marked passage at once, below its question."""
    page = go("cited", **SCREENS[screen])

    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator("section:has(mark) h2")).to_be_in_viewport()


def test_contents_are_beside_the_text(go: Callable[..., Page]) -> None:
    """On a wide screen the contents are open, and stay in sight while one reads."""
    page = go("cited")
    first = page.locator("#contents a:visible").first

    expect(first).to_be_in_viewport()
    first.click()
    expect(page.locator(".text section").first).to_be_in_viewport()


def test_contents_open_on_a_phone(go: Callable[..., Page]) -> None:
    """On a phone the contents are one line until they are opened, and are always one tap away."""
    page = go("cited", **SCREENS["phone"])
    link = page.locator("#contents a").first

    expect(link).not_to_be_visible()
    page.get_by_role("link", name="Contents").click()
    page.locator("#contents summary").click()
    expect(link).to_be_in_viewport()


def test_keyboard_goes_straight_to_the_text(go: Callable[..., Page]) -> None:
    """The first stop skips what is on every page."""
    page = go(ARTICLE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator("#contents a:visible").first).to_be_focused()


def test_printed_article_is_text_and_source(go: Callable[..., Page]) -> None:
    """On paper there is no navigation, and all of the text with its source, review and mark."""
    page = go("cited")
    page.emulate_media(media="print")

    for hidden in (".site-header nav", "#contents", ".to-contents", ".ask", "acumen-chat .launcher"):
        expect(page.locator(hidden).first).not_to_be_visible()
    for shown in (".text section:last-of-type p", ".about dl", ".quoted", "h1"):
        expect(page.locator(shown).first).to_be_visible()
    assert page.locator(".text").evaluate("each => each.getBoundingClientRect().left") < 40


def test_chat_works_without_javascript(go: Callable[..., Page]) -> None:
    """A question is asked by keyboard, its answer is in sight, and its source opens at the passage."""
    page = go("articles/", java_script_enabled=False)
    page.get_by_role("link", name="Ask a question").click()
    page.get_by_label("Your question").press_sequentially("Does it hurt?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_title(re.compile("^Answer: Does it hurt"))
    expect(page.locator("#latest .reply")).to_be_in_viewport()
    page.get_by_role("button", name="Tell me more").click()
    expect(page.get_by_text("They say more.")).to_be_in_viewport()


def test_sent_form_names_its_origin(go: Callable[..., Page], site: Any) -> None:
    """A real browser's form passes the channel's check of where requests come from."""
    page = go("chat", java_script_enabled=False)
    page.get_by_label("Your question").fill("Does it hurt?")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Send").click()

    assert sent.value.header_value("Origin") == site.address.rstrip("/")
    expect(page.get_by_text("Usually it is painless.")).to_be_visible()


def test_clinic_page_opens_the_chat(go: Callable[..., Page]) -> None:
    """On the clinic page a press on Ask a question opens the chat, and the page stays."""
    page = go("clinic")
    page.get_by_role("navigation").get_by_role("link", name="Ask a question").click()

    expect(page.locator("acumen-chat #question")).to_be_focused()
    assert page.url.endswith("/")


def test_question_of_the_clinic_page_is_asked(go: Callable[..., Page]) -> None:
    """A press on a question of the clinic page opens the chat and asks it."""
    page = go("clinic")
    page.get_by_role("link", name="Does it hurt?").click()

    expect(page.locator("acumen-chat .turn").get_by_text("Usually it is painless.")).to_be_visible()


def test_every_link_of_the_pages_leads_somewhere(go: Callable[..., Page], site: Any) -> None:
    """No page of the demonstration has a dead link, and no link to a section that is not there."""
    page = go("clinic")
    seen, waiting = set(), {"", "articles/", FORM}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = page.request.get(site.address + path)
        assert answer.ok, path
        links = re.findall(r'<a [^>]*href="([^"]+)"', answer.text())
        for link in links:
            if link.startswith("#"):
                assert f'id="{link[1:]}"' in answer.text(), (path, link)
        waiting |= {link.split("#")[0].lstrip("/") for link in links if link.startswith("/")} - seen
