"""What a patient sees of an answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from acumen.answering.reply import Citation, ClinicAnswer, Reply

pytestmark = pytest.mark.browser

NUMBERS: dict[str, list[str]] = {
    "Call your local emergency number (999, 911 or 112) now.": ["999", "911", "112"],
    "Call 000, or Lifeline on 13 11 14.": ["000", "131114"],
    "Ask your GP or healthdirect on 1800 022 222.": ["1800022222"],
    "Call the poison line, 1-800-222-1222, or 0800 764 766.": ["18002221222", "0800764766"],
    "Ask the clinic on 01234 567890, or +44 20 7946 0000.": ["01234567890", "+442079460000"],
    "Ask the clinic on (555) 123-4567.": ["5551234567"],
    "Talk to someone on 1737 or 988.": ["1737", "988"],
    "It is at 111 High Street and costs £999.": [],
    "Call us between 10:00 and 11:30, not in 2026-27, for 112% or 1,999 of 000.5.": [],
    "In 2019 there were 20 827 people, 8-12 times.": [],
}
COMPARE = "How do dry needling and acupuncture differ?"


def test_starter_is_answered_with_numbered_sources(chat) -> None:
    """A first suggestion leads to passages, each marked with the number of its source below."""
    chat.panel.get_by_role("button", name="Does it hurt?").click()

    turn = chat.turns.last
    expect(turn.locator(".asked p")).to_have_text("Does it hurt?")
    expect(turn.locator(".body > p")).to_have_text(
        [
            "The articles give different figures:",
            "Usually it is painless.1",
            "Some feel a prick.2",
            "It lasts a moment.1",
        ]
    )
    expect(turn.locator(".sources li cite")).to_have_text(["Understanding Pain", "Understanding Pain"])
    expect(turn.locator(".sources .about")).to_have_text(["About hurt · Kelsey Bru", "About feel"])
    expect(chat.panel.get_by_role("heading", name="What would you like to know?")).to_be_hidden()


def test_clinic_answer_says_whose_it_is(chat, agent) -> None:
    """What the clinic says itself stands below its name, links its page, and has no source."""
    answer = ClinicAnswer("A visit costs £60.\nhttps://clinic.example/prices", "Green Lane Clinic")
    agent.echo = lambda _: Reply("answer", (answer,))

    turn = chat.ask("what does it cost")

    expect(turn.locator(".said-by")).to_have_text("From Green Lane Clinic:")
    expect(turn.locator(".body > p")).to_have_count(3)
    expect(turn.locator(".sources")).to_have_count(0)


def test_source_opens_the_article_at_the_passage(chat, site) -> None:
    """Marker and list lead to the server's article page, in a tab of its own."""
    turn = chat.ask("Does it hurt?")

    markers = turn.get_by_role("link", name="Source 1: Understanding Pain")
    hrefs = [link.get_attribute("href") or "" for link in markers.all()]
    assert all(href.startswith(f"{site.address}articles/pain?passage=") and href.endswith("#hurt") for href in hrefs)
    assert len(set(hrefs)) == 2, "two passages of one section share a number, and each has its own place"
    source = turn.get_by_role("link", name="Understanding Pain (opens in a new tab)").first
    expect(source).to_have_attribute("target", "_blank")
    assert source.get_attribute("href") == hrefs[0]


def test_source_leads_to_the_marked_passage(chat, agent, library) -> None:
    """With a real article behind it, the press on a number opens the page that marks these very words."""
    section = next(iter(library.sections.values()))
    title = library.article_of(section).title
    cited = Citation(section.article, section.anchor, section.lead, section.heading, title)
    agent.echo = lambda _: Reply("answer", (cited,))
    turn = chat.ask("anything")
    with chat.page.context.expect_page() as opened:
        turn.locator(".marker").click()

    article = opened.value
    expect(article.locator("mark")).to_be_in_viewport()
    assert " ".join(article.locator("mark").first.inner_text().split()) in " ".join(section.lead.split())


def test_list_of_an_article_is_shown_as_a_list(chat) -> None:
    """Lines that begin with a hyphen become items."""
    turn = chat.ask("list")

    expect(turn.locator(".body > ul > li")).to_have_text(["one", "two"])
    expect(turn.locator(".body > p")).to_have_text(["They name:", "And no more.1"])


def test_suggestion_asks_and_makes_way(chat) -> None:
    """A suggestion is asked at a press; suggestions of older answers go, as they would mislead."""
    chat.ask("Does it hurt?")
    chat.panel.get_by_role("button", name="Tell me more").click()

    expect(chat.turns.last).to_contain_text("They say more.")
    expect(chat.panel.locator(".suggestions:visible")).to_have_count(0)
    expect(chat.question).to_be_focused()


@pytest.mark.parametrize("width", [320, 1024])
def test_comparison_is_a_table_on_every_screen(visitors, width) -> None:
    """Rows, columns and cells are there for assistive technology, and nothing has to be scrolled sideways."""
    chat = visitors.visit(width=width)
    chat.open()
    turn = chat.ask(COMPARE)

    table = turn.get_by_role("table", name="Comparison: Acupuncture – Dry needling")
    expect(table.get_by_role("rowheader")).to_have_text(["Aim", "Where", "Roots"])
    expect(table.get_by_role("row", name="Aim").get_by_role("cell")).to_have_count(2)
    expect(turn.locator(".sources li")).to_have_count(2)
    cells = table.get_by_role("row", name="Aim").get_by_role("cell")
    tops = cells.evaluate_all("cells => cells.map((cell) => cell.getBoundingClientRect().top)")
    beside = tops[0] == tops[1]
    assert beside == (width > 320)
    if not beside:
        label = "cell => getComputedStyle(cell, '::before').content"
        assert table.get_by_role("cell").first.evaluate(label) == '"Acupuncture"'
    assert chat.log.evaluate("log => log.scrollWidth <= log.clientWidth")


@pytest.mark.parametrize(
    ("outcome", "heading", "number"),
    [
        ("emergency", "Emergency: act now", "tel:999"),
        ("crisis", "Support is there for you now", "tel:116123"),
        ("urgent", "Get this checked today", "tel:111"),
        ("caution", "A question for your own clinician", None),
    ],
)
def test_alarm_stands_out_and_can_be_dialled(chat, outcome, heading, number) -> None:
    """What is no ordinary answer has a heading, a look and numbers to press, and is not to be rated."""
    turn = chat.ask(outcome)
    card = turn.locator(f".card.{outcome}")

    expect(card.get_by_role("heading")).to_have_text(heading)
    links = card.locator("a[href^='tel:']")
    assert [link.get_attribute("href") for link in links.all()] == ([number] if number else [])
    expect(turn.get_by_role("group", name="Was this helpful?")).to_have_count(0)


def test_only_telephone_numbers_become_links(chat) -> None:
    """Numbers to dial are links, other numbers and the text itself stay as they are."""
    for text, numbers in NUMBERS.items():
        turn = chat.ask(text)

        expect(turn.locator(".body")).to_have_text(text)
        links = turn.locator(".body a").all()
        assert [link.get_attribute("href") for link in links] == [f"tel:{number}" for number in numbers], text


def test_thumbs_and_reason_reach_the_server(chat) -> None:
    """Thumbs tell the server at once, a reason follows if the patient likes, and a reload still shows the choice."""
    turn = chat.ask("Does it hurt?")
    down = turn.get_by_role("button", name="No, not helpful")
    with chat.page.expect_request("**/feedback") as first:
        down.click()
    assert first.value.post_data_json["helpful"] is False
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(turn.locator(".said")).to_have_text("Thank you for telling us.")

    turn.get_by_label("What was missing? (optional)").fill("the price")
    with chat.page.expect_response("**/feedback") as second:
        turn.get_by_role("button", name="Send").click()
    assert second.value.request.post_data_json["reason"] == "the price"
    assert second.value.ok
    expect(turn.locator("form")).to_have_count(0)
    expect(down).to_be_focused()

    chat.page.reload()
    expect(chat.turns.last.get_by_role("button", name="No, not helpful")).to_have_attribute("aria-pressed", "true")


def test_feedback_that_is_lost_is_not_shown_as_given(chat) -> None:
    """Where the server cannot be told, the patient is."""
    turn = chat.ask("not covered")
    chat.page.context.set_offline(True)
    up = turn.get_by_role("button", name="Yes, helpful")
    up.click()

    expect(turn.locator(".said")).to_have_text("That could not be saved. Please try again later.")
    expect(up).to_have_attribute("aria-pressed", "false")


def test_answer_is_there_within_300_milliseconds(chat) -> None:
    """From pressing Enter to the first answer on the screen, in the browser's own time."""
    chat.question.fill("Does it hurt?")
    elapsed = chat.page.evaluate(
        """() => new Promise((resolve) => {
            const root = document.querySelector('acumen-chat').shadowRoot;
            const began = performance.now();
            const look = () => root.querySelector('.answer')
                ? resolve(performance.now() - began)
                : requestAnimationFrame(look);
            root.querySelector('.composer').requestSubmit();
            look();
        })"""
    )
    assert elapsed < 300
