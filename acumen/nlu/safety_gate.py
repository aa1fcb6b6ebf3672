"""The last word on a message's intent: what must not wait comes before every topic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from acumen.logs import log_failure
from acumen.nlu.intent_classifier import SAFETY_SCORES, QuestionIntentClassifier
from acumen.safety.assess import SUPPORT, THRESHOLDS, Assessor
from acumen.safety.categories import Finding
from acumen.safety.patterns import RedFlags


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER,
    is_trainable=False,
    model_from="SpacyNLP",
)
class SafetyGate(IntentClassifier, GraphComponent):
    """Replaces the intent by a safety intent where the message holds a red flag."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [QuestionIntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # Word patterns that raise an alarm on their own.
            "patterns": "data/safety/patterns.yml",
            # What takes a pattern back; none, and each counts.
            "context": "data/safety/context.yml",
            # Probability from which the classifier raises each outcome.
            "thresholds": THRESHOLDS,
            # Probability of an alarm, or a caution, from which a pattern holds beside a classifier that raises none.
            "support": SUPPORT,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._assessor: Assessor | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyGate:
        """Creates the component (see parent class for full docstring)."""
        return cls({**cls.get_default_config(), **config})

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Sets the safety intent of messages that need one."""
        for message in messages:
            finding = self._finding(message.get(SPACY_DOCS[TEXT]), message.get(SAFETY_SCORES) or {}, model)
            if finding:
                intent = {INTENT_NAME_KEY: finding.category, PREDICTED_CONFIDENCE_KEY: finding.score}
                message.set(INTENT, intent, add_to_output=True)
        return messages

    def _finding(self, doc: Doc | None, scores: Mapping[str, Mapping[str, Any]], model: SpacyModel) -> Finding | None:
        """What classifier and patterns find; where the patterns fail, the classifier alone decides."""
        thresholds = {**THRESHOLDS, **self._config["thresholds"]}
        try:
            if self._assessor is None:
                self._assessor = Assessor(self._red_flags(model), thresholds, self._config["support"])
            return self._assessor.assess(doc, scores)
        except Exception as error:  # an alarm must not be lost here
            log_failure("the safety patterns failed", error)
            return Assessor(RedFlags(model.model.vocab, {}), thresholds).assess(None, scores)

    def _red_flags(self, model: SpacyModel) -> RedFlags:
        context = self._config["context"]
        return RedFlags.load(model.model.vocab, Path(self._config["patterns"]), Path(context) if context else None)
