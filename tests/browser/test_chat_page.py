"""The chat page in Chromium, in front of `create_app` with a stub agent."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from acumen.answering.reply import Button, Citation, Outcome, Reply, Text
from acumen.runtime.server import create_app

pytestmark = pytest.mark.browser

PROJECT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script> [x](javascript:alert(1)) &lt;b&gt;'


def passage(text: str, section: str = "hurt", author: str | None = "Kelsey Bru") -> Citation:
    """A passage of an article that exists only here."""
    return Citation("pain", section, text, f"About {section}", "Understanding Pain", author)


REPLIES = {
    "Does it hurt?": Reply(
        "answer",
        (
            Text("The articles give different figures:"),
            passage("Usually it is painless."),
            passage("Some feel a prick.", "feel", None),
            passage("It lasts a moment."),
        ),
        buttons=(Button("Tell me more"),),
    ),
    "Tell me more": Reply("answer", (passage("They say more."),)),
    "list": Reply("answer", (passage("They name:\n- one\n- two\n\nAnd no more."),)),
    "hostile": Reply("answer", (Text(HOSTILE), passage(HOSTILE)), buttons=(Button(HOSTILE),)),
    "long": Reply("answer", (passage("word" * 200),), buttons=(Button("a long suggestion " * 9),)),
    "emergency": Reply("emergency", (Text("Call 999 now. Do not wait."),)),
    "crisis": Reply("crisis", (Text("You can talk to someone: Samaritans on 116 123. See findahelpline.com."),)),
    "urgent": Reply("urgent", (Text("Contact your GP or NHS 111 today."),)),
    "caution": Reply("caution", (Text("Please ask your doctor first."),)),
}


class StubAgent:
    """An agent that knows a few messages by heart."""

    def __init__(self) -> None:
        self.ready = True
        self.go = threading.Event()
        self.senders: list[str] = []

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.senders.append(message.sender_id)
        if message.text == "slow":
            await asyncio.to_thread(self.go.wait, 20)
        reply = REPLIES.get(message.text) or Reply("clarify", (Text(message.text),))
        await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})


@pytest.fixture
def agent() -> StubAgent:
    """The agent behind the page."""
    return StubAgent()


@pytest.fixture
def address(agent: StubAgent, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The app, served on a free port in a thread of its own."""
    monkeypatch.setattr(Sanic, "test_mode", True)
    app = create_app(PROJECT, lambda: agent)
    listener = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    started, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        server = await app.create_server(sock=listener, return_asyncio_server=True)
        await server.startup()
        app.ctx.agent = agent
        started.set()
        await stop.wait()
        await server.close()
        for connection in server.connections:
            connection.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    started.wait()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    agent.go.set()
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM:
        pytest.skip("no Chromium found: install it to run the browser tests (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the page with a given width, colour scheme …; what it complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_it(width: int = 1024, height: int = 768, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        expect(page.get_by_label("Your question")).to_be_visible()
        return page

    yield open_it
    for context in contexts:
        context.close()
    # Chromium itself notes each refused request; the tests below refuse some on purpose.
    assert [each for each in complaints if not each.startswith("Failed to load resource")] == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The page on a desktop screen."""
    return open_page()


def ask(page: Page, text: str) -> Locator:
    """Ask by keyboard, and wait for what comes."""
    turns = page.locator(".turn")
    expected = turns.count() + 1
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")
    expect(turns).to_have_count(expected)
    return turns.last


def reflows(page: Page) -> bool:
    """Whether the page can be read without scrolling sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


def test_starter_is_answered_with_numbered_sources(page: Page) -> None:
    """A first suggestion leads to passages, each marked with the number of its source below."""
    page.get_by_role("button", name="Does it hurt?").click()

    turn = page.locator(".turn")
    expect(page.locator(".patient p")).to_have_text("Does it hurt?")
    expect(turn.locator(".card-body > p")).to_have_text(
        [
            "The articles give different figures:",
            "Usually it is painless. source 1",
            "Some feel a prick. source 2",
            "It lasts a moment. source 1",
        ]
    )
    expect(turn.locator(".sources li")).to_have_text(
        ["Understanding Pain, Kelsey BruAbout hurt", "Understanding PainAbout feel"]
    )
    expect(page.get_by_role("button", name="How many sessions will I need?")).to_be_hidden()


def test_suggestion_asks_and_makes_way(page: Page) -> None:
    """A suggestion is asked at a press; suggestions of older answers go, as they would mislead."""
    ask(page, "Does it hurt?")
    page.get_by_role("button", name="Tell me more").click()

    expect(page.locator(".turn").last).to_contain_text("They say more.")
    expect(page.locator(".suggestions")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()


def test_list_of_an_article_is_shown_as_a_list(page: Page) -> None:
    """Lines that begin with a hyphen become items."""
    turn = ask(page, "list")

    expect(turn.locator(".card-body > ul > li")).to_have_text(["one", "two"])
    expect(turn.locator(".card-body > p")).to_have_text(["They name:", "And no more. source 1"])


@pytest.mark.parametrize(
    ("outcome", "heading", "number"),
    [
        ("emergency", "Emergency: act now", "tel:999"),
        ("crisis", "Support is there for you now", "tel:116123"),
        ("urgent", "Get this checked today", "tel:111"),
        ("caution", "A question for your own clinician", None),
    ],
)
def test_alarm_stands_out_and_can_be_dialled(page: Page, outcome: Outcome, heading: str, number: str | None) -> None:
    """What must not be read as an ordinary answer has a heading, a look and numbers to press."""
    card = ask(page, outcome).locator(f".card.{outcome}")

    expect(card.get_by_role("heading")).to_have_text(heading)
    links = card.locator("a[href^='tel:']")
    assert [link.get_attribute("href") for link in links.all()] == ([number] if number else [])
    expect(card.locator("p").first).to_have_text(REPLIES[outcome].blocks[0].text)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call your local emergency number (999, 911 or 112) now.", ["999", "911", "112"]),
        ("Call 000, or Lifeline on 13 11 14.", ["000", "131114"]),
        ("Ask your GP or healthdirect on 1800 022 222.", ["1800022222"]),
        ("Call the poison line, 1-800-222-1222, or 0800 764 766.", ["18002221222", "0800764766"]),
        ("Ask the clinic on 01234 567890, or +44 20 7946 0000.", ["01234567890", "+442079460000"]),
        ("Ask the clinic on (555) 123-4567.", ["5551234567"]),
        ("Talk to someone on 1737 or 988.", ["1737", "988"]),
        ("It is at 111 High Street and costs £999.", []),
        ("Call us between 10:00 and 11:30, not in 2026-27, for 112% or 1,999 of 000.5.", []),
        ("In 2019 there were 20 827 people, 8-12 times.", []),
    ],
)
def test_only_telephone_numbers_become_links(page: Page, text: str, numbers: list[str]) -> None:
    """Numbers to dial are links, other numbers and the text itself stay as they are."""
    turn = ask(page, text)

    expect(turn.locator(".card-body")).to_have_text(text)
    links = turn.locator("a").all()
    assert [link.get_attribute("href") for link in links] == [f"tel:{number}" for number in numbers]


def test_hostile_text_is_inert(page: Page) -> None:
    """Markup in a question, a passage or a button is text and nothing else."""
    title = page.title()
    turn = ask(page, "hostile")
    page.get_by_role("button", name=HOSTILE).click()

    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".patient p").last).to_have_text(HOSTILE)
    expect(turn.locator(".card-body p").first).to_have_text(HOSTILE)
    expect(page.locator("#log img, #log script, #log a")).to_have_count(0)
    assert page.title() == title


def test_server_that_is_not_ready_can_be_asked_again(page: Page, agent: StubAgent) -> None:
    """A refusal is said in words, with the line for emergencies, and one press tries again."""
    agent.ready = False
    turn = ask(page, "Does it hurt?")
    expect(turn).to_contain_text("I am still starting up. Please try again in a moment.")
    expect(turn.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")

    agent.ready = True
    turn.get_by_role("button", name="Try again").click()

    expect(page.locator(".turn")).to_contain_text("Usually it is painless.")
    expect(page.locator(".patient")).to_have_count(1)


def test_lost_connection_is_said_in_words(page: Page) -> None:
    """Without a connection the page says so, and asks again when told."""
    page.context.set_offline(True)
    turn = ask(page, "Does it hurt?")
    expect(turn).to_contain_text("You seem to be offline, so your question was not sent.")

    page.context.set_offline(False)
    turn.get_by_role("button", name="Try again").click()

    expect(page.locator(".turn")).to_contain_text("Usually it is painless.")


def test_too_long_question_comes_back_to_be_shortened(page: Page) -> None:
    """What the server would refuse for its length stays in the field."""
    question = "a" * 65_000
    turn = ask(page, question)

    expect(turn).to_contain_text("That message is too long.")
    expect(turn.get_by_role("button")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value(question)


def test_ended_session_is_renewed_unnoticed(page: Page, agent: StubAgent) -> None:
    """A token the server no longer knows is replaced once, and the question sent again."""
    page.evaluate("() => sessionStorage.setItem('acumen.session', 'stale')")
    turn = ask(page, "Does it hurt?")

    expect(turn).to_contain_text("Usually it is painless.")
    assert len(agent.senders) == 1
    assert page.evaluate("() => sessionStorage.getItem('acumen.session')") != "stale"


def test_waiting_is_shown_and_a_second_question_waits(page: Page, agent: StubAgent) -> None:
    """While an answer takes its time the page says so; what is typed meanwhile is not lost."""
    question = page.get_by_label("Your question")
    question.fill("slow")
    question.press("Enter")
    expect(page.get_by_text("Looking in the articles")).to_be_visible()
    question.fill("next")
    question.press("Enter")
    expect(question).to_have_value("next")

    agent.go.set()

    expect(page.locator(".turn")).to_have_count(1)
    expect(page.get_by_text("Looking in the articles")).to_be_hidden()


def test_start_over_begins_a_new_conversation(page: Page, agent: StubAgent) -> None:
    """Starting over clears the page and leaves the old conversation behind."""
    ask(page, "Does it hurt?")
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("#log")).to_be_empty()
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()

    ask(page, "Does it hurt?")

    assert len(set(agent.senders)) == 2


def test_answer_after_starting_over_is_dropped(page: Page, agent: StubAgent) -> None:
    """A late answer does not appear in the conversation after its own."""
    page.get_by_label("Your question").fill("slow")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Looking in the articles")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    with page.expect_response("**/messages"):
        agent.go.set()

    turn = ask(page, "Does it hurt?")

    expect(turn).to_contain_text("Usually it is painless.")
    expect(page.locator("#log > *")).to_have_count(2)


def test_keyboard_alone_is_enough(page: Page, agent: StubAgent) -> None:
    """Tab reaches everything in order, focus shows, Shift+Enter breaks the line, Enter sends."""
    reached: list[str | None] = []
    while not reached or reached[-1] != "Send":
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
        reached.append(focused.inner_text() or focused.get_attribute("id"))
    assert reached[0] == "Skip to your question"
    assert reached[-3:] == ["How do dry needling and acupuncture differ?", "question", "Send"]

    page.keyboard.press("Shift+Tab")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    expect(page.locator(".patient p")).to_have_text("one\ntwo", use_inner_text=True)
    expect(page.get_by_label("Your question")).to_have_value("")
    expect(page.get_by_label("Your question")).to_be_focused()


def test_empty_question_is_not_sent(page: Page, agent: StubAgent) -> None:
    """Enter without a question says what is missing."""
    page.get_by_label("Your question").press("Enter")

    expect(page.get_by_role("status")).to_have_text("Please type a question first.")
    assert agent.senders == []


def test_answer_is_announced_once(page: Page) -> None:
    """A turn enters the log in one piece; the patient's own words are not read back."""
    page.evaluate(
        """() => {
            window.added = [];
            const note = (records) => records.forEach((record) => window.added.push(
                ...[...record.addedNodes].map((node) => node.getAttribute('aria-live') ?? 'inherited')));
            new MutationObserver(note).observe(document.getElementById('log'), {childList: true, subtree: true});
        }"""
    )
    ask(page, "Does it hurt?")

    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    assert page.evaluate("() => window.added") == ["off", "inherited"]


@pytest.mark.parametrize(
    ("width", "height", "options"),
    [
        pytest.param(320, 640, {}, id="narrow"),
        pytest.param(320, 256, {}, id="400 percent"),
        pytest.param(390, 844, {"is_mobile": True, "has_touch": True}, id="phone"),
        pytest.param(1280, 800, {"color_scheme": "dark", "reduced_motion": "reduce"}, id="dark"),
        pytest.param(1280, 800, {"forced_colors": "active"}, id="forced colours"),
    ],
)
def test_every_screen_shows_the_question_and_its_answer(
    open_page: Callable[..., Page], width: int, height: int, options: dict[str, object]
) -> None:
    """On no screen does the page scroll sideways, or the answer hide from the patient."""
    page = open_page(width, height, **options)
    assert reflows(page)

    for text in ("long", "emergency", "Does it hurt?"):
        turn = ask(page, text)

        expect(page.locator(".patient").last).to_be_in_viewport()
        expect(turn.locator(".card")).to_be_in_viewport()
        assert reflows(page)


def test_page_without_javascript_says_what_to_do(browser: Browser, address: str) -> None:
    """Where scripts are turned off there is a sentence, the emergency line, and no dead form."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    expect(page.get_by_text("This chat needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="999")).to_be_visible()
    expect(page.locator("#composer")).to_be_hidden()
    context.close()
