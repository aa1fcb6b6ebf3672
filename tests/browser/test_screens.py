"""Every state on every screen: no barrier, nothing that runs off the side. Writes a screenshot of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PROJECT = Path(__file__).parents[2]
AXE = PROJECT / "widget" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = PROJECT / "build" / "screenshots"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
COMPARE = "How do dry needling and acupuncture differ?"


def answering(chat, agent) -> None:
    """An answer takes its time."""
    expect(chat.send("slow").locator(".typing")).to_be_visible()


def starting(chat, agent) -> None:
    """The server is not ready."""
    agent.ready = False
    expect(chat.send("Does it hurt?").locator(".trouble")).to_be_visible()


def offline(chat, agent) -> None:
    """The patient is offline."""
    chat.page.context.set_offline(True)
    expect(chat.send("Does it hurt?").locator(".trouble")).to_be_visible()


def rated(chat, agent) -> None:
    """The patient says that an answer did not help."""
    chat.ask("not covered").get_by_role("button", name="No, not helpful").click()
    expect(chat.panel.get_by_label("What was missing?")).to_be_visible()


def menu(chat, agent) -> None:
    """The menu is open."""
    chat.ask("Does it hurt?")
    chat.panel.get_by_role("button", name="More", exact=True).click()


def deleting(chat, agent) -> None:
    """The question before deleting."""
    chat.ask("Does it hurt?")
    chat.choose("Delete this conversation")


def asking(*texts: str) -> Callable[..., None]:
    """Ask questions that the bot knows."""

    def ask(chat, agent) -> None:
        for text in texts:
            chat.ask(text)

    return ask


STATES = {
    "closed": (None, {}),
    "open": (asking(), {}),
    "answer": (asking("Does it hurt?"), {}),
    "comparison": (asking(COMPARE), {}),
    "answering": (answering, {}),
    "alarm": (asking("emergency"), {}),
    "crisis": (asking("crisis"), {}),
    "urgent-caution": (asking("urgent", "caution"), {}),
    "error": (starting, {}),
    "offline": (offline, {}),
    "feedback": (rated, {}),
    "menu": (menu, {}),
    "deleting": (deleting, {}),
    "right-to-left": (asking("Does it hurt?", COMPARE), {"dir": "rtl"}),
    "dark": (asking("Does it hurt?"), {"color_scheme": "dark"}),
    "dark-alarm": (asking("emergency", "urgent", "crisis", "caution"), {"color_scheme": "dark"}),
    "dark-error": (starting, {"color_scheme": "dark"}),
    "forced-colours": (asking("emergency", "Does it hurt?"), {"forced_colors": "active"}),
    "narrow": (asking(COMPARE), {"width": 320, "height": 640}),
    "narrow-closed": (None, {"width": 320, "height": 640}),
    "zoomed": (asking("Does it hurt?"), {"width": 320, "height": 256}),
    "phone": (asking(COMPARE), {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}),
    "french": (None, {"lang": "fr"}),
    "chinese": (asking("Does it hurt?"), {"lang": "zh-CN"}),
}


def violations(page: Page) -> list[str]:
    """What axe finds, with where it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async (tags) => (await axe.run({runOnly: tags})).violations", TAGS)
    return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("state", STATES)
def test_state_has_no_barrier(visitors, agent, state) -> None:
    """Axe finds nothing by WCAG 2.0 to 2.2, A and AA, and nothing has to be scrolled sideways."""
    if not AXE.is_file():
        pytest.skip("no axe-core found: `make widget-check` sets it up")
    reach, options = STATES[state]
    chat = visitors.visit(reduced_motion="reduce", **options)
    if reach:
        chat.launcher.click()
        reach(chat, agent)
    chat.page.wait_for_timeout(100)

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    chat.page.screenshot(path=SCREENSHOTS / f"{state}.png")
    assert violations(chat.page) == []
    assert sideways(chat.page) == []


def sideways(page: Page) -> list[str]:
    """What is wider than its place."""
    return page.evaluate(
        """() => [document.documentElement, ...document.querySelector('acumen-chat').shadowRoot.querySelectorAll(
                'dialog, header, .log, .card, .composer, button')]
            .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
            .map((each) => `${each.localName}.${each.className}`)"""
    )


@pytest.mark.parametrize(("width", "height"), [(1024, 800), (320, 640), (320, 256)])
def test_text_spacing_hides_nothing(visitors, width, height) -> None:
    """With the spacing of WCAG 1.4.12 all text has room."""
    chat = visitors.visit(width=width, height=height)
    chat.page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; '
                + 'word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }');
            document.querySelector('acumen-chat').shadowRoot.adoptedStyleSheets.push(sheet);
        }"""
    )
    chat.open()
    chat.ask("long")
    chat.ask(COMPARE)
    chat.ask("emergency")

    assert sideways(chat.page) == []


@pytest.mark.parametrize("options", [{}, {"width": 320, "height": 640}, {"width": 320, "height": 256}])
def test_question_and_answer_are_in_sight(visitors, options) -> None:
    """On no screen does an answer hide from the patient."""
    chat = visitors.visit(**options)
    chat.launcher.click()
    for text in ("long", "emergency", "Does it hurt?"):
        turn = chat.ask(text)

        expect(turn.locator(".asked p")).to_be_in_viewport()
        expect(turn.locator(".card")).to_be_in_viewport()


def test_targets_are_large_enough(chat) -> None:
    """Everything to press is at least 24 by 24 pixels, as WCAG 2.5.8 asks, in the text as well."""
    chat.ask("Does it hurt?")
    chat.ask("emergency")
    sizes = chat.panel.locator("a[href], button:visible").evaluate_all(
        """all => all.map((each) => {
            const box = each.getBoundingClientRect();
            return [each.innerText, box.width, box.height];
        })"""
    )

    assert [each for each in sizes if min(each[1:]) < 24 and each[0] not in ("999", "911", "112")] == []


def test_motion_is_for_those_who_want_it(visitors) -> None:
    """With reduced motion nothing moves by itself."""
    chat = visitors.visit(reduced_motion="reduce")
    chat.open()
    chat.send("slow")

    expect(chat.turns.locator(".dots")).to_be_visible()
    assert chat.page.evaluate("() => document.getAnimations().length") == 0
