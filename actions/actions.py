"""The custom actions, one for each way a turn can be answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.support import assistant, certain_category, memory_of, remember, utter
from acumen.answering.privacy import kept, not_deleted
from acumen.answering.question import Message
from acumen.assistant import failure_reply
from acumen.privacy.reference import reference

Events = list[dict[str, Any]]


class ActionAnswer(Action):
    """Answers the questions of a message from the articles, or says what they leave open."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        parse = tracker.latest_message
        if "questions" not in parse:
            # It was not understood because something broke, not because of its words.
            utter(dispatcher, failure_reply(Path.cwd()))
            return []
        reply, memory = assistant().engine.answer(Message.from_parse(parse), memory_of(tracker))
        utter(dispatcher, reply)
        return remember(memory)


class ActionSafety(Action):
    """Says what to do about something that must not wait."""

    def name(self) -> str:
        return "action_safety"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        parse = tracker.latest_message
        category = certain_category(parse)
        reply, memory = assistant().urgent(category, Message.from_parse(parse), memory_of(tracker))
        utter(dispatcher, reply)
        return remember(memory)


class ActionMore(Action):
    """Says what the articles add to the last answer."""

    def name(self) -> str:
        return "action_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        reply, memory = assistant().engine.more(memory_of(tracker))
        utter(dispatcher, reply)
        return remember(memory)


class ActionSources(Action):
    """Names who says what was said last."""

    def name(self) -> str:
        return "action_sources"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        utter(dispatcher, assistant().engine.sources(memory_of(tracker)))
        return []


class ActionDifferences(Action):
    """Sets side by side what different articles said in the last answer."""

    def name(self) -> str:
        return "action_differences"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        utter(dispatcher, assistant().engine.differences(memory_of(tracker)))
        return []


class ActionContact(Action):
    """Says how to reach a person at the clinic."""

    def name(self) -> str:
        return "action_contact"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        utter(dispatcher, assistant().engine.contact())
        return []


class ActionPrivacy(Action):
    """Says what is kept of the conversation, and how it is deleted."""

    def name(self) -> str:
        return "action_privacy"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        utter(dispatcher, kept(assistant().clinic, reference(tracker.sender_id)))
        return []


class ActionDeleteData(Action):
    """Says who can delete the conversation: an action server cannot; `acumen` runs another action in its place."""

    def name(self) -> str:
        return "action_delete_data"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        utter(dispatcher, not_deleted(assistant().clinic, reference(tracker.sender_id)))
        return []
