"""The conditions of the lexicon."""

from __future__ import annotations

from pathlib import Path

import pytest

from acumen.content.lexicon import conditions_in, read_conditions
from acumen.errors import AcumenError


def test_conditions_have_their_own_words_too(tmp_path: Path):
    """An entry without words is known by its id."""
    file = tmp_path / "lexicon.yml"
    file.write_text("condition:\n  back-pain:\n  migraine: [migraines]\n", encoding="utf-8")

    assert read_conditions(file) == {"back-pain": ("back pain",), "migraine": ("migraine", "migraines")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Migraines and back pain", ["migraine", "back"]), ("backwards", []), ("A setback", []), ("", [])],
)
def test_conditions_are_found_as_whole_words(text: str, expected: list[str]):
    """A condition's word inside another word is not the condition."""
    assert conditions_in(text, {"migraine": ("migraine", "migraines"), "back": ("back",)}) == expected


def test_missing_lexicon(tmp_path: Path):
    """A lexicon that is not there is reported."""
    with pytest.raises(AcumenError) as caught:
        read_conditions(tmp_path / "lexicon.yml")

    assert [fault.code for fault in caught.value.problems] == ["ACU124"]
