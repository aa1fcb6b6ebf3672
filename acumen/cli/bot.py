"""Running the bot: `acumen serve`, `ask`, `shell` and `train`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from acumen.cli.commands import Commands
from acumen.errors import AcumenError


def add_to(commands: Commands) -> None:
    """Add `serve`, `ask`, `shell` and `train` to the command's parser."""
    serve = commands.add_parser("serve", help="open the bot on the website channel; trains first where needed")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, default=5005, help="port to listen on (default: %(default)s)")
    serve.set_defaults(command=_serve)

    ask = commands.add_parser("ask", help="ask a question, or the lines of standard input")
    ask.add_argument("question", nargs="*", help="the question; without one, each line of standard input is asked")
    ask.add_argument("--json", action="store_true", help="print one JSON object a message")
    ask.add_argument("--dialogue", action="store_true", help="lines are turns; an empty line starts a new conversation")
    ask.set_defaults(command=_ask)

    shell = commands.add_parser("shell", help="talk to the bot in the terminal")
    shell.set_defaults(command=_shell)

    train = commands.add_parser("train", help="train a model from config.yml, domain.yml and data/")
    train.add_argument("--if-needed", action="store_true", help="do nothing when the model fits the data")
    train.set_defaults(command=_train)


def _serve(arguments: argparse.Namespace) -> int:
    from acumen.runtime.server import serve

    serve(Path.cwd(), _ready_model(), arguments.host, arguments.port)
    return 0


def _ask(arguments: argparse.Namespace) -> int:
    from acumen.runtime.asking import ask

    lines = [" ".join(arguments.question)] if arguments.question else (line.rstrip("\r\n") for line in sys.stdin)
    ask(Path.cwd(), _ready_model(), lines, as_json=arguments.json, dialogue=arguments.dialogue)
    return 0


def _shell(arguments: argparse.Namespace) -> int:
    from acumen.runtime.asking import shell

    shell(Path.cwd(), _ready_model())
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from acumen.runtime.training import train

    model = _ready_model() if arguments.if_needed else _trained(train)
    print(f"Model ready: {model}", file=sys.stderr)
    return 0


def _ready_model() -> Path:
    """The trained model; trains one when there is none or the data is newer."""
    from acumen.runtime.training import latest_model, train

    try:
        return latest_model(Path.cwd())
    except AcumenError as error:
        print(error, file=sys.stderr)
        return _trained(train)


def _trained(train: Callable[[Path], Path]) -> Path:
    from acumen.assistant import Assistant

    # Rasa takes a minute; a fault in the articles should not wait that long.
    Assistant.load(Path.cwd())
    print("Training, this takes about a minute …", file=sys.stderr, flush=True)
    return train(Path.cwd())
