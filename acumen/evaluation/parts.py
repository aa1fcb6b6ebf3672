"""What each part of safety recognises alone, and what they recognise together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from acumen.answering.reply import Reply
from acumen.evaluation.asking import Asked
from acumen.evaluation.figures import Figures, count
from acumen.evaluation.labelled import judge
from acumen.safety.assess import Assessor


@dataclass(frozen=True)
class Variant:
    """One way to look for what must not wait: with or without each part."""

    name: str
    classifier: bool
    patterns: bool


VARIANTS = (
    Variant("classifier alone", classifier=True, patterns=False),
    Variant("patterns alone", classifier=False, patterns=True),
    Variant("together", classifier=True, patterns=True),
)


def compare(asked: Iterable[Asked], nlp: Language, assessor: Assessor) -> dict[str, Figures]:
    """The safety figures of each variant: its name -> figures."""
    seen = [(each, nlp(each.parse["text"])) for each in asked]
    return {
        variant.name: count(judge(each.message, _outcome(variant, doc, each.parse, assessor)) for each, doc in seen)
        for variant in VARIANTS
    }


def _outcome(variant: Variant, doc: Doc, parse: Mapping[str, Any], assessor: Assessor) -> Reply:
    scores = parse.get("safety_scores") or {}
    finding = assessor.assess(doc if variant.patterns else None, scores if variant.classifier else {})
    return Reply(finding.outcome if finding else "answer", ())  # type: ignore[arg-type]
