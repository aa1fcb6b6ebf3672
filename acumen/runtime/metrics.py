"""What Prometheus reads of a running server, at an address of its own that patients do not reach."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server
from prometheus_client.registry import Collector

from acumen.errors import AcumenError, problem
from acumen.runtime.backlog import Backlog
from acumen.runtime.stages import TurnRecord
from acumen.storage.database import database_url, shared_database

# Where to serve them: `9464` or `127.0.0.1:9464`; without it they are not served.
ADDRESS = "ACUMEN_METRICS"
HOST = "127.0.0.1"
MAX_PORT = 65535
# Seconds. A turn takes a few milliseconds of work, and may wait for a lock or a database.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CODE = re.compile(r"\bACU\d{3}\b")


class Metrics:
    """Counts and times of this process; their labels are names that Acumen chose, never what somebody sent."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._turns = Counter("acumen_turns", "Turns that are over.", ["channel", "outcome"], registry=registry)
        self._whole = Histogram(
            "acumen_turn_seconds", "A turn from its message to its end.", registry=registry, buckets=BUCKETS
        )
        self._stages = Histogram(
            "acumen_stage_seconds", "A stage of a turn.", ["stage"], registry=registry, buckets=BUCKETS
        )
        self._running = Gauge("acumen_turns_running", "Turns that wait or are worked at.", registry=registry)
        self._problems = Counter("acumen_problems", "Faults in the log, by their code.", ["code"], registry=registry)
        ProcessCollector(registry=registry)

    @contextmanager
    def counted(self, record: TurnRecord) -> Iterator[None]:
        """Count the turn of this block, whose record is complete when it ends."""
        self._running.inc()
        try:
            yield
        finally:
            self._running.dec()
            self._turns.labels(record.channel, record.outcome).inc()
            self._whole.observe(record.whole)
            for name, seconds in record.stages.items():
                self._stages.labels(name).observe(seconds)

    def problem(self, code: str) -> None:
        """Count a fault."""
        self._problems.labels(code).inc()


class ProblemCounter(logging.Handler):
    """Counts the faults that are logged, whichever part of Acumen found them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Counts the fault's code (see parent class for full docstring)."""
        found = CODE.search(record.getMessage())
        if found:
            metrics().problem(found.group())


@cache
def metrics() -> Metrics:
    """The metrics of this process."""
    return Metrics()


@contextmanager
def served_metrics() -> Iterator[None]:
    """Serve the metrics for as long as the block runs, where `ACUMEN_METRICS` names an address.

    Raises:
        AcumenError: ACU340 when that is no address, or cannot be listened on.
    """
    address = metrics_address()
    if address is None:
        yield
        return
    host, port = address
    backlog: Collector = Backlog(lambda: shared_database(database_url()))
    try:
        server, thread = start_http_server(port, host, metrics().registry)
    except OSError as error:
        raise AcumenError(problem("ACU340", address=os.environ[ADDRESS], detail=error)) from error
    counter = ProblemCounter(logging.WARNING)
    logging.getLogger("acumen").addHandler(counter)
    metrics().registry.register(backlog)
    try:
        yield
    finally:
        logging.getLogger("acumen").removeHandler(counter)
        metrics().registry.unregister(backlog)
        server.shutdown()
        server.server_close()
        thread.join()


def metrics_address() -> tuple[str, int] | None:
    """The host and port that `ACUMEN_METRICS` names; None where it is not set.

    Raises:
        AcumenError: ACU340 when that is no address.
    """
    address = os.environ.get(ADDRESS, "").strip()
    if not address:
        return None
    host, _, port = address.rpartition(":")
    if not port.isdecimal() or int(port) > MAX_PORT:
        raise AcumenError(problem("ACU340", address=address, detail="it is no port, nor host:port"))
    return host.strip("[]") or HOST, int(port)
