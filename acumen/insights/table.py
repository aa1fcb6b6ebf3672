"""A report as tables, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from acumen.errors import AcumenError, problem
from acumen.insights.report import OpenGroup, Report

Cell = str | int | float
# Spreadsheets take a text that begins so for a formula, and would run what a patient typed.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Without it Excel reads UTF-8 as something else.
ENCODING = "utf-8-sig"


@dataclass(frozen=True)
class Table:
    """Rows under column names; the first column names the row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(report: Report) -> list[Table]:
    """All that a report tells; of questions the same as its page."""
    feedback = report.feedback
    return [
        Table(
            "days",
            ("day", "conversations", "messages", "answered", "unanswered", "other"),
            tuple(
                (each.day.isoformat(), each.conversations, each.messages, each.answered, each.unanswered, each.other)
                for each in report.days
            ),
        ),
        Table("outcomes", ("outcome", "messages"), tuple(report.outcomes.items())),
        Table(
            "topics",
            ("topic", "replies", "answered", "unanswered"),
            tuple((each.topic, each.replies, each.answered, each.unanswered) for each in report.topics),
        ),
        Table(
            "channels",
            ("channel", "conversations", "messages"),
            tuple((each.channel, each.conversations, each.messages) for each in report.channels),
        ),
        _questions("unanswered", report.unanswered.shown),
        _questions("unsure", report.unsure.shown),
        Table(
            "feedback",
            ("thumb", "answers"),
            (("helpful", feedback.helpful), ("unhelpful", feedback.unhelpful)),
        ),
        Table("reasons", ("reason", "conversations"), feedback.reasons),
    ]


def one_table(report: Report) -> str:
    """All tables as one: a line a number, with table, row and column that it stands in."""
    lines = (
        (table.name, row[0], column, value)
        for table in tables(report)
        for row in table.rows
        for column, value in zip(table.columns[1:], row[1:], strict=True)
    )
    return _csv(("table", "row", "column", "value"), lines)


def write_tables(report: Report, target: Path) -> list[Path]:
    """Write one table into a file that ends in `.csv`, or each table into a file of its own in a folder.

    Raises:
        AcumenError: ACU502 when it cannot be written.
    """
    if target.suffix.lower() == ".csv":
        files = {target: one_table(report)}
    else:
        files = {target / f"{each.name}.csv": _csv(each.columns, each.rows) for each in tables(report)}
    for file, text in files.items():
        write(file, text, ENCODING)
    return list(files)


def write(file: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file of a report; the folder is made.

    Raises:
        AcumenError: ACU502 when it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding=encoding, newline="")
    except OSError as error:
        raise AcumenError(problem("ACU502", file=file, detail=error.strerror or "it is no file")) from error


def _questions(name: str, groups: Sequence[OpenGroup]) -> Table:
    columns = ("question", "group", "times", "conversations", "topic", "nearest_section", "alike", "other_wordings")
    return Table(name, columns, tuple(_row(each) for each in groups))


def _row(each: OpenGroup) -> tuple[Cell, ...]:
    first, *others = each.group.showable
    near = each.nearest[0] if each.nearest else None
    return (
        first.text,
        each.group.id,
        each.group.times,
        each.group.conversations,
        each.topic,
        f"{near.article}: {near.heading}" if near else "",
        round(near.alike, 2) if near else "",
        " | ".join(wording.text for wording in others),
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
