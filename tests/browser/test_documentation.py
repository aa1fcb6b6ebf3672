"""docs/widget.md says what the sources do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SOURCE = PROJECT / "widget" / "src"
PAGE = (PROJECT / "docs" / "widget.md").read_text(encoding="utf-8")


def documented(pattern: str) -> set[str]:
    """The first column of the tables, where it is of a kind."""
    return set(re.findall(rf"^\| `({pattern})` \|", PAGE, re.MULTILINE))


def test_settings_are_documented() -> None:
    """Every attribute that is read is in the table, and no other."""
    read = [
        *re.findall(r"\bdata\.([a-z]+)\b", (SOURCE / "settings.js").read_text(encoding="utf-8")),
        *re.findall(r"\bdataset\.([a-z]+)\b", (SOURCE / "element.js").read_text(encoding="utf-8")),
    ]

    assert documented(r"data-[a-z]+") == {f"data-{name}" for name in read}


def test_custom_properties_are_documented() -> None:
    """Every custom property that themes the chat is in the table, with its value."""
    styles = "".join(file.read_text(encoding="utf-8") for file in SOURCE.glob("style/*.css"))

    assert documented(r"--acumen-[a-z-]+") == set(re.findall(r"--acumen-[a-z-]+", styles))
    values = dict(re.findall(r"^\| `(--acumen-[a-z-]+)` \|.*\| `([^`]+)` \|$", PAGE, re.MULTILINE))
    assert all(f"var({name}, {value})" in styles for name, value in values.items())


@pytest.mark.parametrize("file", sorted(SOURCE.glob("locales/*.json")), ids=lambda file: file.stem)
def test_locale_is_complete(file: Path) -> None:
    """Every language has every text, with the same values put in."""
    english = json.loads((SOURCE / "locales" / "en.json").read_text(encoding="utf-8"))
    texts = json.loads(file.read_text(encoding="utf-8"))

    assert f"`{file.stem}`" in PAGE
    assert list(texts) == list(english)
    placeholders = re.compile(r"\{\w+\}")
    for key, text in english.items():
        assert set(placeholders.findall(texts[key])) == set(placeholders.findall(text)), key
        assert text == "" or texts[key], key
