"""Named sets of words and phrases, and where a message has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML
from spacy.lang.en import English
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from acumen.safety.spelling import Spelling

Place = tuple[int, int]
Places = Mapping[str, list[Place]]

# Pieces that the tokenizer cuts off without an apostrophe; with one it knows what they stand for.
_PIECES = {"m": "am", "s": "'s", "re": "are", "u": "you", "r": "are", "ur": "your", "n": "and", "&": "and"}
# The sets of words that are found misspelt, too, and of words that look like them but are none of them.
_SPELLING = ("misspelt", "not_misspelt")
# A year long gone, which no list can hold, reads as this word.
_YEAR = re.compile(r"19\d\d|20[01]\d")
_SOME_YEAR = "someyear"
_NAME = re.compile(r"<([a-z_]+)>")


class WordSets:
    """Finds the words of named sets; a name in `<>` stands for a set, anything else for itself."""

    def __init__(self, vocab: Vocab, sets: Mapping[str, str], uses: Iterable[str] = ()) -> None:
        """Take `{name: "word, a phrase, <another set>"}`, and what else of `uses` is to be found."""
        self._vocab = vocab
        self._sets = sets
        self._tokenizer = English(vocab=vocab).tokenizer
        self._matcher = PhraseMatcher(vocab)
        plain = cache(lambda phrase: self._plain(self._tokenizer(phrase)))
        for use in {*uses, *(f"<{name}>" for name in sets if name not in _SPELLING)}:
            self._matcher.add(use, [plain(phrase) for phrase in sorted(self._phrases(use))])
        self._spelling = Spelling(*(self._phrases(f"<{name}>") if name in sets else () for name in _SPELLING))

    @staticmethod
    def read(file: Path) -> dict[str, str]:
        """The sets of a file; no file is no sets."""
        return dict(YAML(typ="safe").load(file)) if file.exists() else {}

    def reading(self, doc: Doc) -> Doc:
        """The message as it is meant: whole words in small letters, spelt right; `offsets` says where each stood."""
        lower = self._tokenizer("".join(_lower(letter) for letter in doc.text))
        starts = {sentence.start_char for sentence in doc.sents}
        words = [self._spelling.mend(_meant(token)) for token in lower]
        reading = Doc(self._vocab, words=words, sent_starts=[token.idx in starts for token in lower])
        reading.user_data["offsets"] = [(token.idx, token.idx + len(token)) for token in lower]
        return reading

    def places(self, reading: Doc) -> Places:
        """Where each set and each phrase stands, the first first."""
        found: dict[str, list[Place]] = {}
        for key, start, end in self._matcher(reading):
            found.setdefault(self._vocab.strings[key], []).append((start, end))
        return {use: sorted(places) for use, places in found.items()}

    def _phrases(self, use: str, within: tuple[str, ...] = ()) -> set[str]:
        name = _NAME.fullmatch(use)
        if not name:
            return {use}
        if name[1] not in self._sets or name[1] in within:
            raise ValueError(f"`{use}` names no set of words, or contains itself")
        parts = (part.strip() for part in self._sets[name[1]].split(","))
        return {phrase for part in parts if part for phrase in self._phrases(part, (*within, name[1]))}

    def _plain(self, doc: Doc) -> Doc:
        return Doc(self._vocab, words=[_meant(token) for token in doc])


def _lower(letter: str) -> str:
    """A small letter, where that is one letter too: places in the message must stay."""
    small = letter.lower()
    return small if len(small) == 1 else letter


def _meant(token: Token) -> str:
    if _YEAR.fullmatch(token.text):
        return _SOME_YEAR
    return _PIECES.get(token.lower_, token.norm_.lower()) or token.lower_
