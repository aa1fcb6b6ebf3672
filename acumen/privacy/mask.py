"""Taking out of a text what tells who wrote it, before it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from acumen.privacy.figures import without_figures
from acumen.privacy.names import without_names

_EMAIL = re.compile(
    r"(?<![\w.+’'-])[\w.+’'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?<![\w.+-])[\w.+-]{1,64} ?[(\[]? ?\bat\b ?[)\]]? ?[\w-]{1,63}(?: ?[(\[]? ?\bdot\b ?[)\]]? ?[\w-]{2,63}){1,3}\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@[A-Za-z_][\w.]{2,40}")
# What of a message's parse data repeats the patient's words.
_WORDS = frozenset({"text", "value", "story", "told"})


# A message is kept in several places, and stands in each of them more than once.
@lru_cache(maxsize=64)
def masked(text: str) -> str:
    """Put a word in brackets, such as `[phone]`, for each name, number or address of a person.

    Figures about the subject stay: how many sessions, minutes, milligrams, years. What is masked stays masked.
    """
    text = _EMAIL.sub("[email]", text)
    text = _HANDLE.sub("[name]", text)
    return without_names(without_figures(text))


def masked_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """A Rasa event as JSON values, a patient's message in it masked; the bot's own words stay."""
    if event.get("event") != "user":
        return dict(event)
    kept = {name: value for name, value in event.items() if name not in ("text", "parse_data")}
    return {**kept, "text": _masked(event.get("text"), "text"), "parse_data": _masked(event.get("parse_data"), "")}


def _masked(value: Any, name: str) -> Any:
    if isinstance(value, str):
        return masked(value) if name in _WORDS else value
    if isinstance(value, Mapping):
        return {key: _masked(each, key) for key, each in value.items()}
    return [_masked(each, name) for each in value] if isinstance(value, list | tuple) else value
