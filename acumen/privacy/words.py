"""The words of `words.yml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML


@cache
def words(name: str) -> frozenset[str]:
    """A list of small words, by its name in the file."""
    lists = YAML(typ="safe").load(files("acumen.privacy").joinpath("words.yml").read_text(encoding="utf-8"))
    return frozenset(lists[name].split())
