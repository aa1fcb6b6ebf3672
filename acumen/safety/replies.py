"""Fixed replies to what must not wait, with the numbers of the clinic's country."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from acumen.errors import AcumenError, problem
from acumen.safety.categories import OUTCOMES

UNKNOWN = "unknown"


@dataclass(frozen=True)
class SafetyReplies:
    """The texts of `data/safety/replies.yml` for one country."""

    numbers: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    failure: str
    clinic: str

    @classmethod
    def load(cls, file: Path, country: str, clinic: str) -> SafetyReplies:
        """Load the replies; an empty or unlisted country gets those for an unknown one.

        Raises:
            AcumenError: ACU141 when a general reply or the unknown country is missing.
        """
        data = YAML(typ="safe").load(file)
        for outcome in OUTCOMES:
            if outcome not in data.get("replies", {}):
                raise AcumenError(problem("ACU141", file=file, detail=f"no reply for `{outcome}`"))
        if UNKNOWN not in data.get("countries", {}):
            raise AcumenError(problem("ACU141", file=file, detail="no country `unknown`"))
        countries = data["countries"]
        return cls(countries.get(country, countries[UNKNOWN]), data["replies"], data["failure_line"], clinic)

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
