"""The custom actions: they read the tracker, ask the library and utter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from acumen.answering.question import Memory
from acumen.answering.reply import Reply, plain_text
from acumen.assistant import Assistant
from acumen.content.library import Library

Run = Callable[..., tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture
def run(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs an action; gives the message it utters and the slots it sets."""
    monkeypatch.setattr("actions.actions.assistant", lambda: assistant)
    executor = ActionExecutor()
    executor.register_package("actions")

    def run(name: str, *, memory: Memory | None = None, **parse: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        slots = (memory or Memory()).to_slots()
        tracker = Tracker("sender", slots, parse, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = executor.actions[name](dispatcher, tracker, {})
        (message,) = dispatcher.messages
        return message, {event["name"]: event["value"] for event in events}

    return run


def asking(topic: str) -> dict[str, Any]:
    """Parse data of a question about a topic."""
    question = {"text": "please tell", "ranking": [{"name": topic, "confidence": 0.95}]}
    return {"text": "please tell", "questions": [question], "entities": [], "intent": {"name": topic}}


@pytest.fixture
def topic(library: Library) -> str:
    """Any topic that the articles answer."""
    return next(name for name in library.topics if library.answering(name))


def test_answer(run: Run, topic: str):
    """An answer is uttered as text, buttons and tree, and remembered in the slots."""
    message, slots = run("action_answer", **asking(topic))
    reply = Reply.from_dict(message["reply"])

    assert (reply.outcome, reply.topics) == ("answer", (topic,))
    assert message["text"] == plain_text(reply)
    assert [button["title"] for button in message["buttons"]] == [button.title for button in reply.buttons]
    assert slots["topics"] == [topic]
    assert slots["shown"]


def test_buttons_send_what_they_say(run: Run, topic: str):
    """Pressing a button of a stock channel types its title: no payload carries a command."""
    message, _ = run("action_answer", **asking(topic))

    assert message["buttons"]
    assert all(button["payload"] == button["title"] for button in message["buttons"])


@pytest.mark.parametrize("category", ["emergency_heart", "crisis_plan", "urgent_needle", "caution_pregnancy"])
def test_safety(run: Run, assistant: Assistant, category: str):
    """What must not wait is answered by its category, which is the message's intent."""
    message, _ = run("action_safety", intent={"name": category}, text="…", questions=[], entities=[])
    outcome = category.split("_", maxsplit=1)[0]

    assert message["reply"]["outcome"] == outcome
    assert message["text"].startswith("\n\n".join(assistant.safety.paragraphs(category, outcome)))


def test_more_and_sources_go_on_with_what_was_said(run: Run, library: Library):
    """Both read from the slots what the last answer was about."""
    section = next(each for each in library.sections.values() if each.details)
    memory = Memory(section.topics[:1], (f"{section.key}/0",))

    more, slots = run("action_more", memory=memory)
    sources, unchanged = run("action_sources", memory=memory)

    assert more["reply"]["outcome"] == sources["reply"]["outcome"] == "answer"
    assert set(memory.shown) < set(slots["shown"])
    assert section.lead in sources["text"]
    assert unchanged == {}


def test_differences_between_what_was_said(run: Run, library: Library):
    """The passages of the last answer stand side by side with their titles, and nothing is forgotten or added."""
    topic, sections = next(
        (topic, sections)
        for topic, sections in ((topic, library.answering(topic)) for topic in library.topics)
        if len({section.article for section in sections}) > 1
    )
    memory = Memory((topic,), tuple(f"{section.key}/0" for section in sections))

    message, slots = run("action_differences", memory=memory)

    assert (message["reply"]["outcome"], message["reply"]["topics"]) == ("answer", [topic])
    for section in sections:
        assert section.lead in message["text"]
        assert library.article_of(section).source.title in message["text"]
    assert slots == {}


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("action_more", "clarify"),
        ("action_sources", "clarify"),
        ("action_differences", "clarify"),
        ("action_contact", "chitchat"),
    ],
)
def test_actions_of_a_fresh_conversation(run: Run, action: str, outcome: str):
    """Where nothing was said yet, steering the conversation breaks nothing."""
    message, _ = run(action)

    assert message["reply"]["outcome"] == outcome
    assert message["text"]


def test_a_message_that_could_not_be_understood(run: Run):
    """Where understanding broke, the reply says so and carries the line for emergencies."""
    message, slots = run("action_answer", text="does it hurt", intent={"name": "nlu_fallback"})

    assert "emergency" in message["text"]
    assert Reply.from_dict(message["reply"]).outcome == "clarify"
    assert slots == {}
