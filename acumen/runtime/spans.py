"""Turns as OpenTelemetry spans: how long their stages took and whether they broke, never what was said, nor by whom."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from acumen.errors import problem
from acumen.logs import log_problem
from acumen.runtime.stages import FAILED, TurnRecord

NAME = "acumen"
CHANNEL = "acumen.channel"
# The standard's name for the kind of an error.
ERROR = "error.type"
# What is left is sent for so long when the server stops; the rest is lost.
CLOSE_SECONDS = 3
REPORT_SECONDS = 60


class Spans:
    """Makes spans of turns that are over, and sends them from a thread of its own."""

    def __init__(self, address: str) -> None:
        # The library itself would report each batch that fails, some with what the collector answered.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        delivery = Delivery(OTLPSpanExporter(address))
        self._provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(delivery))
        self._tracer = self._provider.get_tracer(NAME)
        self._callers = TraceContextTextMapPropagator()

    def add(self, record: TurnRecord) -> None:
        """Take a turn that is over: channel, times and kinds of errors.

        An outcome is health data, and other spans of the trace may tell the address of who wrote:
        only that a turn failed is told. The caller's `tracestate` may hold anything, and is left out.
        """

        def at(moment: float) -> int:
            return record.started + int((moment - record.begun) * 1e9)

        context = self._callers.extract({"traceparent": record.caller} if record.caller else {})
        turn = self._tracer.start_span("turn", context, SpanKind.SERVER, start_time=record.started)
        turn.set_attribute(CHANNEL, record.channel)
        inside = set_span_in_context(turn, context)
        for each in record.timings:
            stage = self._tracer.start_span(each.stage, inside, start_time=at(each.begun))
            _end(stage, at(each.ended), each.error, broken=bool(each.error))
        _end(turn, at(record.begun + record.whole), record.error, broken=bool(record.error) or record.outcome == FAILED)

    def close(self) -> None:
        """Send what is left, for a moment: a collector that is away keeps no server from stopping."""
        closing = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)


class Delivery(SpanExporter):
    """Hands spans on, and reports at most once a minute that they are not taken; those are lost."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._reported = float("-inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Exports a batch (see parent class for full docstring)."""
        try:
            result = self._exporter.export(spans)
            reason = "it refuses them"
        except Exception as error:
            # Whatever it was, turns go on. Only its kind: a message may quote an address with a password.
            result, reason = SpanExportResult.FAILURE, type(error).__name__
        if result is not SpanExportResult.SUCCESS and time.monotonic() - self._reported > REPORT_SECONDS:
            self._reported = time.monotonic()
            log_problem(problem("ACU512", detail=reason))
        return result

    def shutdown(self) -> None:
        """Ends the exporter (see parent class for full docstring)."""
        self._exporter.shutdown()


def _end(span: Span, at: int, error: str, *, broken: bool) -> None:
    if broken:
        span.set_status(Status(StatusCode.ERROR))
    if error:
        span.set_attribute(ERROR, error)
    span.end(at)


def _resource() -> Resource:
    """What `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` say, and our name where they give none."""
    told = Resource.create()
    unnamed = str(told.attributes[SERVICE_NAME]).startswith("unknown_service")
    return told.merge(Resource({SERVICE_NAME: NAME})) if unnamed else told
