"""A project's folder of data to check, and checks that search nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from spacy.language import Language

from acumen.content.checking.check import check
from acumen.content.checking.findings import Finding

TODAY = date(2026, 6, 1)
Check = Callable[..., list[Finding]]


@pytest.fixture
def data(tmp_path: Path, write_topics: Callable[..., Path]) -> Path:
    """The folder of data, with one topic and two conditions, and no article yet."""
    write_topics()
    (tmp_path / "lexicon.yml").write_text("condition:\n  migraine: [migraines]\n  back-pain: []\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(data: Path, nlp: Language) -> Check:
    """Checks the folder; questions without a topic are answered from the section `found`."""
    encode = nlp.get_pipe("acumen_encoder").encode

    def run(*paths: Path, found: str | None = None) -> list[Finding]:
        return check(data, encode, lambda library: lambda text: found, TODAY, paths)

    return run
