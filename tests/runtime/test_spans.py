"""Turns as spans, sent to a collector on this machine."""

from __future__ import annotations

import logging

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from acumen.runtime.spans import CHANNEL, ERROR, Spans
from acumen.runtime.stages import TurnRecord, broke, failed, recorded, stage, waited
from acumen.runtime.tracing import TRACES
from benchmarks.servers import free_port
from tests.runtime.collector import Collector

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PRIVATE = "xylophonist"
MANY = 3000


@pytest.fixture(autouse=True)
def _own_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine has set does not count."""
    for name in ("OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER", "OTEL_EXPORTER_OTLP_HEADERS"):
        monkeypatch.delenv(name, raising=False)


def turn(caller: str | None = None) -> TurnRecord:
    """A turn that went well."""
    record = TurnRecord("website", caller)
    with recorded(record):
        waited()
        for name in ("load", "policies", "action", "policies"):
            with stage(name):
                pass
        record.note({"text": PRIVATE, "reply": {"outcome": "crisis", "buttons": [{"title": PRIVATE}]}})
    return record


def sent(collector: Collector, *records: TurnRecord) -> list[Span]:
    """The spans that reach the collector."""
    spans = Spans(collector.address + TRACES)
    for each in records:
        spans.add(each)
    spans.close()
    return collector.spans


def attributes(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value for each in span.attributes}


def test_a_turn_is_a_span_with_its_stages_below(collector: Collector) -> None:
    """Each stretch of a stage is a span within that of the turn, in one trace of its own."""
    *stages, whole = sorted(sent(collector, turn()), key=lambda span: span.name == "turn")

    assert whole.name == "turn"
    assert whole.kind == Span.SPAN_KIND_SERVER
    assert whole.parent_span_id == b""
    assert attributes(whole) == {CHANNEL: "website"}
    assert [each.name for each in stages] == ["wait", "load", "policies", "action", "policies"]
    for each in stages:
        assert (each.parent_span_id, each.trace_id) == (whole.span_id, whole.trace_id)
        assert each.start_time_unix_nano <= each.end_time_unix_nano
        assert whole.start_time_unix_nano <= each.start_time_unix_nano
        assert each.end_time_unix_nano <= whole.end_time_unix_nano
        assert attributes(each) == {}
    assert {each.status.code for each in (whole, *stages)} == {Status.STATUS_CODE_UNSET}


def test_two_turns_are_two_traces(collector: Collector) -> None:
    """Nothing tells that two turns are of one conversation."""
    spans = sent(collector, turn(), turn())

    assert len({each.trace_id for each in spans}) == 2
    assert not any(each.links for each in spans)


def test_a_turn_belongs_to_the_trace_of_its_request(collector: Collector) -> None:
    """Where a proxy has begun a trace, the turn is part of it."""
    spans = sent(collector, turn(f"00-{TRACE}-{CALLER}-01"))
    (whole,) = (each for each in spans if each.name == "turn")

    assert {each.trace_id.hex() for each in spans} == {TRACE}
    assert whole.parent_span_id.hex() == CALLER


def test_a_caller_may_leave_a_turn_out(collector: Collector) -> None:
    """A trace that its caller does not record is not recorded here either, as the default sampler has it."""
    assert sent(collector, turn(f"00-{TRACE}-{CALLER}-00")) == []


@pytest.mark.parametrize("caller", ["", PRIVATE, "00-0-0-01", f"00-{'0' * 32}-{CALLER}-01", "-" * 9000, "\x00é"])
def test_a_caller_that_makes_no_sense(collector: Collector, caller: str) -> None:
    """A header that is no trace context is left out, and the turn has a trace of its own."""
    spans = sent(collector, turn(caller))

    assert len(spans) == 6
    assert PRIVATE.encode() not in b"".join(collector.bodies)


def test_errors_are_told_by_their_kind(collector: Collector) -> None:
    """What broke is marked on its stage and on the turn; what the error says may be a patient's words."""
    record = TurnRecord("website")
    with recorded(record):
        with pytest.raises(ValueError, match=PRIVATE) as caught, stage("action"):
            raise ValueError(f"cannot answer about a {PRIVATE}")
        broke(caught.value)
        failed()
    spans = {each.name: each for each in sent(collector, record)}

    assert {each.status.code for each in spans.values()} == {Status.STATUS_CODE_ERROR}
    assert attributes(spans["action"]) == {ERROR: "ValueError"}
    assert attributes(spans["turn"]) == {CHANNEL: "website", ERROR: "ValueError"}
    assert not any(each.events or each.status.message for each in spans.values())


def test_a_turn_without_a_reply_failed(collector: Collector) -> None:
    """A turn that said nothing is marked as failed, also where nothing broke."""
    record = TurnRecord("website")
    with recorded(record):
        pass
    (span,) = sent(collector, record)

    assert span.status.code == Status.STATUS_CODE_ERROR
    assert attributes(span) == {CHANNEL: "website"}


def test_no_word_and_no_outcome_is_sent(collector: Collector) -> None:
    """Neither what was said nor what kind of reply it got is in what goes over the wire."""
    sent(collector, turn())
    (body,) = collector.bodies

    assert PRIVATE.encode() not in body
    assert b"crisis" not in body


@pytest.mark.parametrize(("named", "expected"), [(None, "acumen"), ("chat-of-the-clinic", "chat-of-the-clinic")])
def test_service_name(collector: Collector, monkeypatch: pytest.MonkeyPatch, named: str | None, expected: str) -> None:
    """The service is called Acumen, unless OpenTelemetry's own variable says otherwise."""
    if named:
        monkeypatch.setenv("OTEL_SERVICE_NAME", named)
    sent(collector, turn())
    (resource,) = (each.resource for request in collector.requests for each in request.resource_spans)

    assert {each.key: each.value.string_value for each in resource.attributes}["service.name"] == expected
    assert collector.paths == [TRACES]


def test_a_collector_that_is_away_is_reported_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Many batches that cannot be sent are one line in the log, without the address."""
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10")
    spans = Spans(f"http://user:hunter2@127.0.0.1:{free_port()}{TRACES}")
    for _ in range(50):
        spans.add(turn())
    spans.close()

    (line,) = caplog.messages
    assert line.startswith("ACU512 traces cannot be sent: ConnectionError.")
    assert "hunter2" not in caplog.text


def test_a_collector_that_refuses_is_reported(collector: Collector, caplog: pytest.LogCaptureFixture) -> None:
    """A collector that is there and takes nothing is told from one that is away."""
    collector.status = 401
    sent(collector, turn())

    assert [each.split(".")[0] for each in caplog.messages] == ["ACU512 traces cannot be sent: it refuses them"]
    assert [each.levelno for each in caplog.records] == [logging.ERROR]


def test_turns_do_not_wait_for_a_collector_that_hangs(collector: Collector) -> None:
    """While the collector does not answer, more turns than the queue holds are over; the oldest are lost."""
    collector.open.clear()
    spans = Spans(collector.address + TRACES)
    for _ in range(MANY):
        spans.add(turn())
    assert collector.asked.wait(60)
    assert collector.bodies == []

    collector.open.set()
    spans.close()
    assert 0 < len(collector.spans) < MANY * 6


def test_a_server_stops_in_spite_of_a_collector_that_hangs(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be sent at the end is given up."""
    monkeypatch.setattr("acumen.runtime.spans.CLOSE_SECONDS", 0.1)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
    collector.open.clear()
    spans = Spans(collector.address + TRACES)
    spans.add(turn())
    spans.close()

    assert collector.bodies == []
