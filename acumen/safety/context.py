"""What takes a red flag back: "no chest pain", "years ago", "what if".

The ConText algorithm, rules of our own: medspaCy has no wheel, takes seconds to import, brings QuickUMLS and pytest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from acumen.safety.chains import chained, parse
from acumen.safety.scope import Scope
from acumen.safety.words import Place, Places, WordSets

_DIRECTIONS = ("follows", "precedes", "anywhere")


@dataclass(frozen=True)
class Modifier:
    """A set of words of one direction, what they take back, and the words beside which they do not."""

    name: str
    direction: str
    targets: tuple[str, ...]
    unless: str | None


class ContextRules:
    """Finds red flags that are negated, past, hypothetical, somebody's history or a saying."""

    def __init__(self, vocab: Vocab, words: Mapping[str, str], rules: Mapping[str, Any]) -> None:
        self._targets = list(rules["targets"])
        self._never = [parse(line) for line in rules["never"]]
        self._modifiers = list(_modifiers(rules["modifiers"]))
        sets = {**words, **_sets(rules)}
        self._words = WordSets(vocab, sets, {use for chain in self._never for use in chain})

    @classmethod
    def load(cls, vocab: Vocab, file: Path) -> ContextRules:
        """Load the rules of `file`, with the words of `words.yml` beside it."""
        return cls(vocab, WordSets.read(file.with_name("words.yml")), YAML(typ="safe").load(file))

    def taken_back(self, doc: Doc) -> list[Span]:
        """The red flags that do not count, each with the words that take it back."""
        reading = self._words.reading(doc)
        offsets = reading.user_data["offsets"]
        places = ((offsets[start][0], offsets[end - 1][1]) for start, end in self.places(reading))
        spans = (doc.char_span(*place, alignment_mode="expand") for place in places)
        return [span for span in spans if span is not None]

    def places(self, reading: Doc) -> list[Place]:
        """The same in a message that was read."""
        places = self._words.places(reading)
        found = set(places.get("<idioms>", []))
        for sentence in reading.sents:
            bounds = sentence.start, sentence.end
            here = {use: [each for each in found if _inside(each, bounds)] for use, found in places.items()}
            found.update(self._taken_back(here, Scope(sentence, here.get("<endings>", [])), bounds))
        return _merged(found)

    def told(self, doc: Doc) -> str:
        """The message without what is taken back; all of it where nothing is."""
        gone = {token.i for span in self.taken_back(doc) for token in span}
        if not gone:
            return doc.text
        left = [token for token in doc if token.i not in gone]
        return "".join(token.text_with_ws for token in left).strip() if any(token.is_alpha for token in left) else ""

    def _taken_back(self, places: Places, scope: Scope, bounds: Place) -> Iterator[Place]:
        """The places in one sentence; words inside a red flag, or whose negation is the alarm, modify nothing."""
        kept = _Covered(place for chain in self._never for place in chained(chain, places, bounds))
        flags = {kind: _Covered(places.get(f"<target_{kind}>", [])) for kind in self._targets}
        for modifier in self._modifiers:
            if modifier.unless and _void(modifier, places):
                continue
            for place in places.get(f"<{modifier.name}>", []):
                targets = [flags[kind] for kind in modifier.targets]
                if any(each.holds(place) for each in (kept, *targets)):
                    continue
                reached = scope.reached(place, modifier.direction)
                for flag in (flag for each in targets for flag in each.within(reached)):
                    if not kept.touches(flag):
                        yield from _joined(place, flag, modifier.direction)


class _Covered:
    """Places by the words they cover: a message may have thousands."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._over: dict[int, set[Place]] = {}
        for place in places:
            for i in range(*place):
                self._over.setdefault(i, set()).add(place)

    def holds(self, place: Place) -> bool:
        """True when one of the places has all of `place` inside."""
        return any(_inside(place, each) for each in self._over.get(place[0], ()))

    def touches(self, place: Place) -> bool:
        """True when one of the places shares a word with `place`."""
        return any(i in self._over for i in range(*place))

    def within(self, bounds: Place) -> Iterator[Place]:
        """Those that lie in `bounds`."""
        for i in range(*bounds):
            yield from (each for each in self._over.get(i, ()) if each[0] == i and each[1] <= bounds[1])


def _void(modifier: Modifier, places: Places) -> bool:
    """True where the sentence has words, not the modifier's own, beside which it takes nothing back."""
    own = _Covered(places.get(f"<{modifier.name}>", []))
    return any(not own.holds(each) for each in places.get(f"<{modifier.unless}>", []))


def _modifiers(rules: Mapping[str, Mapping[str, Any]]) -> Iterator[Modifier]:
    for kind, rule in rules.items():
        unless = f"{kind}_unless" if "unless" in rule else "present" if rule.get("unless_present") else None
        targets = tuple(each.strip() for each in rule["of"].split(","))
        for direction in _DIRECTIONS:
            if direction in rule:
                yield Modifier(f"{kind}_{direction}", direction, targets, unless)


def _sets(rules: Mapping[str, Any]) -> dict[str, str]:
    """The rules' own words as named sets."""
    sets = {f"target_{kind}": words for kind, words in rules["targets"].items()}
    for kind, rule in rules["modifiers"].items():
        sets |= {f"{kind}_{key}": rule[key] for key in (*_DIRECTIONS, "unless") if key in rule}
    return {**sets, **{name: rules[name] for name in ("endings", "present", "idioms")}}


def _joined(place: Place, flag: Place, direction: str) -> list[Place]:
    """The two with what stands between them, unless they are a whole thought apart."""
    if direction == "anywhere":
        return [place, flag]
    return [(min(place[0], flag[0]), max(place[1], flag[1]))]


def _merged(places: set[Place]) -> list[Place]:
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _inside(place: Place, bounds: Place) -> bool:
    return bounds[0] <= place[0] and place[1] <= bounds[1]
