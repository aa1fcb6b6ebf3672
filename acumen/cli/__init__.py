"""The `acumen` command: one module a family of subcommands, each added here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from acumen.cli import bot, channels, content, doctor, insights, privacy
from acumen.errors import AcumenError

FAMILIES = (bot, content, channels, insights, privacy, doctor)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 1 when it could not do its work."""
    arguments = _parser().parse_args(argv)
    try:
        from acumen.runtime.environment import prepare

        prepare(Path.cwd())
        command: Callable[[argparse.Namespace], int] = arguments.command
        return command(arguments)
    except AcumenError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="acumen", description="Answers patients from the clinic's articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in FAMILIES:
        family.add_to(commands)
    return parser
