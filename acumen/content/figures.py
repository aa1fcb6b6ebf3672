"""Figures in passages: numbers with their units, to see where articles differ."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBER = rf"(?:\d+(?:,\d{{3}})*|{'|'.join(_WORDS)})"
_UNITS = {
    "treatment": "session",
    "session": "session",
    "visit": "session",
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "percent": "percent",
    "per cent": "percent",
    "millimetre": "millimetre",
    "millimeter": "millimetre",
    "centimetre": "centimetre",
    "centimeter": "centimetre",
}
_SIGNS = {"%": "percent", "mm": "millimetre", "cm": "centimetre"}
_FIGURE = re.compile(
    rf"\b({_NUMBER})(?:\s*(?:-|–|to|or)\s*({_NUMBER}))?"
    rf"(?:\s+(?:\w+\s+)?({'|'.join(_UNITS)})s?\b|\s*({'|'.join(_SIGNS)})(?!\w))",
    re.IGNORECASE,
)


def figures(text: str) -> dict[str, frozenset[str]]:
    """The figures of `text` by unit: {"session": {"6-8"}}; one treatment, visit or session is the same unit."""
    found: dict[str, set[str]] = defaultdict(set)
    for low, high, unit, sign in _FIGURE.findall(text):
        name = _UNITS[unit.lower()] if unit else _SIGNS[sign.lower()]
        found[name].add("-".join(_digits(number) for number in (low, high) if number))
    return {unit: frozenset(values) for unit, values in found.items()}


def differ(texts: Iterable[str]) -> bool:
    """True when two of the texts give different figures with the same unit."""
    by_unit: dict[str, set[frozenset[str]]] = defaultdict(set)
    for text in texts:
        for unit, values in figures(text).items():
            by_unit[unit].add(values)
    return any(len(values) > 1 for values in by_unit.values())


def _digits(number: str) -> str:
    word = number.lower().replace(",", "")
    return str(_WORDS.index(word) + 1) if word in _WORDS else word
