"""The clinic behind the bot: how to reach it, what it says itself, and how long it keeps conversations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from acumen.content.schema import Fault, faults
from acumen.errors import AcumenError, Problem, problem

KEEP_DAYS = 30
# The topic of data/topics.yml that asks how, when and where the clinic is met.
MEETING = "booking"


@dataclass(frozen=True)
class Clinic:
    """What `data/clinic.yml` says; everything in it may be left empty."""

    name: str = ""
    phone: str = ""
    booking: str = ""
    address: str = ""
    country: str = ""
    hours: str = ""
    # The clinic's own words on a topic, by the topic's name.
    answers: Mapping[str, str] = field(default_factory=dict)
    # How many days a conversation is kept after its last message.
    keep_days: int = KEEP_DAYS

    @property
    def contact(self) -> str:
        """How to speak of the clinic so that the reader can reach it."""
        name = self.name or "the clinic"
        return f"{name} on {self.phone}" if self.phone else name

    @property
    def facts(self) -> str:
        """How, when and where the clinic is met, one fact a line; empty where nothing but the phone is known."""
        facts = {"Appointments": self.booking, "Opening hours": self.hours, "Address": self.address}
        return "\n".join(f"{name}: {fact}" for name, fact in facts.items() if fact)

    def answer(self, topic: str) -> str:
        """What the clinic itself says about a topic; empty where it says nothing."""
        said = self.answers.get(topic, "")
        if topic != MEETING or not (self.facts or said):
            return said
        phone = f"Phone: {self.phone}" if self.phone else ""
        return "\n".join(part for part in (said, phone, self.facts) if part)


def read_clinic(file: Path, topics: Collection[str] | None = None) -> Clinic:
    """Read the clinic's settings; a missing file means all empty.

    Args:
        file: the settings.
        topics: names of the topics that `answers` may name; without them, any.

    Raises:
        AcumenError: ACU131 for each setting that does not exist or is of the wrong kind, ACU132 for an answer to a
            topic that does not exist, ACU133 when the file is no YAML or cannot be read.
    """
    if not file.exists():
        return Clinic()
    try:
        settings = YAML(typ="rt").load(file)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise AcumenError(_unreadable(error, file)) from error
    if settings is None:
        return Clinic()
    found = [_described(fault, file) for fault in faults(settings, "clinic.schema.json")]
    found = found or list(_unknown_topics(settings, topics, file))
    if found:
        raise AcumenError(*found)
    answers = {name: _text(said) for name, said in (settings.get("answers") or {}).items()}
    texts = {name: _text(value) for name, value in settings.items() if name not in ("answers", "privacy")}
    keep_days = int((settings.get("privacy") or {}).get("keep_days", KEEP_DAYS))
    return Clinic(**texts, answers={name: said for name, said in answers.items() if said}, keep_days=keep_days)


def _text(value: Any) -> str:
    return str(value or "").strip()


def _unreadable(error: Exception, file: Path) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    detail = error.problem if isinstance(error, MarkedYAMLError) else error
    return problem("ACU133", file=file, line=mark.line + 1 if mark else None, detail=detail)


def _described(fault: Fault, file: Path) -> Problem:
    detail = f"`{fault.name}`: {fault.message}" if fault.name else fault.message
    return problem("ACU131", file=file, line=fault.line, detail=detail.replace("'", "`"))


def _unknown_topics(settings: Any, topics: Collection[str] | None, file: Path) -> Iterator[Problem]:
    answers: Any = settings.get("answers") or {}
    for name in answers:
        if topics is not None and name not in topics:
            yield problem("ACU132", file=file, line=answers.lc.key(name)[0] + 1, topic=name)
