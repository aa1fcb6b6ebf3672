"""The conversation on paper and in a file."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NOT_ADVICE = "The answers are taken from articles and are not medical advice."


def test_saved_file_holds_the_conversation(chat, site, visitors, tmp_path) -> None:
    """Date, questions, answers, tables, sources with their addresses, and what it is not; it needs nothing else."""
    chat.ask("Does it hurt?")
    chat.ask("How do dry needling and acupuncture differ?")
    with chat.page.expect_download() as download:
        chat.choose("Save as a file")
    file = tmp_path / "saved.html"
    download.value.save_as(file)
    assert download.value.suggested_filename.startswith("conversation-20")

    page = chat.page.context.new_page()
    page.set_content(file.read_text(encoding="utf-8"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Conversation about acupuncture and dry needling")
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["Does it hurt?", "How do dry needling and acupuncture differ?"]
    )
    expect(page.get_by_text(NOT_ADVICE)).to_be_visible()
    expect(page.get_by_text(page.evaluate("() => String(new Date().getFullYear())")).first).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("It aims to restore balance in the whole body.")
    source = page.locator(".sources a").first.get_attribute("href") or ""
    assert source.startswith(f"{site.address}articles/pain")
    expect(page.locator("script, button, textarea")).to_have_count(0)


def test_print_shows_the_conversation_and_nothing_else(chat) -> None:
    """Sources with addresses and the line that it is no advice are on paper, page and panel are not."""
    chat.ask("Does it hurt?")
    chat.ask("emergency")
    chat.page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    chat.choose("Print")
    assert chat.page.evaluate("() => window.printed")
    chat.page.emulate_media(media="print")

    paper = chat.page.locator("acumen-chat .transcript")
    expect(paper).to_be_visible()
    expect(paper).to_contain_text(NOT_ADVICE)
    expect(paper.locator(".card")).to_have_count(2)
    assert "articles/pain" in paper.locator(".sources a").first.evaluate(
        "a => getComputedStyle(a, '::after').content + a.href"
    )
    expect(chat.page.get_by_role("heading", name="Riverside Clinic")).to_be_hidden()
    expect(chat.panel).to_be_hidden()

    chat.page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    chat.page.emulate_media(media="screen")

    expect(paper).to_have_count(0)
    expect(chat.page.get_by_role("heading", name="Riverside Clinic")).to_be_visible()
    expect(chat.panel).to_be_visible()


def test_page_printed_by_itself_shows_no_chat(chat) -> None:
    """Who prints the clinic's page gets the clinic's page."""
    chat.ask("Does it hurt?")
    chat.page.emulate_media(media="print")

    expect(chat.page.get_by_role("heading", name="Riverside Clinic")).to_be_visible()
    expect(chat.launcher).to_be_hidden()
    expect(chat.panel).to_be_hidden()
