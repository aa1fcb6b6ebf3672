"""A short name of a conversation."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.privacy.reference import normal, reference


@given(st.text(max_size=60))
def test_a_reference_is_short_and_lasts(conversation_id: str):
    """It is the same whenever it is asked for, and has no digits that look like letters."""
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", reference(conversation_id))
    assert reference(conversation_id) == reference(conversation_id)


def test_references_differ():
    """Thousands of conversations have as many references."""
    assert len({reference(f"website-{number}") for number in range(5000)}) == 5000


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", " "), lambda text: f" {text}. "])
def test_a_reference_may_be_written_in_any_way(change):
    """Small letters, spaces and a full stop do not matter."""
    assert normal(change(reference("website-1"))) == reference("website-1")
