"""Logging without patients' words."""

from __future__ import annotations

import logging
import traceback

from acumen.errors import AcumenError, Problem

logger = logging.getLogger("acumen")


def log_problem(found: Problem) -> None:
    """Log a fault that an operator can act on."""
    logger.error("%s", found)


def log_failure(what: str, error: BaseException) -> None:
    """Log an exception without its message, which may hold a patient's words, unless it is one for operators."""
    if isinstance(error, AcumenError):
        logger.error("%s: %s", what, error)
        return
    trace = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s: %s\n%s", what, type(error).__name__, trace)


def log_problems(error: AcumenError, *more: Problem) -> None:
    """Log what an operator has to act on, each problem on a line of its own."""
    for each in (*error.problems, *more):
        log_problem(each)
