"""What a setting of credentials.yml must not be."""

from __future__ import annotations

from typing import Any

import pytest

from acumen.credentials import is_unfilled


@pytest.mark.parametrize("value", ["${ACUMEN_SECRET}", "$ACUMEN_SECRET", " ${A_B}\n"])
def test_a_variable_in_place_of_its_value_is_noticed(value: str) -> None:
    """Whoever reads the documentation knows such a secret."""
    assert is_unfilled(value)


@pytest.mark.parametrize("value", [None, "", 1234567890123456, "0123456789abcdef", "${A} and more", "pa$$word"])
def test_a_value_is_taken(value: Any) -> None:
    """What somebody chose is no variable, also where it holds a dollar."""
    assert not is_unfilled(value)
