"""Traces: whether they are on, and whether what takes them is there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from acumen.errors import Problem, problem
from acumen.runtime.tracing import EXPORTER, open_spans, traces_address

CONNECT_SECONDS = 3
PORTS = {"http": 80, "https": 443}


def traces(_: Path) -> Iterator[str | Problem]:
    """Where traces are asked for, the packages are there, the variables make sense, and somebody listens.

    Raises:
        AcumenError: ACU513 or ACU514.
    """
    address = traces_address()
    if address is None:
        yield f"off; {EXPORTER}=otlp turns them on"
        return
    open_spans(address).close()
    # The rest of the address may hold a password.
    parts = urlsplit(address)
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError as error:
        yield problem("ACU512", detail=type(error).__name__)
    else:
        yield f"sent to {host}:{port}"
