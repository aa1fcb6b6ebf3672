"""Deleting a conversation because the patient asked for it in the chat."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from acumen.answering import phrases
from acumen.answering.reply import plain_text
from acumen.privacy.reference import reference
from acumen.runtime.conversation import Conversation

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:Slot auto-fill has been removed:UserWarning"),
]


PRIVATE = "xylophonist"


@pytest.fixture(autouse=True)
def in_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions read the articles of the folder they run in."""
    monkeypatch.chdir(project)


@pytest.mark.parametrize("text", ["forget what I told you", phrases.DELETE, "please delete everything I wrote"])
async def test_conversation_is_deleted_in_the_chat(agent: Agent, text: str):
    """Asked to forget, the bot does so, says it, and does not store the request either."""
    conversation = Conversation(agent)
    await conversation.say("does it hurt?")
    assert await agent.tracker_store.exists(conversation.id)

    (reply,) = await conversation.say(text)

    assert plain_text(reply) == phrases.DELETED
    assert not await agent.tracker_store.exists(conversation.id)


async def test_a_new_conversation_can_begin_after_it(agent: Agent):
    """What is said next is answered, stored, and knows nothing of before."""
    conversation = Conversation(agent)
    await conversation.say("does it hurt?")
    await conversation.say(phrases.DELETE)
    (more,) = await conversation.say("tell me more")
    (answer,) = await conversation.say("does it hurt?")

    assert (more.outcome, answer.outcome) == ("clarify", "answer")
    tracker = await agent.tracker_store.retrieve(conversation.id)
    assert tracker is not None
    assert [event.text for event in tracker.events if event.type_name == "user"] == ["tell me more", "does it hurt?"]


async def test_failed_deletion_is_told(agent: Agent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    """Where the words are still there, the patient reads so, with what the clinic needs to delete them."""

    async def fail(*_: object) -> None:
        raise RuntimeError(PRIVATE)

    conversation = Conversation(agent)
    await conversation.say("does it hurt?")
    monkeypatch.setattr("acumen.runtime.agent.forget_in", fail)
    caplog.set_level(logging.ERROR)
    (reply,) = await conversation.say(phrases.DELETE)

    assert reference(conversation.id) in plain_text(reply)
    assert await agent.tracker_store.exists(conversation.id)
    assert "a conversation was not deleted: RuntimeError" in caplog.text
    assert PRIVATE not in caplog.text


@pytest.mark.parametrize("text", ["is this private?", "how long do you keep my chat", "how do I delete my messages"])
async def test_a_question_about_privacy_deletes_nothing(agent: Agent, text: str):
    """Who asks what is kept learns it, with the reference, and can have it deleted."""
    conversation = Conversation(agent)
    await conversation.say("does it hurt?")
    (reply,) = await conversation.say(text)

    assert "30 days" in plain_text(reply)
    assert reference(conversation.id) in plain_text(reply)
    assert [button.title for button in reply.buttons] == [phrases.DELETE]
    assert await agent.tracker_store.exists(conversation.id)


async def test_who_wrote_is_not_stored(agent: Agent):
    """A name and a phone number are in no event of the stored conversation, and the question is answered."""
    conversation = Conversation(agent)
    (reply,) = await conversation.say("My name is Jane Smith, ring me on 07700 900123. Does it hurt?")
    tracker = await agent.tracker_store.retrieve(conversation.id)

    assert reply.topics == ("does_it_hurt",)
    assert tracker is not None
    stored = str([event.as_dict() for event in tracker.events])
    assert "Does it hurt?" in stored
    for private in ("Jane", "Smith", "07700", "900123"):
        assert private not in stored
