"""Whether an operator asks for traces of turns, and where they go: by OpenTelemetry's own variables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sanic.request import Request

from acumen.errors import AcumenError, problem

if TYPE_CHECKING:
    from acumen.runtime.spans import Spans

# `otlp`, or `none` as without it: the standard's own default would send traces that nobody asked for.
EXPORTER = "OTEL_TRACES_EXPORTER"
DISABLED = "OTEL_SDK_DISABLED"
PROTOCOL = "http/protobuf"
ENDPOINT = "http://localhost:4318"
TRACES = "/v1/traces"

_caller: ContextVar[str | None] = ContextVar("caller", default=None)


def note_caller(request: Request) -> None:
    """Remember the trace that a request belongs to, for the turns that are begun by it; made to be middleware.

    One connection serves several requests, so that of the last one is forgotten as well.
    """
    _caller.set(request.headers.get("traceparent"))


def caller() -> str | None:
    """The `traceparent` of the request that this task was begun by."""
    return _caller.get()


def traces_address() -> str | None:
    """The URL that traces are sent to; None where they are not asked for.

    Raises:
        AcumenError: ACU514 when they are to be sent in a way that Acumen does not know.
    """
    exporter = os.environ.get(EXPORTER, "").strip() or "none"
    if exporter == "none" or os.environ.get(DISABLED, "").strip().lower() == "true":
        return None
    if exporter != "otlp":
        raise AcumenError(problem("ACU514", detail=f"{EXPORTER} is neither `otlp` nor `none`"))
    if (_setting("PROTOCOL") or PROTOCOL) != PROTOCOL:
        raise AcumenError(problem("ACU514", detail=f"OTEL_EXPORTER_OTLP_PROTOCOL is not `{PROTOCOL}`"))
    address = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").strip()
    address = address or (_setting("ENDPOINT") or ENDPOINT).rstrip("/") + TRACES
    if not _usable(address):
        raise AcumenError(problem("ACU514", detail="OTEL_EXPORTER_OTLP_ENDPOINT is no address that begins with http"))
    return address


@contextmanager
def sent_spans() -> Iterator[Spans | None]:
    """Send the turns of this block as traces, where they are asked for; else there is None to take them.

    Raises:
        AcumenError: what `traces_address` and `open_spans` raise.
    """
    address = traces_address()
    spans = open_spans(address) if address else None
    try:
        yield spans
    finally:
        if spans:
            spans.close()


def open_spans(address: str) -> Spans:
    """Make what sends traces to a URL; nothing is sent yet.

    Raises:
        AcumenError: ACU513 when the packages for it are not installed, ACU514 when a variable makes no sense.
    """
    try:
        from acumen.runtime.spans import Spans
    except ImportError as error:
        raise AcumenError(problem("ACU513", library=error.name)) from error
    try:
        return Spans(address)
    except ValueError as error:
        # Its message may quote a variable, and some of them are secret.
        raise AcumenError(problem("ACU514", detail="a variable whose name begins with OTEL_ makes no sense")) from error


def _setting(name: str) -> str:
    """What is set for traces, or for all that OpenTelemetry sends."""
    names = (f"OTEL_EXPORTER_OTLP_TRACES_{name}", f"OTEL_EXPORTER_OTLP_{name}")
    return next((value for each in names if (value := os.environ.get(each, "").strip())), "")


def _usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
