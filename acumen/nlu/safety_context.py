"""What of a message counts for safety: the text without the red flags that it takes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from acumen.logs import log_failure
from acumen.safety.context import ContextRules

TOLD = "told"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    is_trainable=False,
    model_from="SpacyNLP",
)
class SafetyContext(GraphComponent):
    """Adds `told` to messages that take something back: "no chest pain, just achy" tells "just achy".

    When the rules fail, nothing is added, and whoever reads `told` judges the
    whole text: an alarm must not be lost here.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # What takes a red flag back.
            "context": "data/safety/context.yml",
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._rules: ContextRules | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyContext:
        """Creates the component (see parent class for full docstring)."""
        return cls({**cls.get_default_config(), **config})

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Leaves training messages as they are: the classifier learns from whole messages."""
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Sets what each message tells, where that is less than it says."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            told = None if doc is None else self._told(doc, model)
            if doc is not None and told is not None and told != doc.text:
                message.set(TOLD, told)
        return messages

    def _told(self, doc: Doc, model: SpacyModel) -> str | None:
        try:
            if self._rules is None:
                self._rules = ContextRules.load(model.model.vocab, Path(self._config["context"]))
            return self._rules.told(doc)
        except Exception as error:  # see the class's docstring
            log_failure("The safety context failed", error)
            return None
