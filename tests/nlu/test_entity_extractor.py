"""Entities from the language pipeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from acumen.nlu.entity_extractor import LexiconEntityExtractor


@pytest.fixture
def extractor(
    model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
) -> LexiconEntityExtractor:
    """The component."""
    return LexiconEntityExtractor.create({}, model_storage, resource, execution_context)


def test_entities_of_a_message(extractor: LexiconEntityExtractor, message: Callable[[str], Message]):
    """Each word of the lexicon becomes an entity: its kind, its entry, and where it stands."""
    text = "Is dry needling good for Migraines?"
    (parsed,) = extractor.process([message(text)])

    needling, migraine = parsed.get(ENTITIES)
    assert (needling["entity"], needling["value"], needling["text"]) == ("technique", "dry-needling", "dry needling")
    assert (migraine["entity"], migraine["value"]) == ("condition", "migraine")
    assert text[migraine["start"] : migraine["end"]] == migraine["text"] == "Migraines"
    assert migraine["extractor"] == "LexiconEntityExtractor"


@pytest.mark.parametrize("text", ["how do i book", ""])
def test_message_without_entities(extractor: LexiconEntityExtractor, message: Callable[[str], Message], text: str):
    """A message that names nothing has no entities, and says so."""
    (parsed,) = extractor.process([message(text)])

    assert parsed.as_dict(only_output_properties=True)[ENTITIES] == []


def test_message_without_a_doc(extractor: LexiconEntityExtractor):
    """A message that the language pipeline never saw does not break the component."""
    (parsed,) = extractor.process([Message({TEXT: "migraine"})])

    assert parsed.get(ENTITIES) == []


def test_entities_of_others_are_kept(extractor: LexiconEntityExtractor, message: Callable[[str], Message]):
    """What another extractor found stays beside what this one finds."""
    given = message("migraine")
    other = {"entity": "name", "value": "Ada", "start": 0, "end": 3, "extractor": "Other"}
    given.set(ENTITIES, [other])

    (parsed,) = extractor.process([given])

    assert parsed.get(ENTITIES)[0] == other
    assert [entity["entity"] for entity in parsed.get(ENTITIES)] == ["name", "condition"]
