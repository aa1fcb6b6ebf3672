"""What of a message counts for safety."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from acumen.nlu.safety_context import TOLD, SafetyContext


@pytest.fixture
def create(
    project: Path, model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
) -> Callable[..., SafetyContext]:
    """Creates the component, with the project's rules unless told otherwise."""
    rules = str(project / "data" / "safety" / "context.yml")
    return lambda **config: SafetyContext.create(
        {"context": rules, **config}, model_storage, resource, execution_context
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no numbness, just achy", ", just achy"),
        ("no chest pain", ""),
        ("crushing chest pain", None),
        ("does it hurt?", None),
        ("", None),
    ],
)
def test_told(
    create: Callable[..., SafetyContext],
    message: Callable[[str], Message],
    spacy_model: SpacyModel,
    text: str,
    told: str | None,
):
    """Where a message takes something back, what it tells is added; the text stays."""
    (parsed,) = create().process([message(text)], spacy_model)

    assert parsed.get(TOLD) == told
    assert parsed.get(TEXT) == text


def test_failing_rules_add_nothing(
    create: Callable[..., SafetyContext], message: Callable[[str], Message], spacy_model: SpacyModel, tmp_path: Path
):
    """When the rules cannot be read, the whole text is judged."""
    (parsed,) = create(context=str(tmp_path / "none.yml")).process([message("no chest pain")], spacy_model)

    assert parsed.get(TOLD) is None


def test_message_without_a_doc(create: Callable[..., SafetyContext], spacy_model: SpacyModel):
    """A message that the language pipeline never saw passes."""
    (parsed,) = create().process([Message({TEXT: "no chest pain"})], spacy_model)

    assert parsed.get(TOLD) is None


def test_training_messages_stay(create: Callable[..., SafetyContext], spacy_model: SpacyModel):
    """The classifier learns from whole messages."""
    data = TrainingData([Message({TEXT: "no chest pain"})])

    assert create().process_training_data(data, spacy_model) is data
    assert data.training_examples[0].get(TOLD) is None
