"""Logs as JSON, one object a line, for programs that collect them; and a line for each turn."""

from __future__ import annotations

import json
import logging
import os
import traceback
from datetime import UTC, datetime
from typing import Any

from acumen.errors import AcumenError, problem
from acumen.runtime.stages import TurnRecord

# `text`, as without it, or `json`.
FORMAT = "ACUMEN_LOG"
turns = logging.getLogger("acumen.turns")


def wants_json() -> bool:
    """Whether the log is to be JSON.

    Raises:
        AcumenError: ACU341 when `ACUMEN_LOG` names another format.
    """
    wanted = os.environ.get(FORMAT, "").strip() or "text"
    if wanted not in ("text", "json"):
        raise AcumenError(problem("ACU341", format=wanted))
    return wanted == "json"


class JsonFormatter(logging.Formatter):
    """One JSON object a line; of an exception only its kind and where it was, as its message may be a patient's."""

    def format(self, record: logging.LogRecord) -> str:
        """Formats a record (see parent class for full docstring)."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            entry["exception"] = record.exc_info[0].__name__
            entry["trace"] = "".join(traceback.format_tb(record.exc_info[2]))
        return json.dumps(entry)


def log_turn(record: TurnRecord) -> None:
    """Log that a turn is over: when, on which channel, with what outcome, and how long its stages took.

    No topic, and nothing that tells conversations apart: beside a proxy's log, that
    would say what the person at an address had asked about.
    """
    if turns.isEnabledFor(logging.INFO):
        times = {**record.stages, "whole": record.whole}
        milliseconds = {name: round(seconds * 1000, 2) for name, seconds in times.items()}
        fields = {"channel": record.channel, "outcome": record.outcome, "milliseconds": milliseconds}
        turns.info("turn", extra={"fields": fields})


def set_up_json() -> None:
    """Write JSON from now on, with a line for each turn."""
    formatter = JsonFormatter()
    for handler in logging.getLogger().handlers:
        handler.setFormatter(formatter)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    turns.handlers = [handler]
    turns.setLevel(logging.INFO)
    turns.propagate = False
