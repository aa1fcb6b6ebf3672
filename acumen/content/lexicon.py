"""The words of `data/lexicon.yml`, as far as articles name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acumen.errors import AcumenError, problem

Conditions = Mapping[str, tuple[str, ...]]


def read_conditions(file: Path) -> Conditions:
    """The conditions by id, each with its words; its id's own words are among them.

    Raises:
        AcumenError: ACU124 when the file cannot be read or holds no conditions.
    """
    try:
        lexicon: Any = YAML(typ="safe").load(file)
    except (OSError, YAMLError) as error:
        raise AcumenError(problem("ACU124", file=file, detail=error)) from error
    entries = lexicon.get("condition") if isinstance(lexicon, dict) else None
    if not isinstance(entries, dict):
        raise AcumenError(problem("ACU124", file=file, detail="it has no `condition`"))
    return {name: (name.replace("-", " "), *map(str, terms or ())) for name, terms in entries.items()}


def conditions_in(text: str, conditions: Conditions) -> list[str]:
    """The ids of the conditions that `text` names by a whole word."""
    lower = text.lower()
    return [
        name
        for name, terms in conditions.items()
        if any(re.search(rf"\b{re.escape(term.lower())}\b", lower) for term in terms if term.lower() in lower)
    ]
