"""The messengers: `acumen channels check` and `dead`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from acumen.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add `channels` to the command's parser."""
    channels = commands.add_parser("channels", help="look after the messengers").add_subparsers(
        required=True, metavar="COMMAND"
    )
    check = channels.add_parser("check", help="say which messengers would open, and what is missing for the others")
    check.set_defaults(command=_check)

    dead = channels.add_parser("dead", help="list the messages that were given up; exit status 1 when there are any")
    dead.add_argument("--resend", action="store_true", help="let the running server try all of them again")
    dead.set_defaults(command=_dead)


def _check(_: argparse.Namespace) -> int:
    from acumen.channels.messaging.checking import check_channels, check_database

    found = check_channels(Path.cwd() / "credentials.yml")
    for each in found:
        print(f"{each.name}: {'closed' if each.problems else f'ready, at {each.address}'}")
        for fault in each.problems:
            print(f"  {fault}")
    faults = check_database() if found else ()
    for fault in faults:
        print(fault)
    if not found:
        print("No messenger stands in credentials.yml; docs/channels/README.md says how to open one.")
    return 1 if faults or any(each.problems for each in found) else 0


def _dead(arguments: argparse.Namespace) -> int:
    from acumen.channels.messaging import outbox
    from acumen.storage.database import Database, database_url
    from acumen.storage.messaging import MESSAGING

    database = Database(database_url())
    try:
        database.create(MESSAGING)
        with database.transaction() as connection:
            if arguments.resend:
                print(f"{outbox.resend(connection)} to be sent again.")
                return 0
            letters = outbox.dead_letters(connection)
    finally:
        database.close()
    for letter in letters:
        made = datetime.fromtimestamp(letter.made, UTC).isoformat(timespec="seconds")
        print(f"{letter.id}  {letter.channel}  {made}  {letter.attempts} attempts  {letter.reason}")
    print(f"{len(letters)} given up." if letters else "None were given up.")
    return 1 if letters else 0
