"""Nothing is lost and nothing doubled: reloads, restarts, cut connections, other tabs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser

PAINLESS = "Usually it is painless."


def asked(agent) -> list[str]:
    """The messages that reached the bot."""
    return [text for _, text in agent.messages]


def test_conversation_is_there_after_a_reload(chat, agent) -> None:
    """Questions, answers, suggestions and the open panel are as they were, and the focus is left to the page."""
    chat.ask("Does it hurt?")
    chat.ask("emergency")
    chat.page.reload()

    expect(chat.question).to_be_visible()
    expect(chat.page.locator("body")).to_be_focused()
    expect(chat.turns).to_have_count(2)
    expect(chat.turns.first).to_contain_text(PAINLESS)
    expect(chat.turns.last.locator(".card.emergency")).to_be_visible()
    chat.ask("Tell me more")
    assert asked(agent) == ["Does it hurt?", "emergency", "Tell me more"]
    assert len({sender for sender, _ in agent.messages}) == 1


def test_reload_in_the_middle_of_an_answer_loses_nothing(chat, agent) -> None:
    """The turn that was under way is followed to its end, and ran once."""
    turn = chat.send("halting")
    expect(turn).to_contain_text("First half.")
    chat.page.reload()
    expect(chat.turns).to_have_count(1)
    expect(chat.turns.locator(".typing")).to_be_visible()
    agent.go.set()

    expect(chat.turns.locator(".typing")).to_have_count(0)
    expect(chat.turns.locator(".card")).to_have_count(2)
    assert asked(agent) == ["halting"]


def test_cut_connection_in_the_middle_of_an_answer_loses_nothing(chat, site, agent) -> None:
    """The widget asks for the rest by itself; what it had is not shown twice."""
    turn = chat.send("halting")
    expect(turn).to_contain_text("First half.")
    site.cut()
    agent.go.set()

    expect(turn.locator(".typing")).to_have_count(0)
    expect(turn.locator(".card")).to_have_count(2)
    expect(turn.locator(".trouble")).to_have_count(0)
    assert asked(agent) == ["halting"]


@pytest.mark.parametrize("secret", ["kept over restarts, in these tests", "a new one after the restart"])
def test_restart_in_the_middle_of_an_answer_loses_nothing(chat, site, agent, secret) -> None:
    """The question is asked again of the new server, under a new session if need be, and shown once."""
    chat.ask("Does it hurt?")
    turn = chat.send("halting")
    expect(turn).to_contain_text("First half.")
    site.stop()
    expect(turn.locator(".trouble")).to_contain_text("The connection was lost. Trying again …")
    site.configure(secret=secret)
    site.start()

    expect(turn.locator(".typing, .trouble")).to_have_count(0)
    expect(turn.locator(".card")).to_have_count(2)
    expect(chat.turns).to_have_count(2)
    chat.page.reload()
    expect(chat.turns.first).to_contain_text(PAINLESS)
    expect(chat.turns.last.locator(".card")).to_have_count(2)


def test_server_that_leaves_is_left_without_a_word(chat, agent) -> None:
    """Where a server sends its patients away before it ends, they read of no trouble, and get the answer."""
    left = []

    def leave(route: Route) -> None:
        left.append(route)
        if len(left) > 1:
            route.continue_()
        else:
            route.fulfill(content_type="text/event-stream", body="retry: 1000\nevent: reconnect\ndata: {}\n\n")

    chat.page.route("**/messages", leave)
    turn = chat.send("Does it hurt?")
    expect(turn.locator(".typing")).to_be_visible()

    expect(turn).to_contain_text(PAINLESS)
    assert not [each for each in chat.spoken() if "lost" in each]
    assert (len(left), asked(agent)) == (2, ["Does it hurt?"])


def test_questions_wait_while_offline(chat, agent) -> None:
    """Offline, questions are kept, with whom to call; back online they are sent in order."""
    chat.page.context.set_offline(True)
    first = chat.send("Does it hurt?")
    chat.send("list")
    expect(first).to_contain_text("You are offline. Your question will be sent as soon as you are back.")
    expect(first.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    assert asked(agent) == []

    chat.page.context.set_offline(False)

    expect(chat.turns.first).to_contain_text(PAINLESS)
    expect(chat.turns.last).to_contain_text("They name:")
    assert asked(agent) == ["Does it hurt?", "list"]


def test_second_question_waits_for_the_first(chat, agent) -> None:
    """While an answer takes its time the page says so, and another question may follow."""
    slow = chat.send("slow")
    expect(slow.get_by_text("Looking in the articles")).to_be_visible()
    chat.send("list")
    agent.go.set()

    expect(chat.turns.last).to_contain_text("They name:")
    expect(chat.turns.locator(".typing")).to_have_count(0)
    assert asked(agent) == ["slow", "list"]


def test_server_that_is_starting_is_asked_again(chat, agent) -> None:
    """A refusal that passes is said in words, and the question is answered without another press."""
    agent.ready = False
    turn = chat.send("Does it hurt?")
    expect(turn.locator(".trouble")).to_contain_text("starting up")
    agent.ready = True

    expect(turn).to_contain_text(PAINLESS)


def test_impatient_patient_can_try_at_once(chat, agent) -> None:
    """Waiting for the next try can be cut short."""
    # Time stands still: nothing is tried again by itself.
    chat.page.clock.install()
    agent.ready = False
    turn = chat.send("Does it hurt?")
    expect(turn.locator(".trouble")).to_be_visible()
    agent.ready = True
    turn.get_by_role("button", name="Try again").click()

    expect(turn).to_contain_text(PAINLESS)
    expect(chat.question).to_be_focused()


def test_server_that_stays_away_is_given_up(chat, site) -> None:
    """After a minute or so the chat says that it cannot be reached; a press asks again."""
    chat.page.clock.install()
    site.stop()
    turn = chat.send("Does it hurt?")
    unreachable = turn.get_by_text("The chat cannot be reached just now")
    for _ in range(12):
        expect(turn.locator(".trouble")).to_be_visible()
        if unreachable.is_visible():
            break
        chat.page.clock.run_for(40_000)
        chat.page.wait_for_timeout(100)
    expect(unreachable).to_be_visible()
    site.start()
    turn.get_by_role("button", name="Try again").click()

    expect(turn).to_contain_text(PAINLESS)


def test_server_that_asks_for_patience_gets_it(chat, agent) -> None:
    """A question refused for its haste is sent again when the server said, not before."""
    chat.page.clock.install()
    body = '{"error": {"code": "too_many", "message": "One moment, please."}}'
    refused = []

    def refuse(route: Route) -> None:
        refused.append(route)
        route.fulfill(status=429, body=body, headers={"Retry-After": "20"})

    chat.page.route("**/messages", refuse)
    turn = chat.send("Does it hurt?")
    expect(turn.locator(".trouble")).to_contain_text("One moment, please.")
    chat.page.clock.run_for(15_000)
    chat.page.wait_for_timeout(100)
    assert len(refused) == 1
    chat.page.unroute("**/messages")
    chat.page.clock.run_for(6_000)

    expect(turn).to_contain_text(PAINLESS)


def test_broken_turn_can_be_asked_again(chat, agent) -> None:
    """A turn that fails says so, with whom to call; trying again is a new turn."""
    turn = chat.send("broken")
    expect(turn.locator(".trouble")).to_be_visible()
    expect(turn.get_by_role("link", name="999")).to_be_visible()
    turn.get_by_role("button", name="Try again").click()

    expect(turn.locator(".trouble")).to_be_visible()
    expect(chat.turns).to_have_count(1)
    assert asked(agent) == ["broken", "broken"]


def test_too_long_question_comes_back_to_be_shortened(chat, agent) -> None:
    """What the server would refuse for its length stays in the field."""
    question = "a" * 65_000
    turn = chat.send(question)

    expect(turn).to_contain_text("That message is too long.")
    expect(turn.get_by_role("button", name="Try again")).to_have_count(0)
    expect(chat.question).to_have_value(question)
    assert asked(agent) == []


def test_ended_session_is_renewed_unnoticed(chat, site, agent) -> None:
    """A token the server no longer knows is replaced, and the question asked."""
    chat.ask("Does it hurt?")
    site.stop()
    site.configure(secret="another secret of the server")
    site.start()
    turn = chat.ask("list")

    expect(turn).to_contain_text("They name:")
    assert asked(agent) == ["Does it hurt?", "list"]


def test_start_over_begins_a_new_conversation(chat, agent) -> None:
    """Starting over clears the panel, leaves the old conversation behind, and drops an answer still to come."""
    chat.send("slow")
    chat.choose("Start over")
    expect(chat.turns).to_have_count(0)
    expect(chat.panel.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    expect(chat.question).to_be_focused()
    agent.go.set()

    chat.ask("Does it hurt?")

    expect(chat.turns).to_have_count(1)
    assert len({sender for sender, _ in agent.messages}) == 2


def test_deleting_asks_first_and_deletes_on_the_server(chat) -> None:
    """Nothing is left in the browser, and the server no longer knows the session."""
    chat.ask("Does it hurt?")
    chat.choose("Delete this conversation")
    chat.panel.get_by_role("button", name="Keep it").click()
    expect(chat.turns).to_have_count(1)

    chat.choose("Delete this conversation")
    with chat.page.expect_response("**/session") as deleted:
        chat.panel.get_by_role("button", name="Delete", exact=True).click()

    assert deleted.value.request.method == "DELETE"
    assert deleted.value.status == 204
    expect(chat.turns).to_have_count(0)
    expect(chat.question).to_be_focused()
    token = deleted.value.request.headers["authorization"]
    address = deleted.value.url.replace("/session", "/transcript")
    assert chat.page.request.get(address, headers={"Authorization": token}).status == 401
    assert PAINLESS not in chat.page.evaluate("() => JSON.stringify(sessionStorage)")


def test_deletion_that_fails_keeps_the_conversation(chat) -> None:
    """What could not be deleted on the server is not shown as deleted."""
    chat.ask("Does it hurt?")
    chat.page.context.set_offline(True)
    chat.choose("Delete this conversation")
    chat.panel.get_by_role("button", name="Delete", exact=True).click()

    expect(chat.panel.locator(".notice")).to_contain_text("the conversation was not deleted")
    expect(chat.turns).to_have_count(1)


def test_tabs_share_the_conversation(visitors, agent) -> None:
    """A second tab shows what was said in the first and goes on with it, in both; starting over does so too."""
    context = visitors.context()
    first = visitors.visit(context)
    first.open()
    first.ask("Does it hurt?")
    second = visitors.visit(context)
    second.open()
    expect(second.turns.last).to_contain_text(PAINLESS)

    second.ask("Tell me more")

    expect(first.turns).to_have_count(2)
    expect(first.turns.last).to_contain_text("They say more.")
    assert len({sender for sender, _ in agent.messages}) == 1
    assert asked(agent) == ["Does it hurt?", "Tell me more"]
    second.choose("Start over")
    expect(first.turns).to_have_count(0)


def test_answer_comes_although_its_tab_was_closed(visitors, agent) -> None:
    """The other tab takes over what was not answered yet; the bot is asked once."""
    context = visitors.context()
    first = visitors.visit(context)
    first.open()
    second = visitors.visit(context)
    second.open()
    first.send("slow")
    expect(second.turns).to_have_count(1)
    first.page.close(run_before_unload=False)
    agent.go.set()

    expect(second.turns.locator(".card")).to_have_count(1)
    assert asked(agent) == ["slow"]


def test_closed_browser_leaves_nothing(visitors) -> None:
    """With the last tab the conversation is gone: nothing is on the disk for the next person at this computer."""
    context = visitors.context()
    chat = visitors.visit(context)
    chat.open()
    chat.ask("Does it hurt?")
    assert context.cookies() == []
    assert chat.page.evaluate("() => localStorage.length") == 0
    chat.page.close()

    chat = visitors.visit(context)
    chat.open()

    expect(chat.turns).to_have_count(0)
