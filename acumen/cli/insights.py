"""What patients asked: `acumen report`, and `acumen topic` to answer it."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from acumen.cli.commands import Commands

if TYPE_CHECKING:
    from acumen.insights.report import OpenGroup, Report

SINCE = "30d"


def add_to(commands: Commands) -> None:
    """Add `report` and `topic` to the command's parser."""
    report = commands.add_parser("report", help="count and group what patients asked, and what stayed open")
    _add_since(report)
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the report as an HTML page")
    report.add_argument("--csv", type=Path, metavar="FOLDER|FILE", help="write it as tables, or as one file.csv")
    report.add_argument("--groups", action="store_true", help="print the groups of open questions")
    report.add_argument(
        "--all", action="store_true", help="with --groups: print those too that only one person asked, in their words"
    )
    report.set_defaults(command=_report)

    topic = commands.add_parser("topic", help="change what patients can ask about")
    new = topic.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "new", help="draft a topic from questions that stayed open"
    )
    new.add_argument("name", help="the topic's name, as in how_to_prepare")
    new.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="GROUP|FILE",
        help="a group of `acumen report --groups`, or a file with a question a line",
    )
    _add_since(new)
    new.add_argument("--ask", help="the question on the topic's button (default: that of the group)")
    answer = new.add_mutually_exclusive_group(required=True)
    answer.add_argument("--article", help="the article that gets a section for it, by its file's name without .md")
    answer.add_argument("--gap", help='what the articles leave open: finishes "The articles do not say …"')
    new.set_defaults(command=_new_topic)


def _add_since(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", default=SINCE, help="days (30d), weeks (12w) or the first day (2026-03-01); default: %(default)s"
    )


def _report(arguments: argparse.Namespace) -> int:
    from acumen.content.clinic import read_clinic
    from acumen.insights.pages import page
    from acumen.insights.table import write, write_tables

    report = _made(arguments.since)
    files = []
    if arguments.output:
        write(arguments.output, page(report, read_clinic(Path("data/clinic.yml"))))
        files.append(arguments.output)
    if arguments.csv:
        files += write_tables(report, arguments.csv)
    _print_summary(report)
    if arguments.groups:
        for title, questions in (("Left open", report.unanswered), ("Answered, but unsure", report.unsure)):
            groups = (*questions.shown, *(questions.withheld if arguments.all else ()))
            _print_groups(f"\n{title}:", groups)
    for file in files:
        print(f"Written: {file}")
    return 0


def _made(period: str) -> Report:
    from acumen.insights.period import since
    from acumen.insights.sources import open_reporter

    # A fault in the period is known at once, what it takes to make a report only seconds later.
    days = since(period, date.today())
    return open_reporter(Path.cwd()).report(days)


def _print_summary(report: Report) -> None:
    period = report.period
    print(f"{period.first} to {period.last}: {report.conversations} conversations, {report.messages} messages")
    print(f"{report.unanswered.asked} questions left open, {report.unsure.asked} answered without certainty")
    print(f"{report.alarms} alarms, {report.feedback.helpful} thumbs up, {report.feedback.unhelpful} down")


def _print_groups(title: str, groups: tuple[OpenGroup, ...]) -> None:
    print(title)
    for each in groups:
        wording = (each.group.showable or each.group.wordings)[0].text
        near = f"  [{each.nearest[0].heading}]" if each.nearest else ""
        print(f"  {each.group.id}  {each.group.times:4}  {' '.join(wording.split())}{near}")
    if not groups:
        print("  none")


def _new_topic(arguments: argparse.Namespace) -> int:
    from acumen.insights.draft import Draft, add_topic, check_name
    from acumen.insights.training_files import TrainingFiles

    files = TrainingFiles(Path.cwd())
    check_name(files, arguments.name)
    questions = _questions(arguments.source, arguments.since)
    draft = Draft(arguments.name, arguments.ask or "", tuple(questions), arguments.article, arguments.gap)
    added = add_topic(files, draft, arguments.source)
    for line in added.told():
        print(line)
    return 0


def _questions(source: str, period: str) -> list[str]:
    from acumen.errors import AcumenError, problem
    from acumen.insights.draft import read_questions

    if Path(source).is_file():
        return read_questions(Path(source))
    group = _made(period).group(source)
    if group is None:
        raise AcumenError(problem("ACU503", group=source))
    return [wording.text for wording in group.wordings]
