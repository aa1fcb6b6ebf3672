"""Rules that are looked up predict what Rasa's rules do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionReverted,
    ActiveLoop,
    Event,
    Restarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph

from acumen.runtime.rules import IndexedRulePolicy

DOMAIN = """
intents: [greet, ask, thank, book, stop]
actions: [action_answer, action_sources, action_open]
responses:
  utter_greet: [{text: hello}]
  utter_thanks: [{text: welcome}]
slots:
  known: {type: bool, influence_conversation: true, mappings: [{type: custom}]}
forms:
  booking: {required_slots: []}
"""
PLAIN = """
version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: answer
  steps: [{intent: ask}, {action: action_answer}]
- rule: thanks, and more in one go
  steps: [{intent: thank}, {action: utter_thanks}, {action: action_sources}]
"""
RULES = f"""{PLAIN}
- rule: whoever begins with a greeting
  conversation_start: true
  steps: [{{intent: greet}}, {{action: action_open}}]
- rule: somebody who is known
  condition: [{{slot_was_set: [{{known: true}}]}}]
  steps: [{{intent: ask}}, {{action: action_answer}}, {{action: action_sources}}]
- rule: book
  steps: [{{intent: book}}, {{action: booking}}, {{active_loop: booking}}]
- rule: stop booking
  condition: [{{active_loop: booking}}]
  steps: [{{intent: stop}}, {{action: utter_thanks}}, {{action: action_deactivate_loop}}, {{active_loop: null}}]
"""
WITH_TEXT = """- rule: words that are taken as they are
  steps: [{user: good night}, {action: utter_thanks}]
"""
STEPS: tuple[Event, ...] = (
    *(UserUttered(name, {"name": name}) for name in ("greet", "ask", "thank", "book", "stop", "other")),
    UserUttered("good night", {"name": "ask"}),
    *(ActionExecuted(name) for name in ("action_listen", "action_answer", "action_sources", "utter_thanks")),
    *(ActionExecuted(name) for name in ("action_session_start", "booking", "utter_greet", "action_open")),
    SlotSet("known", True),
    SlotSet("known", None),
    ActiveLoop("booking"),
    ActiveLoop(None),
    UserUtteranceReverted(),
    ActionReverted(),
    Restarted(),
)


class Both:
    """A trained rule policy, and the one that stands in for it."""

    def __init__(self, folder: Path, rules: str) -> None:
        self.domain = Domain.from_yaml(DOMAIN)
        steps = YAMLStoryReader().read_from_string(rules)
        trackers = TrainingDataGenerator(StoryGraph(steps), self.domain).generate()
        storage, resource = LocalModelStorage.create(folder), Resource("rules")
        context = ExecutionContext(GraphSchema({}))
        config = {**RulePolicy.get_default_config(), "check_for_contradictions": False}
        RulePolicy.create(dict(config), storage, resource, context).train(trackers, self.domain)
        self.policies = [
            kind.load(dict(config), storage, resource, context) for kind in (RulePolicy, IndexedRulePolicy)
        ]

    def predict(self, events: list[Event]) -> list[Any]:
        """What each of them predicts, in all that counts."""
        tracker = DialogueStateTracker.from_events("ada", events, self.domain.slots)
        found = [policy.predict_action_probabilities(tracker, self.domain) for policy in self.policies]
        return [(each.probabilities, each.is_end_to_end_prediction, each.hide_rule_turn) for each in found]


@pytest.fixture(scope="module", params=[PLAIN, RULES, RULES + WITH_TEXT], ids=["plain", "with memory", "with text"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Both policies, trained on rules with and without slots, loops and a text in them."""
    return Both(tmp_path_factory.mktemp("rules"), request.param)


@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
@settings(max_examples=300)
def test_any_conversation_is_continued_alike(both: Both, steps: list[Event]) -> None:
    """Whatever was said and done, the same comes next."""
    stock, ours = both.predict(steps)

    assert ours == stock


@pytest.mark.parametrize(
    ("said", "action"),
    [("ask", "action_answer"), ("thank", "utter_thanks"), ("other", "action_default_fallback")],
)
def test_rule_is_found(both: Both, said: str, action: str) -> None:
    """A rule leads to its action, and what has none to the fallback."""
    stock, ours = both.predict([ActionExecuted("action_listen"), UserUttered(said, {"name": said})])

    assert both.domain.action_names_or_texts[ours[0].index(max(ours[0]))] == action
    assert ours == stock
