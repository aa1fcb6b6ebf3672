"""Logs as JSON."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from acumen.errors import AcumenError
from acumen.runtime.environment import prepare
from acumen.runtime.json_logs import FORMAT, JsonFormatter
from acumen.runtime.stages import STAGES

PRIVATE = "my private complaint"
PROGRAM = """
import logging
from pathlib import Path
from acumen.runtime.environment import prepare
prepare(Path.cwd())
import structlog
from acumen.logs import log_failure, log_problem
from acumen.errors import problem
from acumen.runtime.json_logs import log_turn
from acumen.runtime.stages import TurnRecord, recorded, stage, waited

log_problem(problem("ACU110", folder="a\\nb"))
try:
    raise ValueError("my private complaint")
except ValueError as error:
    log_failure("a turn failed", error)
    logging.getLogger("library").exception("it broke")
structlog.get_logger().warning("rasa.event")
turn = TurnRecord("website")
with recorded(turn):
    waited()
    for name in ("load", "nlu", "policies", "action", "save"):
        with stage(name):
            pass
    turn.note({"text": "my private complaint", "reply": {"outcome": "answer", "topics": ["does_it_hurt"]}})
log_turn(turn)
"""


def run(project: Path, log: str) -> list[str]:
    """The lines that the program logs."""
    environment = {"PATH": "/usr/bin:/bin", FORMAT: log}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_every_line_is_json(project: Path) -> None:
    """Faults, failures, libraries and turns: one object a line each, with no patient's words."""
    lines = run(project, "json")
    entries = [json.loads(line) for line in lines]

    assert PRIVATE not in "".join(lines)
    assert [each.get("message") or each["event"] for each in entries][2:] == ["it broke", "rasa.event", "turn"]
    assert entries[0]["message"].startswith("ACU110 no articles in a\nb")
    assert entries[2]["exception"] == "ValueError"
    turn = entries[-1]
    assert set(turn) == {"time", "level", "logger", "message", "channel", "outcome", "milliseconds"}
    assert (turn["channel"], turn["outcome"]) == ("website", "answer")
    assert set(turn["milliseconds"]) == {*STAGES, "whole"}


def test_text_has_no_line_a_turn(project: Path) -> None:
    """As shipped the log is for people, and tells faults only."""
    lines = run(project, "text")

    assert "acumen.turns" not in "".join(lines)
    assert "ACU110" in lines[0]


@pytest.mark.usefixtures("own_process")
def test_unknown_format(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing mistake is reported, not guessed at."""
    monkeypatch.setenv(FORMAT, "jsonl")

    with pytest.raises(AcumenError) as caught:
        prepare(project)

    assert [each.code for each in caught.value.problems] == ["ACU341"]


def test_line_breaks_stay_in_their_line() -> None:
    """Nobody can forge a line of the log by what a message of it holds."""
    record = logging.LogRecord("acumen", logging.ERROR, "", 0, 'a\n{"level": "info"}\u2028b', None, None)

    line = JsonFormatter().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == 'a\n{"level": "info"}\u2028b'
