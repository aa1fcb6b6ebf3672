"""Mark the entities in tests/test_stories.yml as the language pipeline finds them.

Rasa's end-to-end test compares entities too, so the texts carry marks. Run it
after a change of data/lexicon.yml:

    uv run python scripts/mark_stories.py
"""

from __future__ import annotations

import re
from pathlib import Path

import spacy
from spacy.language import Language

STORIES = Path("tests/test_stories.yml")
PIPELINE = Path("models/acumen_en")
_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def mark(text: str, nlp: Language) -> str:
    """Return `text` with its present entities marked in Rasa's notation."""
    plain = _MARK.sub(r"\1", text)
    for span in reversed(nlp(plain).ents):
        same = span.ent_id_ == span.text
        note = f"({span.label_})" if same else f'{{"entity": "{span.label_}", "value": "{span.ent_id_}"}}'
        plain = f"{plain[: span.start_char]}[{span.text}]{note}{plain[span.end_char :]}"
    return plain


def main() -> None:
    nlp = spacy.load(PIPELINE)
    lines = STORIES.read_text(encoding="utf-8").splitlines()
    for index, line in enumerate(lines[1:], 1):
        if lines[index - 1].rstrip().endswith("user: |"):
            indent = line[: len(line) - len(line.lstrip())]
            lines[index] = indent + mark(line.strip(), nlp)
    STORIES.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
