"""What all actions share: the library, loaded once, and the way a reply is uttered."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from acumen.answering.question import Memory
from acumen.answering.reply import Reply, plain_text
from acumen.assistant import Assistant
from acumen.safety.categories import outcome_of

# A category's own reply needs this much of its outcome's probability; else the general one is safer.
CERTAIN_SHARE = 0.75


class _InUse:
    """The assistant that answers now; an action keeps the one it began with."""

    def __init__(self) -> None:
        self.assistant: Assistant | None = None
        self.loading = threading.Lock()


_in_use = _InUse()


def assistant() -> Assistant:
    """The clinic's assistant, loaded when the first action runs.

    Raises:
        AcumenError: with every problem of the articles, topics and settings.
    """
    with _in_use.loading:
        if _in_use.assistant is None:
            _in_use.assistant = Assistant.load(Path.cwd())
        return _in_use.assistant


def answer_with(assistant: Assistant) -> None:
    """Answer with another assistant from the next action on."""
    _in_use.assistant = assistant


def utter(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Utter a reply: plain text and buttons for stock channels, the tree for ours."""
    buttons = [{"title": button.title, "payload": button.title} for button in reply.buttons]
    dispatcher.utter_message(text=plain_text(reply), buttons=buttons, reply=reply.to_dict())


def certain_category(parse: Mapping[str, Any]) -> str:
    """The safety intent of a message; only its outcome where the classifier wavered between several."""
    category: str = parse["intent"]["name"]
    outcome = outcome_of(category) or category
    found = parse.get("safety_scores", {}).get(outcome, {})
    wavered = found.get("category") == category and found.get("share", 1.0) < CERTAIN_SHARE
    return outcome if wavered and parse["intent"]["confidence"] < 1.0 else category


def memory_of(tracker: Tracker) -> Memory:
    return Memory.from_slots(tracker.slots)


def remember(memory: Memory) -> list[dict[str, Any]]:
    return [SlotSet(name, value) for name, value in memory.to_slots().items()]
