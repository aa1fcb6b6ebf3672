"""Red flags as word patterns: they hold when no classifier does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from spacy.tokens import Doc
from spacy.vocab import Vocab

from acumen.logs import log_failure
from acumen.safety.categories import OUTCOMES, Finding, outcome_of
from acumen.safety.chains import Chain, chained, parse
from acumen.safety.context import ContextRules
from acumen.safety.words import Place, Places, WordSets

_OPERATOR = re.compile(r"\s([+&-])\s")


@dataclass(frozen=True)
class Pattern:
    """One line of the patterns file: what must stand together, anywhere, and nowhere in a message."""

    together: tuple[Chain, ...]
    anywhere: tuple[Chain, ...]
    nowhere: tuple[Chain, ...]

    @classmethod
    def parse(cls, line: str) -> Pattern:
        """Read `<chest> > <pain> + <now> & <needled> - <resolved>`."""
        first, *rest = _OPERATOR.split(f" {line} ")
        signs = ["+", *rest[::2]]
        chains = [parse(part) for part in (first, *rest[1::2])]
        kinds = [tuple(chain for sign, chain in zip(signs, chains, strict=True) if sign == each) for each in "+&-"]
        return cls(*kinds)

    def uses(self) -> frozenset[str]:
        """Every set and phrase of the pattern."""
        return self.needs() | {word for chain in self.nowhere for word in chain}

    def needs(self) -> frozenset[str]:
        """The sets and phrases without which it cannot hold."""
        return frozenset(word for chain in (*self.together, *self.anywhere) for word in chain)


class RedFlags:
    """Finds combinations of words that mean an emergency, a crisis, something urgent or a caution.

    What the context takes back does not count. Should the context step fail,
    nothing is taken back.
    """

    def __init__(
        self,
        vocab: Vocab,
        patterns: Mapping[str, Sequence[str]],
        words: Mapping[str, str] | None = None,
        context: ContextRules | None = None,
    ) -> None:
        parsed = [(name, Pattern.parse(line)) for name, lines in patterns.items() for line in lines]
        self._patterns = [(name, pattern, pattern.needs()) for name, pattern in parsed]
        self._words = WordSets(vocab, words or {}, {use for _, each in parsed for use in each.uses()})
        self._context = context

    @classmethod
    def load(cls, vocab: Vocab, file: Path, context: Path | None = None) -> RedFlags:
        """Load `{category: [pattern]}`; the words stand in `words.yml` beside it."""
        words = WordSets.read(file.with_name("words.yml"))
        return cls(vocab, YAML(typ="safe").load(file), words, _context(vocab, context) if context else None)

    def find(self, doc: Doc) -> Finding | None:
        """Return the most pressing finding in `doc`, or None."""
        found = self.categories(doc)
        best = min(found, key=lambda category: OUTCOMES.index(outcome_of(category) or ""), default=None)
        return Finding(best, 1.0, "pattern") if best else None

    def categories(self, doc: Doc) -> list[str]:
        """The category of each pattern that holds, in the order of the file."""
        reading = self._words.reading(doc)
        places = self._words.places(reading)
        gone = self._taken_back(reading)
        standing = {
            use: [(start, end) for start, end in each if not gone.intersection(range(start, end))]
            for use, each in places.items()
        }
        bounds = [(sentence.start, sentence.end) for sentence in reading.sents]
        whole, found = (0, len(reading)), {use for use, each in standing.items() if each}
        # Few patterns have all their words in a message: only those are looked at closely.
        near = [(name, pattern) for name, pattern, needs in self._patterns if needs <= found]
        return [name for name, pattern in near if _holds(pattern, standing, bounds, whole)]

    def _taken_back(self, reading: Doc) -> set[int]:
        if self._context is None:
            return set()
        try:
            return {i for start, end in self._context.places(reading) for i in range(start, end)}
        except Exception as error:  # an alarm must not be lost with the step that takes alarms back
            log_failure("The safety context failed", error)
            return set()


def _context(vocab: Vocab, file: Path) -> ContextRules | None:
    try:
        return ContextRules.load(vocab, file)
    except Exception as error:  # without it more counts, not less
        log_failure("The safety context failed", error)
        return None


def _holds(pattern: Pattern, places: Places, sentences: list[Place], whole: Place) -> bool:
    together = any(all(_has(chain, places, bounds) for chain in pattern.together) for bounds in sentences)
    return (
        together
        and all(_has(chain, places, whole) for chain in pattern.anywhere)
        and not any(_has(chain, places, whole) for chain in pattern.nowhere)
    )


def _has(chain: Chain, places: Places, bounds: Place) -> bool:
    return any(True for _ in chained(chain, places, bounds))
