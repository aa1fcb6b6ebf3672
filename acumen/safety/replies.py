"""Fixed replies to what must not wait, with the numbers of the clinic's country."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acumen.errors import AcumenError, problem
from acumen.safety.categories import OUTCOMES

UNKNOWN = "unknown"
PLACEHOLDERS = {"emergency", "doctor", "crisis_lines", "poison", "clinic"}


@dataclass(frozen=True)
class SafetyReplies:
    """The texts of `data/safety/replies.yml` for one country."""

    numbers: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    failure: str
    clinic: str

    @classmethod
    def load(cls, file: Path, country: str, clinic: str) -> SafetyReplies:
        """Load the replies; without a country, numbers of several are named.

        Raises:
            AcumenError: ACU141 for whatever would break a reply to a patient, ACU131
                for a country that the file does not know.
        """
        try:
            data = YAML(typ="safe").load(file)
        except (OSError, YAMLError) as error:
            raise AcumenError(problem("ACU141", file=file, detail=error)) from error
        fault = _fault(data)
        if fault:
            raise AcumenError(problem("ACU141", file=file, detail=fault))
        countries = data["countries"]
        names = {name.upper(): name for name in countries}
        name = names.get((country or UNKNOWN).upper())
        if name is None:
            raise AcumenError(problem("ACU131", file=file, detail=f"no country `{country}` in {', '.join(countries)}"))
        numbers = countries[name]
        return cls(numbers, data["replies"], data["failure_line"], clinic)

    def paragraphs(self, category: str, outcome: str) -> list[str]:
        """The paragraphs for a category; the outcome's general ones where it has none of its own."""
        reply = self.texts.get(category) or self.texts[outcome]
        lines = list(reply["text"])
        if self.numbers.get("poison"):
            lines += reply.get("text_poison", [])
        return [self._fill(line) for line in lines]

    def failure_line(self) -> str:
        """The line that every failure carries."""
        return self._fill(self.failure)

    def _fill(self, line: str) -> str:
        return line.format(
            emergency=self.numbers["emergency_text"],
            doctor=self.numbers["doctor"],
            crisis_lines=self._crisis_lines(),
            poison=self.numbers.get("poison") or "",
            clinic=self.clinic,
        )

    def _crisis_lines(self) -> str:
        lines = [f"{line['name']} on {line['number']}" for line in self.numbers["crisis"]]
        return " or ".join(lines) or str(self.numbers.get("crisis_none", ""))


def _fault(data: Any) -> str | None:
    """Say what is missing or misspelt, if anything is."""
    if not isinstance(data, dict) or not isinstance(data.get("failure_line"), str):
        return "no `failure_line`"
    replies, countries = data.get("replies") or {}, data.get("countries") or {}
    missing = [outcome for outcome in OUTCOMES if outcome not in replies]
    if missing:
        return f"no reply for `{missing[0]}`"
    if UNKNOWN not in countries:
        return f"no country `{UNKNOWN}`"
    faults = {f"country `{name}`": _country_fault(country) for name, country in countries.items()}
    faults |= {f"reply `{name}`": _reply_fault(reply) for name, reply in replies.items()}
    return next((f"{where} {fault}" for where, fault in faults.items() if fault), None)


def _country_fault(country: Any) -> str | None:
    absent = [key for key in ("emergency_text", "doctor", "crisis") if key not in (country or {})]
    return f"has no `{absent[0]}`" if absent else None


def _reply_fault(reply: Any) -> str | None:
    if not isinstance(reply, dict) or not reply.get("text"):
        return "has no `text`"
    lines = (*reply["text"], *reply.get("text_poison", []))
    unknown = {field for line in lines for _, field, _, _ in Formatter().parse(line) if field} - PLACEHOLDERS
    return f"has the unknown placeholder `{unknown.pop()}`" if unknown else None
