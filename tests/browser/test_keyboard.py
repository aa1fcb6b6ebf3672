"""Everything can be reached and done with the keyboard, and screen readers hear what they need once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FOCUSED = r"""() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const inner = element.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2);
    return {
        name: element.getAttribute('aria-label') ?? element.id ?? '',
        text: element.textContent.trim().replace(/\s+/g, ' '),
        tag: element.localName,
        outlined: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2,
        covered: !(inner && (element.contains(inner) || inner.contains(element))),
    };
}"""


def focused(page: Page) -> dict:
    """What has the focus, within whatever shadow."""
    return page.evaluate(FOCUSED)


def test_launcher_opens_and_escape_closes(visitors) -> None:
    """The keyboard goes into the field when the panel opens, and back to where it came from when it closes."""
    chat = visitors.visit()
    chat.launcher.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.question).to_be_focused()
    expect(chat.panel).to_be_visible()

    chat.page.keyboard.press("Escape")

    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_everything_can_be_reached_in_order(visitors) -> None:
    """Tab goes through all controls once, from the head to the field; each shows the focus and is not covered."""
    chat = visitors.visit(reduced_motion="reduce")
    chat.open()
    chat.ask("Does it hurt?")
    chat.panel.get_by_role("button", name="Close the chat").focus()
    chat.page.keyboard.press("Shift+Tab")
    chat.page.keyboard.press("Shift+Tab")
    seen = []
    while not seen or seen[-1] != "112":
        now = focused(chat.page)
        assert now["outlined"], now
        assert not now["covered"], now
        seen.append(now["name"] or now["text"])
        chat.page.keyboard.press("Tab")
    assert seen == [
        "More",
        "Make the chat larger",
        "Close the chat",
        "Conversation",
        "Source 1: Understanding Pain",
        "Source 2: Understanding Pain",
        "Source 1: Understanding Pain",
        "Understanding Pain (opens in a new tab)",
        "Understanding Pain (opens in a new tab)",
        "Yes, helpful",
        "No, not helpful",
        "Tell me more",
        "How many sessions will I need?",
        "question",
        "Send",
        "999",
        "911",
        "112",
    ]


def test_menu_by_keyboard(chat) -> None:
    """The menu opens with the focus in it; Escape closes the menu, and only then the panel."""
    chat.ask("Does it hurt?")
    more = chat.panel.get_by_role("button", name="More", exact=True)
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(chat.panel.get_by_role("button", name="Start over")).to_be_focused()

    chat.page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()


def test_escape_leaves_the_question_before_deleting_first(chat) -> None:
    """Escape answers the question with no, and keeps the panel."""
    chat.ask("Does it hurt?")
    chat.choose("Delete this conversation")
    chat.page.keyboard.press("Escape")

    expect(chat.panel.get_by_role("dialog")).to_have_count(0)
    expect(chat.panel).to_be_visible()
    expect(chat.turns).to_have_count(1)


def test_enter_sends_and_shift_enter_breaks_the_line(chat) -> None:
    """As in every chat."""
    chat.question.focus()
    chat.page.keyboard.type("one")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("two")
    chat.page.keyboard.press("Enter")

    expect(chat.turns.locator(".asked p")).to_have_text("one\ntwo", use_inner_text=True)
    expect(chat.question).to_have_value("")
    expect(chat.question).to_be_focused()


def test_empty_question_is_not_sent(chat, agent) -> None:
    """Enter without a question says what is missing, to the eye and to the ear."""
    chat.question.press("Enter")

    expect(chat.question).to_have_accessible_description("Please type a question first.")
    expect(chat.question).to_have_attribute("aria-invalid", "true")
    chat.page.wait_for_timeout(400)
    assert chat.spoken() == ["Please type a question first."]
    assert agent.messages == []


@pytest.mark.parametrize(
    ("text", "announced"),
    [
        (
            "Does it hurt?",
            [
                "The articles give different figures:",
                "Usually it is painless.",
                "Some feel a prick.",
                "It lasts a moment.",
                "2 sources",
            ],
        ),
        (
            "How do dry needling and acupuncture differ?",
            [
                "Here is what the articles say, side by side:",
                "A table compares Acupuncture, Dry needling, in 3 rows.",
                "2 sources",
            ],
        ),
        ("halting", ["First half.", "halting", "1 source"]),
    ],
)
def test_answer_is_announced_exactly_once(chat, agent, text, announced) -> None:
    """One announcement, when all of the answer is there, without markers; none for the patient's own words."""
    agent.go.set()
    chat.ask(text)
    chat.page.wait_for_timeout(600)

    assert [said.split("\n") for said in chat.spoken()] == [announced]
    expect(chat.log.locator("[aria-live], [role=log], [role=status]")).to_have_count(0)
    expect(chat.log).to_have_role("region")


def test_alarm_is_announced_at_once_and_once(chat) -> None:
    """An alarm interrupts: it goes into the region that does not wait."""
    chat.ask("emergency")
    chat.page.wait_for_timeout(600)

    said = chat.spoken()
    assert len(said) == 1
    assert said[0].startswith("Emergency: act now\nCall 999 now.")
    expect(chat.page.locator("acumen-chat [role=alert]")).to_contain_text("Call 999 now.")


def test_small_screen_announces_too(visitors) -> None:
    """What is said stands within the modal panel: screen readers hear nothing from the page behind it."""
    chat = visitors.visit(width=390, height=844)
    chat.open()
    chat.ask("Tell me more")

    expect(chat.page.locator("acumen-chat dialog:modal [role=status]")).to_contain_text("They say more.")


def test_answer_does_not_move_the_focus(chat, agent) -> None:
    """What the patient does while waiting is not interrupted."""
    chat.send("slow")
    close = chat.panel.get_by_role("button", name="Close the chat")
    close.focus()
    agent.go.set()
    expect(chat.turns.locator(".card")).to_have_count(1)

    expect(close).to_be_focused()


def test_answer_to_a_closed_panel_is_noticed(chat, agent) -> None:
    """The launcher says that there is an answer, and so does the live region, once."""
    chat.send("slow")
    chat.page.keyboard.press("Escape")
    agent.go.set()
    expect(chat.launcher).to_have_text("Ask a question new answer", use_inner_text=False)
    chat.page.wait_for_timeout(400)
    assert chat.spoken() == ["Your answer is in the chat."]

    chat.launcher.click()
    expect(chat.turns.locator(".card")).to_be_in_viewport()
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_have_text("Ask a question", use_inner_text=True)


def test_small_screen_keeps_the_focus_in_the_panel(visitors) -> None:
    """Where the panel covers the page, the page cannot be reached; on a touch screen no keyboard covers the answer."""
    chat = visitors.visit(width=390, height=844, is_mobile=True, has_touch=True)
    chat.launcher.tap()
    expect(chat.question).to_be_visible()
    expect(chat.question).not_to_be_focused()
    for _ in range(12):
        chat.page.keyboard.press("Tab")
        assert chat.page.evaluate("() => ['ACUMEN-CHAT', 'BODY'].includes(document.activeElement.tagName)")
    chat.panel.get_by_role("button", name="Does it hurt?").tap()
    expect(chat.turns.last).to_be_focused()

    chat.page.keyboard.press("Escape")

    expect(chat.launcher).to_be_focused()


def test_panel_follows_the_window(chat) -> None:
    """A window made small turns the panel into a modal one, with what was said and typed."""
    chat.ask("Does it hurt?")
    chat.question.fill("and after")
    chat.page.set_viewport_size({"width": 360, "height": 640})

    expect(chat.page.locator("acumen-chat dialog:modal")).to_be_visible()
    expect(chat.question).to_have_value("and after")
    chat.page.set_viewport_size({"width": 1024, "height": 800})
    expect(chat.page.locator("acumen-chat dialog:modal")).to_have_count(0)
    expect(chat.question).to_be_visible()
