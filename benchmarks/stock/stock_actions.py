"""The stock bot's custom actions: what to say stands in replies.json, by intent."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

NOT_UNDERSTOOD = "nlu_fallback"
Events = list[dict[str, Any]]


@cache
def replies() -> dict[str, dict[str, Any]]:
    """The replies by intent, read when the first action runs."""
    content: dict[str, dict[str, Any]] = json.loads(Path("replies.json").read_text(encoding="utf-8"))
    return content


def reply(intent: str | None) -> dict[str, Any]:
    return replies().get(intent or NOT_UNDERSTOOD) or replies()[NOT_UNDERSTOOD]


def last_topic(tracker: Tracker) -> str | None:
    return (tracker.get_slot("topics") or [None])[0]


class ActionAnswer(Action):
    """Says what stands for the intent, and remembers it as the topic."""

    def name(self) -> str:
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        intent = tracker.latest_message["intent"]["name"]
        dispatcher.utter_message(text=reply(intent)["text"], buttons=reply(intent)["buttons"])
        return [SlotSet("topics", [intent])]


class ActionSafety(ActionAnswer):
    """Says what to do about something that must not wait."""

    def name(self) -> str:
        return "action_safety"


class ActionMore(Action):
    """Says what else there is on the last topic."""

    def name(self) -> str:
        return "action_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(text=reply(last_topic(tracker))["more"])
        return []


class ActionSources(Action):
    """Names the sources on the last topic."""

    def name(self) -> str:
        return "action_sources"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(text=reply(last_topic(tracker))["sources"])
        return []


class ActionDifferences(ActionSources):
    """Names the sources too: the stock bot cannot compare them."""

    def name(self) -> str:
        return "action_differences"


class ActionContact(ActionAnswer):
    """Says how to reach a person."""

    def name(self) -> str:
        return "action_contact"


class ActionDeleteData(ActionAnswer):
    """Says whom to ask: the stock bot deletes nothing."""

    def name(self) -> str:
        return "action_delete_data"


class ActionPrivacy(ActionAnswer):
    """Says whom to ask."""

    def name(self) -> str:
        return "action_privacy"
