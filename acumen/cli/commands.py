"""What the families of subcommands share."""

from __future__ import annotations

import argparse
from typing import TypeAlias

# What `add_subparsers` returns; its type has no public name.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
