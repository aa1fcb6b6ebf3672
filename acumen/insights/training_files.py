"""The files that a topic stands in, read and replaced together."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acumen.errors import AcumenError, problem
from acumen.insights.grouping import normal


class TrainingFiles:
    """Topics, domain, rules and messages of a project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        # Reading thousands of messages takes seconds.
        self._read: dict[Path, dict[str, Any]] = {}
        self.topics_file = project / "data" / "topics.yml"
        self.domain_file = project / "domain.yml"
        self.rules_file = project / "data" / "rules" / "answers.yml"
        # Where the clinic's own matters stand: what patients ask and the first articles leave open.
        self.messages_file = project / "data" / "nlu" / "clinic.yml"

    def topics(self) -> dict[str, Any]:
        """The entries of `topics.yml` by name."""
        return self._mapping(self.topics_file)

    def names(self) -> dict[Path, set[str]]:
        """The names of topics and intents that each file holds, by its place in the project."""
        found = {self.topics_file: set(self.topics())}
        found[self.domain_file] = {_name(each) for each in self._mapping(self.domain_file).get("intents") or ()}
        for file in self._message_files():
            found[file] = {str(each.get("intent")) for each in self._entries(file)}
        return {file.relative_to(self.project): names for file, names in found.items()}

    def intents_of_rule(self, rule: int) -> set[str]:
        """The intents that one of the rules about topics leads from.

        Raises:
            AcumenError: ACU508 when there is no such rule.
        """
        try:
            steps = self._mapping(self.rules_file)["rules"][rule]["steps"]
            return {str(each["intent"]) for each in steps[0]["or"]}
        except (LookupError, TypeError) as error:
            file = self.rules_file.relative_to(self.project)
            raise AcumenError(problem("ACU508", file=file, detail="its rules are written in another way")) from error

    def messages(self) -> set[str]:
        """Every training message, as words only."""
        return {
            normal(text) for file in self._message_files() for each in self._entries(file) for text in messages_of(each)
        }

    def _message_files(self) -> Iterator[Path]:
        yield from sorted((self.project / "data").glob("nlu/**/*.yml"))
        yield from sorted((self.project / "data").glob("safety/*.yml"))

    def _entries(self, file: Path) -> list[Any]:
        entries = self._mapping(file).get("nlu") or []
        return [each for each in entries if isinstance(each, dict)]

    def _mapping(self, file: Path) -> dict[str, Any]:
        if file not in self._read:
            self._read[file] = self._load(file)
        return self._read[file]

    def _load(self, file: Path) -> dict[str, Any]:
        try:
            content = YAML(typ="safe").load(file)
        except (OSError, YAMLError) as error:
            shown = file.relative_to(self.project)
            raise AcumenError(problem("ACU508", file=shown, detail="it cannot be read")) from error
        return content if isinstance(content, dict) else {}


def messages_of(entry: Mapping[str, Any]) -> Sequence[str]:
    """The messages of an intent, written as a block or one by one."""
    examples = entry.get("examples") or ""
    lines = examples.splitlines() if isinstance(examples, str) else [str(each.get("text", "")) for each in examples]
    return [line.strip().removeprefix("- ") for line in lines]


def replace_all(texts: Mapping[Path, str]) -> None:
    """Replace files; nothing is replaced before all of them could be written.

    Raises:
        AcumenError: ACU502 when one cannot be written.
    """
    written: dict[Path, Path] = {}
    try:
        for file, text in texts.items():
            written[file] = _write_beside(file, text)
        for file, new in written.items():
            new.replace(file)
    except OSError as error:
        raise AcumenError(problem("ACU502", file=error.filename, detail=error.strerror)) from error
    finally:
        for new in written.values():
            new.unlink(missing_ok=True)


def _write_beside(file: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    new_file = Path(name)
    new_file.chmod(file.stat().st_mode if file.exists() else 0o644)
    return new_file


def _name(intent: Any) -> str:
    """The name of an intent in a domain, which may have settings below it."""
    return str(next(iter(intent), "")) if isinstance(intent, dict) else str(intent)
