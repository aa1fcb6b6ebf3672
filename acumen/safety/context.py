"""stub"""
from __future__ import annotations
from pathlib import Path
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab
class ContextRules:
    @classmethod
    def load(cls, vocab: Vocab, file: Path) -> ContextRules: return cls()
    def taken_back(self, doc: Doc) -> list[Span]: return []
