"""The topics patients ask about: what to call them, what to offer next, what is left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acumen.errors import AcumenError, Problem, problem

_LISTS = ("next", "in_general")


@dataclass(frozen=True)
class Topic:
    """One entry of `data/topics.yml`; see the notes at the top of that file."""

    name: str
    ask: str
    next: tuple[str, ...] = ()
    leaves_out: str | None = None
    gap: str | None = None
    in_general: tuple[str, ...] = ()
    for_dry_needling: str | None = None
    per_condition: bool = False


def read_topics(file: Path) -> Mapping[str, Topic]:
    """Read the topics of `file` by name, in its order.

    Raises:
        AcumenError: ACU120 when the file holds no topics, ACU121 for an entry of the wrong shape, ACU122 for an
            offer of a topic that does not exist.
    """
    try:
        entries: Any = YAML(typ="rt").load(file)
    except (OSError, YAMLError) as error:
        raise AcumenError(problem("ACU120", file=file, detail=error)) from error
    if not hasattr(entries, "items"):
        raise AcumenError(problem("ACU120", file=file, detail="it is no list of topics by name"))
    lines = entries.lc.key
    problems: list[Problem] = []
    topics: dict[str, Topic] = {}
    for name, entry in entries.items():
        line = lines(name)[0] + 1
        detail = _fault(entry)
        if detail:
            problems.append(problem("ACU121", file=file, line=line, topic=name, detail=detail))
            continue
        topic = Topic(name=name, **{**entry, **{key: tuple(entry.get(key, ())) for key in _LISTS}})
        topics[name] = topic
        problems += [
            problem("ACU122", file=file, line=line, topic=name, other=other)
            for other in (*topic.next, *topic.in_general, topic.for_dry_needling or name)
            if other not in entries
        ]
    if problems:
        raise AcumenError(*problems)
    return topics


def _fault(entry: Any) -> str | None:
    """Say what is wrong with an entry's shape, if anything is."""
    if not isinstance(entry, dict) or not isinstance(entry.get("ask"), str):
        return "`ask` is missing"
    known = {each.name for each in fields(Topic)} - {"name"}
    unknown = sorted(set(entry) - known)
    if unknown:
        return f"`{unknown[0]}` is no setting of a topic"
    wrong = [key for key in _LISTS if not isinstance(entry.get(key, []), list)]
    if wrong:
        return f"`{wrong[0]}` is no list"
    return None
