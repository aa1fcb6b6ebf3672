"""Tables of articles."""

from __future__ import annotations

import pytest

from acumen.content.tables import ComparedRow, Comparison, read_comparison

TABLE = """\
| | Acupuncture | Dry needling |
|---|---|---|
| Aim | balance | a *loose* muscle |
| Needles | stay 20-40 minutes | in and out |"""


def test_table_has_columns_and_aspects():
    """The first column names the aspects, the others hold what is compared."""
    assert read_comparison(TABLE) == Comparison(
        ("Acupuncture", "Dry needling"),
        (
            ComparedRow("Aim", ("balance", "a *loose* muscle")),
            ComparedRow("Needles", ("stay 20-40 minutes", "in and out")),
        ),
    )


@pytest.mark.parametrize("text", ["", "A paragraph.", "- a list\n- of two", "a | b", "| only one line |"])
def test_other_passages_are_no_tables(text: str):
    """Text stays text, whatever signs are in it."""
    assert read_comparison(text) is None
