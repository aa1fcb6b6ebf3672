"""What a setting of credentials.yml must not be, whoever reads it."""

from __future__ import annotations

import re
from typing import Any

# `${NAME}` that Rasa has put no value for: known to everybody who reads our documentation.
_UNFILLED = re.compile(r"\$\{?\w+\}?")
UNFILLED = "the environment variable that it names is not set, or it stands in quotes"


def is_unfilled(value: Any) -> bool:
    """Whether a setting still has the name of an environment variable in place of its value."""
    return bool(_UNFILLED.fullmatch(str(value).strip()))
