"""What Rasa hands to a graph component."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from acumen.assistant import PIPELINE


@pytest.fixture
def model_storage(tmp_path: Path) -> ModelStorage:
    """Where components persist themselves."""
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def resource() -> Resource:
    """The place of one component in the storage."""
    return Resource("component")


@pytest.fixture
def execution_context() -> ExecutionContext:
    """The run of a graph."""
    return ExecutionContext(GraphSchema({}), uuid.uuid4().hex)


@pytest.fixture(scope="session")
def spacy_model(nlp: Language, project: Path) -> SpacyModel:
    """The language pipeline as Rasa's SpacyNLP provides it."""
    return SpacyModel(nlp, str(project / PIPELINE))


@pytest.fixture(scope="session")
def spacy_nlp(spacy_model: SpacyModel) -> SpacyNLP:
    """The component before ours, which makes a doc of each text."""
    return SpacyNLP(spacy_model, {"case_sensitive": True})


@pytest.fixture
def message(spacy_nlp: SpacyNLP, spacy_model: SpacyModel) -> Callable[[str], Message]:
    """Makes a message as it reaches our components: with its doc, where it has a text."""

    def make(text: str) -> Message:
        (message,) = spacy_nlp.process([Message({TEXT: text})], spacy_model)
        return message

    return make
