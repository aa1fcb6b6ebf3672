"""One script tag on a clinic's own page."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A clinic's web server on another port: its folder and its address."""
    folder = tmp_path / "clinic"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def write_page(folder: Path, address: str) -> None:
    """A plain page with the script tag and nothing else of the chat."""
    script = f'<script type="module" src="{address}webhooks/website/widget.js"></script>'
    page = f"<!doctype html><html lang=en><title>Clinic</title><h1>Clinic</h1>{script}</html>"
    (folder / "index.html").write_text(page, encoding="utf-8")


def test_plain_page_on_another_port_has_a_working_chat(browser, site, clinic) -> None:
    """A listed origin gets answers, sources that lead to the bot's server, feedback, and reloads."""
    folder, origin = clinic
    site.stop()
    site.configure(origins=(origin,))
    site.start()
    write_page(folder, site.address)
    page = browser.new_page()
    page.goto(origin)
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_role("button", name="Does it hurt?").click()

    expect(page.locator(".card")).to_contain_text("Usually it is painless.")
    href = page.locator(".sources a").first.get_attribute("href") or ""
    assert href.startswith(f"{site.address}articles/pain")
    with page.expect_response("**/feedback") as rated:
        page.get_by_role("button", name="Yes, helpful").click()
    assert rated.value.ok
    page.reload()
    expect(page.locator(".card")).to_contain_text("Usually it is painless.")
    page.close()


def test_page_that_is_not_listed_gets_no_answer(browser, site, clinic) -> None:
    """On somebody else's page the chat says that it cannot be reached, with whom to call."""
    folder, origin = clinic
    write_page(folder, site.address)
    page = browser.new_page()
    page.goto(origin)
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_role("button", name="Does it hurt?").click()

    expect(page.locator(".trouble").get_by_role("link", name="999")).to_be_visible()
    assert site.agent.messages == []
    page.close()


def test_settings_of_the_script_tag(visitors, site) -> None:
    """Name, privacy page, emergency number, questions and colours are the clinic's."""
    chat = visitors.visit(
        settings='data-clinic="Riverside Clinic" data-privacy="/privacy" data-emergency="999" '
        'data-questions="What is dry needling? | Is it safe?" data-theme="dark"'
    )
    chat.open()

    expect(chat.panel).to_have_accessible_name("Ask Riverside Clinic")
    expect(chat.panel.get_by_role("link", name="How your messages are used")).to_have_attribute(
        "href", f"{site.address}privacy"
    )
    expect(chat.panel.locator(".terms a")).to_have_text(["999"])
    expect(chat.panel.locator(".starter")).to_have_text(["What is dry needling?", "Is it safe?"])
    assert chat.panel.evaluate("panel => getComputedStyle(panel).colorScheme") == "dark"


def test_colours_and_font_are_set_by_custom_properties(visitors) -> None:
    """The page's style sheet themes the chat, and reaches nothing else of it."""
    chat = visitors.visit()
    chat.page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync('acumen-chat { --acumen-accent: rgb(0, 0, 128); --acumen-font: Georgia; } '
                + 'button, p { color: red !important; font-size: 3px !important; } html { font-size: 5px; }');
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    expect(chat.launcher).to_have_css("background-color", "rgb(0, 0, 128)")
    expect(chat.launcher).to_have_css("font-family", "Georgia")
    expect(chat.launcher).to_have_css("font-size", "16px")


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("fr", "Vos questions sur le traitement"),
        ("es-MX", "Preguntas sobre su tratamiento"),
        ("zh-CN", "了解您的治疗"),
        ("de", "Ask about your treatment"),
        ("en_GB", "Ask about your treatment"),
    ],
)
def test_texts_are_in_the_language_of_the_page(visitors, lang, title) -> None:
    """French, Spanish and Chinese, else English; answers are marked as the English they are."""
    chat = visitors.visit(lang=lang)
    chat.launcher.click()
    expect(chat.page.locator("acumen-chat dialog")).to_have_accessible_name(title)
    chat.question.fill("Does it hurt?")
    chat.question.press("Enter")

    expect(chat.turns.locator(".body")).to_have_attribute("lang", "en")


def test_link_of_the_page_opens_the_chat(visitors) -> None:
    """A link that leads to the plain form without JavaScript opens the panel with it, and gets the focus back."""
    chat = visitors.visit()
    link = chat.page.get_by_role("link", name="Ask a question")
    link.click()
    expect(chat.question).to_be_focused()
    assert chat.page.url.endswith("clinic.html")

    chat.page.keyboard.press("Escape")

    expect(link).to_be_focused()


def test_link_of_the_page_asks_its_question(visitors) -> None:
    """A link that names a question opens the panel and asks it."""
    chat = visitors.visit()
    link = chat.page.get_by_role("link", name="Ask a question")
    link.evaluate("link => link.setAttribute('data-acumen-open', 'Does it hurt?')")
    link.click()

    expect(chat.turns).to_contain_text("Usually it is painless.")


def test_tag_that_is_there_twice_opens_one_chat(visitors) -> None:
    """A page builder's mistake does no harm."""
    chat = visitors.visit()
    chat.page.evaluate("() => import('/webhooks/website/widget.js?again')")

    expect(chat.page.locator("acumen-chat")).to_have_count(1)


def test_page_that_removes_the_chat_gets_it_back_whole(visitors) -> None:
    """A site that swaps its pages by script keeps the conversation."""
    chat = visitors.visit()
    chat.open()
    chat.ask("Does it hurt?")
    chat.page.evaluate(
        "() => { const chat = document.querySelector('acumen-chat'); chat.remove(); document.body.append(chat); }"
    )

    expect(chat.turns).to_contain_text("Usually it is painless.")
    chat.ask("list")
    expect(chat.turns).to_have_count(2)
