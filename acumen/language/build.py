"""Build the language pipeline in `models/acumen_en` from its parts.

uv run python -m acumen.language.build                            after a change of data/lexicon.yml
uv run python -m acumen.language.build --encoder build/encoder    after `scripts/export_encoder.py`
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import spacy
from ruamel.yaml import YAML
from spacy.language import Language
from spacy.vectors import Vectors

from acumen.language.encoder import MODEL_FILE, TOKENIZER_FILE, WIDTH

PIPELINE = Path("models/acumen_en")
LEXICON = Path("data/lexicon.yml")
PROVENANCE = "provenance.json"
ORIGIN = "origin.json"


def entity_patterns(lexicon: dict[str, dict[str, list[str]]]) -> list[dict[str, str]]:
    """Turn {label: {id: [terms]}} into entity ruler patterns; an id's own words are a term too."""
    patterns = []
    for label, entries in lexicon.items():
        for entity_id, terms in entries.items():
            for term in dict.fromkeys([entity_id.replace("-", " "), *(terms or [])]):
                patterns.append({"label": label, "pattern": term.lower(), "id": entity_id})
    return patterns


def assemble(encoder: Path, lexicon: Path) -> Language:
    """Put tokenizer, sentences, entities, questions and encoder into one pipeline."""
    nlp = spacy.blank("en")
    # Rasa's SpacyFeaturizer asks the vocabulary whether there are vectors, and how wide.
    nlp.vocab.vectors = Vectors(shape=(1, WIDTH), name="acumen")
    nlp.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "。", "\n"]})
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(entity_patterns(YAML(typ="safe").load(lexicon)))  # type: ignore[attr-defined]
    nlp.add_pipe("acumen_questions")
    # Last: at each start the ruler has its patterns read by all components before it.
    nlp.add_pipe("acumen_encoder").from_disk(encoder)  # type: ignore[attr-defined]
    nlp.meta.update(
        name="acumen",
        version="0.1.0",
        description="Sentences, entities and questions of patients' messages",
        license="Apache-2.0",
        sources=[_origin(encoder)],
    )
    return nlp


def provenance(encoder: Path, lexicon: Path) -> dict[str, Any]:
    """Say where the parts come from, with the hash of each file."""
    files = {name: _sha256(encoder / name) for name in (MODEL_FILE, TOKENIZER_FILE)}
    return {"encoder": {**_origin(encoder), "files": files}, "lexicon": _sha256(lexicon)}


def build(encoder: Path, lexicon: Path, target: Path) -> None:
    """Write the pipeline and its provenance to `target`."""
    written, origin = provenance(encoder, lexicon), (encoder / ORIGIN).read_bytes()
    assemble(encoder, lexicon).to_disk(target)
    (target / "acumen_encoder" / ORIGIN).write_bytes(origin)
    (target / PROVENANCE).write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def is_current(lexicon: Path, pipeline: Path) -> bool:
    """True when `pipeline` was built from this lexicon."""
    path = pipeline / PROVENANCE
    return path.exists() and json.loads(path.read_text(encoding="utf-8"))["lexicon"] == _sha256(lexicon)


def _origin(encoder: Path) -> dict[str, Any]:
    """What `scripts/export_encoder.py` wrote beside the encoder."""
    origin: dict[str, Any] = json.loads((encoder / ORIGIN).read_text(encoding="utf-8"))
    return origin


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the language pipeline.")
    parser.add_argument("--encoder", type=Path, default=PIPELINE / "acumen_encoder")
    parser.add_argument("--if-needed", action="store_true", help="do nothing when the pipeline is current")
    args = parser.parse_args()
    if args.if_needed and is_current(LEXICON, PIPELINE):
        return
    build(args.encoder, LEXICON, PIPELINE)
    print(f"Language pipeline built in {PIPELINE}.")


if __name__ == "__main__":
    main()
