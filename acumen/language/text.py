"""Cleaning what people type or paste."""

from __future__ import annotations

import re
import unicodedata

# Categories without a visible character: control, format (bidi marks among them), surrogate, private use.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'"})


def clean(text: str, max_characters: int) -> str:
    """Return `text` without invisible characters, stacked accents and a leading slash.

    Compatibility forms become plain letters, so that look-alike spellings read
    alike; line breaks are kept, as they end sentences.
    """
    text = unicodedata.normalize("NFKC", text[: 4 * max_characters]).translate(_APOSTROPHES)
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _INVISIBLE or c in "\t\r")
    text = re.sub(r"([\u0300-\u036f])[\u0300-\u036f]+", r"\1", text)
    text = _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    return text.lstrip("/ \n")[:max_characters].strip()
