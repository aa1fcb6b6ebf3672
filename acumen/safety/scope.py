"""How far words reach within a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Span

from acumen.safety.words import Place

# Words that a modifier reaches within its clause.
REACH = 6
_CLAUSE_ENDS = frozenset(",;:()[]/\n-–—")


class Scope:
    """The clauses of one sentence, and its thoughts: what stands between two ending words."""

    def __init__(self, sentence: Span, endings: Iterable[Place]) -> None:
        self._bounds = sentence.start, sentence.end
        self._endings = [place for place in endings if sentence.start <= place[0] and place[1] <= sentence.end]
        self._commas = [(token.i, token.i + 1) for token in sentence if token.text in _CLAUSE_ENDS]

    def thought(self, place: Place) -> Place:
        """What stands around `place` up to the nearest ending words."""
        return self._between(place, self._endings)

    def reached(self, place: Place, direction: str) -> Place:
        """What words at `place` reach: the thought, or what `follows` or `precedes` in the clause."""
        if direction == "anywhere":
            return self.thought(place)
        start, end = self._between(place, self._endings + self._commas)
        if direction == "follows":
            return place[1], min(end, place[1] + REACH)
        return max(start, place[0] - REACH), place[0]

    def _between(self, place: Place, ends: list[Place]) -> Place:
        start = max((end for _, end in ends if end <= place[0]), default=self._bounds[0])
        end = min((start for start, _ in ends if start >= place[1]), default=self._bounds[1])
        return start, end
