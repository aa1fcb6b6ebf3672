"""The intent classifier: one linear model over sentence vectors, asked for each part of a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from acumen.language.parts import Part, parts_of
from acumen.language.questions import halves_of
from acumen.logs import log_failure
from acumen.nlu.intent_scores import STEERING, IntentScores, Safety
from acumen.nlu.linear_model import Array, LinearModel
from acumen.nlu.safety_context import TOLD

QUESTIONS = "questions"
SAFETY_SCORES = "safety_scores"
OFF_TOPIC = "off_topic"
NOT_UNDERSTOOD = {INTENT_NAME_KEY: "nlu_fallback", PREDICTED_CONFIDENCE_KEY: 1.0}
# A yes or a no that names something of the subject is a question about it: "no, I meant dry needling".
BARE = frozenset({"affirm", "deny", "complain"})


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER,
    is_trainable=True,
    model_from="SpacyNLP",
)
class QuestionIntentClassifier(IntentClassifier, GraphComponent):
    """Logistic regression on the sentence encoder, for the message and each of its parts.

    Besides `intent` and `intent_ranking` it adds to the parse data:

    - `questions`: one entry a question of the message, {"text", "ranking"};
    - `safety_scores`: for each safety outcome the highest probability that any
      part of the message got, and the intent that had most of it. Safety
      intents stay out of the rankings: whether one applies is decided by the
      component that reads these scores. Where a message tells less than it
      says, no score is higher than for what it tells.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that should be included in the pipeline before this component."""
        return [SpacyNLP]

    @staticmethod
    def required_packages() -> list[str]:
        """Any extra python dependencies required for this component to run."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's default config (see parent class for full docstring)."""
        return {
            # The language pipeline; a model is trained anew when it was built anew.
            "pipeline": "models/acumen_en",
            # Inverse strength of regularisation; unit vectors need more freedom than scikit-learn's 1.
            "C": 20.0,
            # Steps of the solver.
            "max_iter": 300,
            # How much the whole message counts beside its only question.
            "story_weight": 0.65,
            # How sure of its topic each half of a question must be to be a question of its own.
            "half_certainty": 0.7,
            # From this certainty about the whole question its halves are not looked at.
            "whole_certainty": 0.9,
            # How much a part counts for safety, beside the whole message it stands in.
            "part_weight": 0.4,
            # Words and signs up to which a message may steer the conversation.
            "steering_tokens": 12,
            # Intents named in each ranking.
            "ranking_length": 10,
            # Parts of one message that are classified; a long text has its first and last ones.
            "max_parts": 24,
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Adds the encoder's hash, which Rasa's cache cannot see (see parent class for full docstring)."""
        provenance = Path({**cls.get_default_config(), **config}["pipeline"]) / "provenance.json"
        return provenance.read_text(encoding="utf-8") if provenance.exists() else None

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._use(LinearModel())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionIntentClassifier:
        """Creates a new untrained component (see parent class for full docstring)."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Fits the model on the vectors of all messages that have an intent."""
        examples = [each for each in training_data.intent_examples if each.get(SPACY_DOCS[TEXT]) is not None]
        vectors = np.stack([each.get(SPACY_DOCS[TEXT]).tensor for each in examples])
        labels = [each.get(INTENT) for each in examples]
        self._use(LinearModel.fit(vectors, labels, strength=self._config["C"], steps=self._config["max_iter"]))
        self._persist()
        return self._resource

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Sets intent, rankings and safety scores of each message.

        A message that cannot be classified has no `questions` afterwards; what
        comes next must still look for red flags in it.
        """
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            if doc is None or not doc.text.strip():
                self._set(message, [NOT_UNDERSTOOD], [], {})
                continue
            try:
                self._classify(message, doc, model)
            except Exception as error:  # patterns are looked for all the same
                log_failure("a message could not be classified", error)
                message.set(INTENT, NOT_UNDERSTOOD, add_to_output=True)
        return messages

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QuestionIntentClassifier:
        """Loads trained component (see parent class for full docstring)."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._use(LinearModel.load(folder))
        return component

    def _use(self, linear: LinearModel) -> None:
        self._linear = linear
        self._scores = IntentScores(linear.intents, self._config["ranking_length"], self._config["part_weight"])

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            self._linear.save(folder)

    def _classify(self, message: Message, doc: Doc, model: SpacyModel) -> None:
        parts = self._parts(doc, model)
        chances = self._linear.chances(np.stack([part.vector for part in parts]))
        asked = [index for index, part in enumerate(parts) if part.asks]
        if len(asked) == 1:
            # "Is he right?" says little by itself, and a long story hides what is asked in it.
            weight = self._config["story_weight"]
            scores = {asked[0]: weight * chances[0] + (1 - weight) * chances[asked[0]]}
        else:
            scores = {index: chances[index] for index in asked}
        steering: frozenset[str] = STEERING if len(doc) <= self._config["steering_tokens"] else frozenset()
        if doc.ents:
            steering -= BARE
        questions = [
            {"text": text, "ranking": self._scores.ranking(each, steering)}
            for index in asked
            for text, each in self._halves(parts[index], chances[index], model) or [(parts[index].text, scores[index])]
        ]
        self._set(
            message,
            self._scores.ranking(scores[asked[0]] if len(asked) == 1 else chances[0], steering),
            questions,
            self._capped(self._scores.safety(chances), message.get(TOLD), model),
        )

    def _halves(self, question: Part, whole: Array, model: SpacyModel) -> list[tuple[str, Array]]:
        """The two questions that a joining word hides in one, with their probabilities; else nothing.

        "What is it used for, and does having it done hurt" is two questions, as
        its halves are surely about different topics and the whole is not surely
        about one; "how do cupping and acupuncture differ" is one.
        """
        pairs = halves_of(model.model.make_doc(question.text)[:])
        if not pairs or whole.max() >= self._config["whole_certainty"]:
            return []
        texts = [half.text for pair in pairs for half in pair]
        chances = self._linear.chances(model.model.get_pipe("acumen_encoder").encode(texts))
        chances = np.where(self._scores.topics, chances, 0.0)
        best, sure = chances.argmax(axis=1), chances.max(axis=1)
        found = [
            (min(sure[at], sure[at + 1]), at)
            for at in range(0, len(texts), 2)
            if best[at] != best[at + 1]
            and OFF_TOPIC not in (self._linear.intents[best[at]], self._linear.intents[best[at + 1]])
        ]
        certainty, at = max(found, default=(0.0, 0))
        if certainty < self._config["half_certainty"]:
            return []
        return [(texts[at], chances[at]), (texts[at + 1], chances[at + 1])]

    def _parts(self, doc: Doc, model: SpacyModel) -> list[Part]:
        return parts_of(doc, model.model.get_pipe("acumen_encoder"), limit=self._config["max_parts"])

    def _capped(self, safety: Safety, told: str | None, model: SpacyModel) -> Safety:
        """The scores, none higher than for what the message tells; categories stay."""
        if told is None:
            return safety
        parts = self._parts(model.model(told), model) if told.strip() else []
        rest = self._scores.safety(self._linear.chances(np.stack([part.vector for part in parts]))) if parts else {}
        caps = {outcome: each["score"] for outcome, each in rest.items()}
        return {name: {**each, "score": min(each["score"], caps.get(name, 0.0))} for name, each in safety.items()}

    @staticmethod
    def _set(
        message: Message,
        ranking: list[dict[str, Any]],
        questions: list[dict[str, Any]],
        safety: Safety,
    ) -> None:
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(QUESTIONS, questions, add_to_output=True)
        message.set(SAFETY_SCORES, safety, add_to_output=True)
