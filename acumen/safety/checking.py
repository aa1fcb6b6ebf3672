"""Whether what must not wait can be recognised, found out before a patient writes."""

from __future__ import annotations

from pathlib import Path

import spacy

from acumen.errors import AcumenError, problem
from acumen.safety.context import ContextRules
from acumen.safety.patterns import RedFlags

PATTERNS, CONTEXT = Path("data/safety/patterns.yml"), Path("data/safety/context.yml")


def check_patterns(project: Path) -> None:
    """Load word patterns and context once: while the bot runs, a fault there is only logged, as it must go on.

    Raises:
        AcumenError: ACU142 when they cannot be used.
    """
    try:
        vocab = spacy.blank("en").vocab
        ContextRules.load(vocab, project / CONTEXT)
        RedFlags.load(vocab, project / PATTERNS)
    except Exception as error:
        raise AcumenError(problem("ACU142", file=project / PATTERNS.parent, detail=error)) from error
