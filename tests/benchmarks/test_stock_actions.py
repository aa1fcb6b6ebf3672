"""The stock bot's actions."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from benchmarks.plain_replies import PlainReply, as_json
from benchmarks.projects import STOCK


@pytest.fixture
def actions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The actions, in a project where two intents have a reply."""
    replies = {
        "sleep": PlainReply("answer", "You may sleep better.", "It calms.", "Ada", ({"title": "A", "payload": "A"},)),
        "nlu_fallback": PlainReply("clarify", "What do you mean?", "No more."),
    }
    (tmp_path / "replies.json").write_text(json.dumps(as_json(replies)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("stock_actions", STOCK / "stock_actions.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(action: Any, intent: str, topics: list[str] | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the action says, and its events."""
    tracker = Tracker("p", {"topics": topics}, {"intent": {"name": intent}}, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    return message, events


def test_an_answer_is_that_of_the_intent(actions: ModuleType) -> None:
    """Text and buttons stand in the file, and the topic is remembered."""
    message, events = run(actions.ActionAnswer(), "sleep")
    assert message["text"] == "You may sleep better."
    assert message["buttons"] == [{"title": "A", "payload": "A"}]
    assert [(event["name"], event["value"]) for event in events] == [("topics", ["sleep"])]


def test_an_intent_without_a_reply_is_not_understood(actions: ModuleType) -> None:
    """There is always something to say."""
    assert run(actions.ActionAnswer(), "unheard_of")[0]["text"] == "What do you mean?"


def test_more_and_sources_are_those_of_the_last_topic(actions: ModuleType) -> None:
    """What was spoken of last is looked up; before anything was, nothing is known of."""
    assert run(actions.ActionMore(), "tell_me_more", ["sleep"])[0]["text"] == "It calms."
    assert run(actions.ActionSources(), "who_says_that", ["sleep"])[0]["text"] == "Ada"
    assert run(actions.ActionMore(), "tell_me_more")[0]["text"] == "No more."


def test_every_action_of_the_domain_is_there(actions: ModuleType) -> None:
    """The stock bot has the actions that our rules name."""
    domain = (STOCK.parents[1] / "domain.yml").read_text(encoding="utf-8")
    classes = [getattr(actions, name) for name in dir(actions) if name.startswith("Action") and name != "Action"]
    named = {each().name() for each in classes}
    listed = domain.partition("\nactions:\n")[2].partition("\n\n")[0]
    assert named == {line.strip(" -") for line in listed.splitlines()}
