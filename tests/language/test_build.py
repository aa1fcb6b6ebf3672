"""Building the language pipeline, and the one that is committed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import spacy
from ruamel.yaml import YAML
from spacy.language import Language

from acumen.language.build import LEXICON, ORIGIN, PIPELINE, PROVENANCE, build, entity_patterns, is_current


@pytest.fixture(scope="module")
def lexicon(project: Path) -> dict[str, dict[str, list[str]]]:
    """The project's lexicon."""
    return YAML(typ="safe").load(project / LEXICON)


def test_an_entrys_own_words_are_a_term():
    """An id matches by its own words, and each term of it once, whatever its case."""
    patterns = entity_patterns({"condition": {"back-pain": ["Bad Back", "back pain"], "migraine": None}})

    assert patterns == [
        {"label": "condition", "pattern": "back pain", "id": "back-pain"},
        {"label": "condition", "pattern": "bad back", "id": "back-pain"},
        {"label": "condition", "pattern": "migraine", "id": "migraine"},
    ]


def test_no_term_means_two_things(lexicon: dict[str, dict[str, list[str]]]):
    """A term of the lexicon belongs to one entry."""
    owners: dict[str, set[tuple[str, str]]] = {}
    for pattern in entity_patterns(lexicon):
        owners.setdefault(pattern["pattern"], set()).add((pattern["label"], pattern["id"]))

    assert {term: each for term, each in owners.items() if len(each) > 1} == {}


def test_committed_pipeline_is_current(project: Path):
    """The pipeline was built from the lexicon as it stands; else run `make language`."""
    assert is_current(project / LEXICON, project / PIPELINE)


def test_committed_files_are_those_of_the_provenance(project: Path):
    """Each file of the encoder has the hash that was noted when it was made."""
    folder = project / PIPELINE
    noted = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))["encoder"]["files"]

    found = {name: hashlib.sha256((folder / "acumen_encoder" / name).read_bytes()).hexdigest() for name in noted}

    assert found == noted
    assert {file.name for file in (folder / "acumen_encoder").iterdir()} == {*noted, ORIGIN}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is BACK PAIN helped?", [("condition", "back-pain", "BACK PAIN")]),
        (
            "acupuncture for migraines",
            [("technique", "acupuncture", "acupuncture"), ("condition", "migraine", "migraines")],
        ),
        ("what about dry needling", [("technique", "dry-needling", "dry needling")]),
        ("how do i book", []),
    ],
)
def test_entities_of_the_committed_pipeline(nlp: Language, text: str, expected: list[tuple[str, str, str]]):
    """Words of the lexicon are found in any case, with kind and entry."""
    assert [(span.label_, span.ent_id_, span.text) for span in nlp(text).ents] == expected


def test_built_pipeline_knows_its_lexicon(project: Path, tmp_path: Path):
    """A pipeline built from a lexicon loads, finds its words, and is current until the lexicon changes."""
    lexicon, target = tmp_path / "lexicon.yml", tmp_path / "pipeline"
    lexicon.write_text("condition:\n  knee-pain: [sore knee]\n", encoding="utf-8")
    assert not is_current(lexicon, target)

    build(project / PIPELINE / "acumen_encoder", lexicon, target)
    doc = spacy.load(target)("My Sore Knee. Does it hurt?")

    assert [span.ent_id_ for span in doc.ents] == ["knee-pain"]
    assert [span.text for span in doc.sents] == ["My Sore Knee.", "Does it hurt?"]
    assert is_current(lexicon, target)
    lexicon.write_text("condition:\n  knee-pain: [bad knee]\n", encoding="utf-8")
    assert not is_current(lexicon, target)
