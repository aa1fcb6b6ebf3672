"""The parts of a message, each with its vector: the whole, its sentences, its questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from spacy.tokens import Doc, Span

from acumen.language.encoder import Vectors
from acumen.language.questions import SPANS


class Encoder(Protocol):
    """What turns texts into vectors, shape (n, 384)."""

    def encode(self, texts: list[str]) -> Vectors: ...


@dataclass(frozen=True)
class Part:
    """A piece of a message; `asks` is true when it is one of its questions."""

    text: str
    vector: Vectors
    asks: bool


def parts_of(doc: Doc, encoder: Encoder, *, limit: int) -> list[Part]:
    """Return the whole message first, then its sentences and questions without repeats.

    At most `limit` parts: of a longer text the first and the last ones, where
    people put what matters.
    """
    questions = {_bounds(span) for span in doc.spans[SPANS]}
    whole = _bounds(doc[:])
    bounds = sorted({_bounds(sentence) for sentence in doc.sents} | questions)
    bounds = [each for each in bounds if each != whole and _letters(doc[each[0] : each[1]])]
    if len(bounds) > limit - 1:
        last = (limit - 1) // 2
        bounds = bounds[: limit - 1 - last] + bounds[len(bounds) - last :]
    vectors = encoder.encode([doc[start:end].text for start, end in bounds])
    parts = [Part(doc.text, doc.tensor, whole in questions)]
    parts += [
        Part(doc[start:end].text, vector, (start, end) in questions)
        for (start, end), vector in zip(bounds, vectors, strict=True)
    ]
    return parts


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _letters(span: Span) -> bool:
    return any(token.is_alpha for token in span)
