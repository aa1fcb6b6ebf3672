"""Red flags as word patterns: they hold when no classifier does."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML
from spacy.lang.en import English
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from acumen.safety.categories import OUTCOMES, Finding, outcome_of

# Words before a red flag that take it back: "no chest pain", "what if i stop breathing".
_TAKING_BACK = {"no", "not", "without", "never", "if", "didnt", "did", "didn't", "n't", "nt", "isnt", "wasnt"}
_TAKING_BACK |= {"used", "ago", "risk", "could", "would", "can", "nearly", "almost", "research"}
# A caution holds for "can i" and "if" just as well; only a plain no takes it back.
_TAKING_BACK_CAUTION = {"no", "not", "without", "never", "n't", "nt", "dont"}
_REACH = 5
# Words that take back only what follows at once: "had a heart attack", not "had needles, can't breathe".
_TAKING_BACK_NEXT = {"had"}
_REACH_NEXT = 2


class RedFlags:
    """Finds combinations of words that mean an emergency, a crisis or a caution.

    A pattern is a list of groups of words; it holds when a sentence has one word
    or phrase of each group, in any order, and nothing before them takes it back.
    """

    def __init__(self, vocab: Vocab, patterns: dict[str, list[list[list[str]]]]) -> None:
        self._patterns = patterns
        self._matcher = PhraseMatcher(vocab, attr="LOWER")
        # Phrases are cut into tokens like messages are: "cant" is two of them.
        tokenizer = English(vocab=vocab).tokenizer
        phrases = {phrase for groups in patterns.values() for group in groups for words in group for phrase in words}
        for phrase in phrases:
            self._matcher.add(phrase, [tokenizer(phrase)])

    @classmethod
    def load(cls, vocab: Vocab, file: Path) -> RedFlags:
        """Load `{category: [pattern]}`, a pattern being a list of lists of words or phrases."""
        return cls(vocab, YAML(typ="safe").load(file))

    def find(self, doc: Doc) -> Finding | None:
        """Return the most pressing finding in `doc`, or None."""
        found = [category for sentence in doc.sents for category in self._in(sentence)]
        best = min(found, key=lambda category: OUTCOMES.index(outcome_of(category) or ""), default=None)
        return Finding(best, 1.0, "pattern") if best else None

    def _in(self, sentence: Span) -> list[str]:
        spans: dict[str, list[tuple[int, int]]] = {}
        for key, start, end in self._matcher(sentence):
            spans.setdefault(sentence.doc.vocab.strings[key], []).append((start, end))
        return [
            category
            for category, patterns in self._patterns.items()
            for groups in patterns
            if self._holds(groups, spans, sentence, caution=outcome_of(category) == "caution")
        ]

    @staticmethod
    def _holds(
        groups: list[list[str]], spans: dict[str, list[tuple[int, int]]], sentence: Span, *, caution: bool
    ) -> bool:
        starts = []
        for words in groups:
            hits = [start for word in words for start, _ in spans.get(word, [])]
            if not hits:
                return False
            starts.append(min(hits))
        first = min(starts)
        before = [token.lower_ for token in sentence[max(0, first - _REACH) : first]]
        if caution:
            return not _TAKING_BACK_CAUTION.intersection(before)
        return not (_TAKING_BACK.intersection(before) or _TAKING_BACK_NEXT.intersection(before[-_REACH_NEXT:]))
