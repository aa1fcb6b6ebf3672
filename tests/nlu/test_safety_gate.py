"""The last word on a message's intent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from acumen.nlu.intent_classifier import SAFETY_SCORES
from acumen.nlu.safety_gate import SafetyGate

TOPIC = {"name": "does_it_hurt", "confidence": 0.97}


@pytest.fixture
def create(
    tmp_path: Path, model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
) -> Callable[..., SafetyGate]:
    """Creates the component, with one pattern of its own."""
    patterns = tmp_path / "patterns.yml"
    patterns.write_text("urgent_needle:\n  - needle + stuck\n", encoding="utf-8")
    return lambda **config: SafetyGate.create(
        {"patterns": str(patterns), **config}, model_storage, resource, execution_context
    )


def intent(gate: SafetyGate, spacy_model: SpacyModel, message: Message, **scores: float) -> dict[str, object]:
    """The intent of a message about a topic once the gate had it."""
    message.set(INTENT, dict(TOPIC), add_to_output=True)
    message.set(SAFETY_SCORES, {name: {"score": each, "category": f"{name}_other"} for name, each in scores.items()})
    return gate.process([message], spacy_model)[0].as_dict(only_output_properties=True)[INTENT]


def test_ordinary_messages_pass(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel
):
    """Without a red flag the intent stays what it was."""
    found = intent(
        create(), spacy_model, message("does it hurt"), emergency=0.01, crisis=0.01, urgent=0.01, caution=0.01
    )

    assert found == TOPIC


@pytest.mark.parametrize("outcome", ["emergency", "crisis", "urgent", "caution"])
def test_classifier_raises_an_alarm(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel, outcome: str
):
    """A high score turns the intent into a safety intent, however sure the topic was."""
    found = intent(create(), spacy_model, message("does it hurt"), **{outcome: 0.96})

    assert found == {"name": f"{outcome}_other", "confidence": 0.96}


def test_pattern_raises_an_alarm(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel
):
    """A pattern turns the intent into a safety intent where the classifier alone is not sure enough."""
    found = intent(create(), spacy_model, message("the needle is stuck"), urgent=0.25)

    assert found["name"] == "urgent_needle"


def test_message_that_nothing_was_found_out_about(create: Callable[..., SafetyGate], spacy_model: SpacyModel):
    """A message without doc and scores passes."""
    (parsed,) = create().process([Message({TEXT: "?", INTENT: dict(TOPIC)})], spacy_model)

    assert parsed.get(INTENT) == TOPIC


@pytest.mark.parametrize(("limit", "expected"), [(0.2, "crisis_other"), (0.4, "does_it_hurt")])
def test_thresholds_are_configurable(
    create: Callable[..., SafetyGate],
    message: Callable[..., Message],
    spacy_model: SpacyModel,
    limit: float,
    expected: str,
):
    """How sure the classifier must be is a setting."""
    gate = create(thresholds={"emergency": limit, "crisis": limit, "urgent": limit, "caution": limit})

    assert intent(gate, spacy_model, message("does it hurt"), crisis=0.3)["name"] == expected


def test_one_threshold_may_be_configured(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel
):
    """A clinic that changes one threshold keeps the others."""
    gate = create(thresholds={"caution": 0.9})

    assert intent(gate, spacy_model, message("does it hurt"), emergency=0.99, caution=0.8)["name"] == "emergency_other"
    assert intent(gate, spacy_model, message("does it hurt"), caution=0.8)["name"] == "does_it_hurt"


def test_every_message_of_a_batch_is_judged(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel
):
    """Messages of a batch do not change each other's intent."""
    messages = [message(text) for text in ("does it hurt", "the needle is stuck", "does it hurt")]
    for each in messages:
        each.set(INTENT, dict(TOPIC), add_to_output=True)

    names = [each.get(INTENT)["name"] for each in create().process(messages, spacy_model)]

    assert names == ["does_it_hurt", "urgent_needle", "does_it_hurt"]


def test_classifier_alone_where_the_patterns_are_broken(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel, tmp_path: Path
):
    """A file of patterns that cannot be read loses no alarm of the classifier's."""
    broken = tmp_path / "broken.yml"
    broken.write_text("urgent_needle: [unclosed", encoding="utf-8")

    found = intent(create(patterns=str(broken)), spacy_model, message("does it hurt"), emergency=0.9)

    assert found["name"] == "emergency_other"


def test_patterns_alone_where_the_classifier_failed(
    create: Callable[..., SafetyGate], message: Callable[..., Message], spacy_model: SpacyModel
):
    """Without scores the words still raise their alarm, whatever support they else need."""
    unscored = message("the needle is stuck")
    unscored.set(INTENT, {"name": "nlu_fallback", "confidence": 1.0})

    create(support=0.1).process([unscored], spacy_model)

    assert unscored.get(INTENT)["name"] == "urgent_needle"
