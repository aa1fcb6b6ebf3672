"""The process around Rasa: quiet, private, and in the project's folder."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path

from acumen.errors import AcumenError, problem
from acumen.runtime.json_logs import set_up_json, wants_json


def prepare(project: Path) -> None:
    """Set up logs and libraries before Rasa is imported.

    Rasa's loggers write patients' words at the levels below warning, and its
    telemetry is on by default: both are turned off here.

    Raises:
        AcumenError: ACU205 when `project` is not a project folder, ACU341 when `ACUMEN_LOG` names no format.
    """
    if not (project / "config.yml").exists():
        raise AcumenError(problem("ACU205", detail=f"no config.yml in {project}"))
    as_json = wants_json()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa draws hundreds of progress bars unless its own level is this.
    os.environ["LOG_LEVEL"] = "WARNING"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    sys.path.insert(0, str(project))
    # Importing sanic turns deprecation warnings on, so it comes before they are turned off.
    import sanic  # noqa: F401

    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        # Some libraries set their own loggers to debug: what counts is what gets out.
        handler.setLevel(logging.WARNING)
    _show_stages_of_training()
    _quiet_structlog(as_json)
    if as_json:
        set_up_json()


def _show_stages_of_training() -> None:
    """Let Rasa say which component it is training: that takes the better part of a minute."""
    stages = logging.getLogger("rasa.engine.training.hooks")
    stages.setLevel(logging.INFO)
    stages.propagate = False
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("  %(message)s"))
    stages.handlers = [handler]


def _quiet_structlog(as_json: bool) -> None:
    """Unconfigured structlog prints every event, message texts included."""
    import structlog

    renderer = (
        structlog.processors.JSONRenderer() if as_json else structlog.processors.KeyValueRenderer(key_order=["event"])
    )
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        processors=[structlog.stdlib.add_log_level, renderer],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
