"""Logging without patients' words."""

from __future__ import annotations

import logging
import traceback

logger = logging.getLogger("acumen")


def log_failure(what: str, error: BaseException) -> None:
    """Log an exception without its message, which may hold a patient's words."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: %s\n%s", what, type(error).__name__, trace)
