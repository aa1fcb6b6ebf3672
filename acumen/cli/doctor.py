"""Looking over an installation: `acumen doctor`."""

from __future__ import annotations

import argparse
from pathlib import Path

from acumen.cli.commands import Commands


def add_to(commands: Commands) -> None:
    """Add `doctor` to the command's parser."""
    doctor = commands.add_parser("doctor", help="look over the installation; exit status 1 where it cannot work")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.set_defaults(command=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    from acumen.runtime.doctor.checks import CHECKS
    from acumen.runtime.doctor.findings import as_json, examine

    found = []
    for finding in examine(Path.cwd(), CHECKS):
        found.append(finding)
        if not arguments.json:
            print(finding, flush=True)
    if arguments.json:
        print(as_json(found))
    return int(any(each.level == "fail" for each in found))
