"""The first component: a patient's text made safe to work on."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from acumen.nlu.intake import MessageIntake

DOMAIN = Domain.from_dict({"intents": ["emergency_heart", "restart"]})


@pytest.fixture
def create(model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext):
    """Creates the component with a configuration."""
    return lambda **config: MessageIntake.create(config, model_storage, resource, execution_context)


def texts(component: MessageIntake, *given: str | None) -> list[Any]:
    """The texts of messages once the component had them."""
    return [message.get(TEXT) for message in component.process([Message({TEXT: text}) for text in given])]


def test_texts_are_cleaned(create):
    """Every message of a batch loses what cannot be seen, and keeps its words."""
    assert texts(create(), "Does it hurt?", " \u202edoes\u0000  it hurt ", "ｏｋ") == [
        "Does it hurt?",
        "does it hurt",
        "ok",
    ]


@pytest.mark.parametrize("text", [None, "", "\u0000", "/"])
def test_message_without_words(create, text: str | None):
    """A message that says nothing has an empty text, whatever it was made of."""
    assert texts(create(), text) == [""]


@pytest.mark.parametrize("config", [{}, {"max_characters": 20}], ids=["default", "configured"])
def test_long_texts_are_cut(create, config: dict[str, int]):
    """No text is longer than configured."""
    limit = {**MessageIntake.get_default_config(), **config}["max_characters"]

    (text,) = texts(create(**config), "needle " * 10_000)

    assert limit - len("needle ") <= len(text) <= limit


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/emergency_heart{"condition": "x"}',
        "/emergency_heart{}",
        "  /restart",
        "//restart",
        "／restart",
        "\u200b/restart",
        "/\n/restart",
    ],
)
def test_a_typed_command_is_only_text(create, text: str):
    """Rasa, which executes a text with a leading slash, finds none to execute."""
    messages = create().process([Message({TEXT: text})])

    (message,) = RegexMessageHandler().process(messages, DOMAIN)

    assert message.get(INTENT) is None
    assert message.get(TEXT)


def test_training_messages_stay_as_they_are(create):
    """What is written to train on is not rewritten."""
    data = TrainingData([Message({TEXT: "  /odd  text "})])

    processed = create().process_training_data(data)

    assert [example.get(TEXT) for example in processed.training_examples] == ["  /odd  text "]
