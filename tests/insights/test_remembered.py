"""Vectors that are remembered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from acumen.insights.grouping import Array
from acumen.insights.remembered import RememberedVectors


class Counting:
    """An encoder that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Array:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts])


def test_text_is_encoded_once() -> None:
    """What was asked before is not encoded again, and comes in its place."""
    encoder = Counting()
    remembered = RememberedVectors(encoder)

    remembered(["a", "bb", "a"])
    vectors = remembered(["ccc", "a", "bb"])

    assert encoder.asked == ["a", "bb", "ccc"]
    np.testing.assert_array_equal(vectors[:, 0], [3, 1, 2])


def test_memory_has_a_bound() -> None:
    """The oldest vectors go; one call may ask for more than is kept."""
    encoder = Counting()
    remembered = RememberedVectors(encoder, most=2)

    assert len(remembered(["a", "b", "c"])) == 3
    remembered(["c", "a"])

    assert encoder.asked == ["a", "b", "c", "a"]


def test_texts_are_not_kept() -> None:
    """A patient's words are not in the memory."""
    remembered = RememberedVectors(Counting())
    remembered(["xylophonist"])

    assert "xylophonist" not in repr(vars(remembered))
