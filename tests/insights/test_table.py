"""The report as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from acumen.errors import AcumenError
from acumen.insights.period import last_days
from acumen.insights.report import Report, Reporter
from acumen.insights.table import one_table, tables, write_tables

WEEK = last_days(7, date(2026, 3, 31))
FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def report(reporter: Reporter, keep: Callable[..., str], said: Callable[..., Any]) -> Report:
    """A report with an open question that is a formula."""
    for _ in range(2):
        keep(said(FORMULA, "not_covered", "cost"), thumb=(False, "too, long"))
    keep(said("fine", "answer", "does_it_hurt"))
    return reporter.report(WEEK)


def test_folder_has_a_file_a_table(report: Report, tmp_path: Path) -> None:
    """Every table is a file that spreadsheets read, and its rows are those of the report."""
    files = write_tables(report, tmp_path / "new" / "folder")

    assert [file.stem for file in files] == [table.name for table in tables(report)]
    for file, table in zip(files, tables(report), strict=True):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
        assert tuple(header) == table.columns
        assert len(rows) == len(table.rows)


def test_one_file_has_every_number(report: Report, tmp_path: Path) -> None:
    """A single file holds the same as a line a number."""
    (file,) = write_tables(report, tmp_path / "report.csv")

    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    messages = [int(row["value"]) for row in rows if (row["table"], row["column"]) == ("days", "messages")]
    assert sum(messages) == report.messages == 3
    assert {"table": "reasons", "row": "too, long", "column": "conversations", "value": "2"} in rows


def test_question_is_no_formula(report: Report) -> None:
    """A text that a spreadsheet would run is written so that it shows it."""
    cells = [cell for row in csv.reader(io.StringIO(one_table(report))) for cell in row]

    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_place_that_cannot_be_written_is_a_fault(report: Report, tmp_path: Path) -> None:
    """A file where a folder should be is told with its code."""
    (tmp_path / "taken").write_text("", encoding="utf-8")

    with pytest.raises(AcumenError, match="ACU502"):
        write_tables(report, tmp_path / "taken" / "tables")
    with pytest.raises(AcumenError, match="ACU502"):
        write_tables(report, tmp_path / "taken")
