"""First component of the pipeline: a patient's text made safe to work on."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from acumen.language.text import clean


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MessageIntake(GraphComponent):
    """Cleans the text of messages, and takes the command out of `/intent{...}`.

    Rasa executes a text that starts with a slash as an intent of the sender's
    choice (`RegexMessageHandler`, after the pipeline). The buttons of Acumen
    carry plain text, so no channel needs that: here the slash goes, on every
    channel, stock ones included.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # Characters read of a message; the rest is dropped.
            "max_characters": 12000,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._max_characters = int(config["max_characters"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageIntake:
        """Creates the component (see parent class for full docstring)."""
        return cls({**cls.get_default_config(), **config})

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training messages as they are written."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces each message's text by its cleaned form."""
        for message in messages:
            message.set(TEXT, clean(message.get(TEXT) or "", self._max_characters))
        return messages
