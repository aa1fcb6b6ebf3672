"""What is kept of patients' conversations: `acumen privacy list`, `export`, `delete` and `purge`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from acumen.cli.commands import Commands

if TYPE_CHECKING:
    from acumen.privacy.records import Records

DAY_SECONDS = 24 * 60 * 60
CLINIC = Path("data/clinic.yml")


def add_to(commands: Commands) -> None:
    """Add `privacy` with its commands to the command's parser."""
    privacy = commands.add_parser("privacy", help="list, export and delete what is kept of conversations")
    family = privacy.add_subparsers(required=True, metavar="COMMAND")

    listed = family.add_parser("list", help="list the conversations by reference, without their words")
    listed.set_defaults(command=_list)

    for name, text, command in (
        ("export", "print all that is kept of a conversation, as JSON", _export),
        ("delete", "delete all that is kept of a conversation", _delete),
    ):
        parser = family.add_parser(name, help=text)
        parser.add_argument("conversation", help="its reference, as the bot tells it to the patient, or its id")
        parser.set_defaults(command=command)

    purge = family.add_parser("purge", help="delete the conversations whose time is over")
    purge.add_argument("--days", type=_days, help="days to keep them (default: `keep_days` in data/clinic.yml)")
    purge.set_defaults(command=_purge)


def _list(_: argparse.Namespace) -> int:
    for record in _records().listed():
        print(f"{record.reference}  {record.last_active:%Y-%m-%d %H:%M} UTC  {record.channel}  {record.id}")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    records = _records()
    json.dump(records.export(records.find(arguments.conversation)), sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


def _delete(arguments: argparse.Namespace) -> int:
    records = _records()
    record = records.find(arguments.conversation)
    records.delete(record)
    print(f"Deleted: {record.reference}", file=sys.stderr)
    return 0


def _purge(arguments: argparse.Namespace) -> int:
    from acumen.content.clinic import read_clinic

    days = arguments.days or read_clinic(Path.cwd() / CLINIC).keep_days
    count = _records().purge(time.time() - days * DAY_SECONDS)
    print(f"Deleted: {count} conversations older than {days} days", file=sys.stderr)
    return 0


def _records() -> Records:
    from acumen.privacy.records import Records
    from acumen.storage.database import database_url, shared_database

    return Records(shared_database(database_url()))


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise argparse.ArgumentTypeError("a day at least")
    return days
