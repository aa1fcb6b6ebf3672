"""Words that follow each other soon enough to belong together."""

from __future__ import annotations

import pytest

from acumen.safety.chains import BETWEEN, chained, parse

PLACES = {"a": [(0, 1), (10, 11)], "b": [(1 + BETWEEN, 3 + BETWEEN), (30, 31)], "c": [(3 + BETWEEN, 4 + BETWEEN)]}


def test_parse():
    """The parts of a chain stand between arrows."""
    assert parse("<chest> > like a vice") == ("<chest>", "like a vice")


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        ("a", [(0, 1), (10, 11)]),
        ("a > b", [(0, 3 + BETWEEN)]),
        ("a > b > c", [(0, 4 + BETWEEN)]),
        ("c > b", []),
        ("a > c", []),
        ("a > d", []),
    ],
)
def test_chained(chain: str, expected: list[tuple[int, int]]):
    """The parts stand in their order, with few other words between."""
    assert list(chained(parse(chain), PLACES, (0, 40))) == expected


def test_a_chain_keeps_within_bounds():
    """A chain does not reach into the next sentence."""
    assert list(chained(parse("a > b"), PLACES, (0, 4))) == []
