"""Whether traces are asked for, and where they go."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from sanic.request import Request

from acumen.channels.collector import ReplyCollector
from acumen.errors import AcumenError, problem
from acumen.runtime import server
from acumen.runtime.stages import STAGES
from acumen.runtime.tracing import (
    DISABLED,
    ENDPOINT,
    EXPORTER,
    TRACES,
    caller,
    note_caller,
    open_spans,
    sent_spans,
    traces_address,
)
from tests.runtime.collector import Collector

TRACES_ENDPOINT, ALL_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES_PROTOCOL, ALL_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"
PASSWORD = "hunter2"
TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
PRIVATE = "xylophonist"


@pytest.fixture(autouse=True)
def _asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces are asked for, and nothing else is set."""
    for name in (DISABLED, TRACES_ENDPOINT, ALL_ENDPOINT, TRACES_PROTOCOL, ALL_PROTOCOL):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(EXPORTER, "otlp")


@pytest.mark.parametrize(
    ("name", "value"), [(EXPORTER, ""), (EXPORTER, "none"), (DISABLED, "true")], ids=["not set", "none", "disabled"]
)
def test_off(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """As shipped nothing is sent, also where the machine names a collector for its other programs."""
    monkeypatch.setenv(ALL_ENDPOINT, "http://collector:4318")
    monkeypatch.setenv(name, value)

    assert traces_address() is None
    with sent_spans() as spans:
        assert spans is None


def test_nothing_is_imported_when_off() -> None:
    """A server without traces needs none of their packages."""
    code = (
        "import sys, acumen.runtime.server, acumen.runtime.doctor.checks, acumen.runtime.tracing as tracing\n"
        "with tracing.sent_spans(): print([name for name in sys.modules if 'opentelemetry' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PATH": ""}, check=True)

    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, ENDPOINT + TRACES),
        ({ALL_ENDPOINT: ""}, ENDPOINT + TRACES),
        ({ALL_ENDPOINT: "http://collector:4318"}, f"http://collector:4318{TRACES}"),
        ({ALL_ENDPOINT: "https://collector/otlp/"}, f"https://collector/otlp{TRACES}"),
        ({ALL_ENDPOINT: "http://a", TRACES_ENDPOINT: "http://b/as/it/is"}, "http://b/as/it/is"),
        ({ALL_PROTOCOL: "grpc", TRACES_PROTOCOL: "http/protobuf"}, ENDPOINT + TRACES),
    ],
)
def test_address(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str) -> None:
    """The address is what OpenTelemetry's own variables say."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert traces_address() == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (EXPORTER, "zipkin"),
        (EXPORTER, "otlp,console"),
        (ALL_PROTOCOL, "grpc"),
        (ALL_ENDPOINT, "collector:4318"),
        (ALL_ENDPOINT, f"grpc://user:{PASSWORD}@collector:4317"),
        (TRACES_ENDPOINT, "http://"),
        (TRACES_ENDPOINT, "http://collector:port"),
        (TRACES_ENDPOINT, "http://[::1"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", PASSWORD),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zip"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
    ],
)
def test_settings_that_make_no_sense(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What cannot work is reported at the start, without what is secret."""
    monkeypatch.setenv(name, value)

    with pytest.raises(AcumenError) as caught, sent_spans():
        pass

    assert [each.code for each in caught.value.problems] == ["ACU514"]
    assert PASSWORD not in str(caught.value)


def test_packages_that_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for traces without their packages is told how to install them."""
    monkeypatch.delitem(sys.modules, "acumen.runtime.spans", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(AcumenError) as caught:
        open_spans("http://127.0.0.1:1")

    (fault,) = caught.value.problems
    assert fault.code == "ACU513"
    assert "opentelemetry.sdk.trace" in fault.what
    assert "--extra tracing" in fault.todo


async def test_caller_is_that_of_the_last_request() -> None:
    """A task that a request begins knows its caller; the next request on that connection does not inherit it."""

    async def later() -> str | None:
        await asyncio.sleep(0)
        return caller()

    note_caller(Request(b"/", {"traceparent": CALLER}, "1.1", "POST", None, None))
    begun = asyncio.create_task(later())
    note_caller(Request(b"/", {}, "1.1", "POST", None, None))

    assert await begun == CALLER
    assert caller() is None


@pytest.mark.model
@pytest.mark.parametrize("failing", [False, True], ids=["answered", "failing"])
async def test_no_word_of_a_patient_is_in_a_trace(
    *, agent: Agent, project: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch, failing: bool
) -> None:
    """Neither words, nor who wrote, nor a topic, a reply or what an error says are sent; that it failed is."""

    def fail() -> None:
        raise RuntimeError(f"cannot answer about a {PRIVATE}")

    monkeypatch.chdir(project)
    if failing:
        monkeypatch.setattr("actions.actions.assistant", fail)
    channel = ReplyCollector()
    message = UserMessage(f"Does it hurt a {PRIVATE}?", channel, PRIVATE, input_channel=PRIVATE)
    spans = open_spans(collector.address + TRACES)
    monkeypatch.setattr(agent, "spans", spans)
    await agent.handle_message(message)
    spans.close()
    body = b"".join(collector.bodies).lower()

    assert {each.name for each in collector.spans} == {"turn", *STAGES}
    assert (b"RuntimeError".lower() in body) is failing
    (reply,) = channel.replies
    told = [PRIVATE, "hurt", reply.outcome, *reply.topics, *(each.title for each in reply.buttons)]
    assert [word for word in told if word.lower().encode() in body] == []


@pytest.mark.model
async def test_a_store_that_fails_is_in_the_trace(
    agent: Agent, project: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage that broke and the turn are marked, by the kind of the error."""

    async def fail(*_: object) -> None:
        raise AcumenError(problem("ACU303", detail=PRIVATE))

    monkeypatch.chdir(project)
    monkeypatch.setattr(agent.tracker_store, "retrieve", fail)
    spans = open_spans(collector.address + TRACES)
    monkeypatch.setattr(agent, "spans", spans)
    await agent.handle_message(UserMessage("does it hurt?", ReplyCollector(), PRIVATE))
    spans.close()

    kinds = {span.name: [each.value.string_value for each in span.attributes] for span in collector.spans}
    assert kinds["load"] == ["AcumenError"]
    assert kinds["turn"] == ["other", "AcumenError"]
    assert PRIVATE.encode() not in b"".join(collector.bodies)


@pytest.mark.model
def test_a_message_to_the_server_is_traced(
    agent: Agent,
    project: Path,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A turn belongs to the trace of the request that brought its message; what is left is sent at the end."""

    def post(address: str, body: object, **headers: str) -> str:
        request = urllib.request.Request(address, json.dumps(body).encode(), {"traceparent": CALLER, **headers})
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    def ask_and_stop() -> None:
        while "is ready" not in (line := capsys.readouterr().out):
            time.sleep(0.02)
        website = f"{line.split()[3]}webhooks/website"
        try:
            token = json.loads(post(f"{website}/session", {}))["token"]
            body = {"client_message_id": "11111111", "text": f"Does it hurt a {PRIVATE}?"}
            post(f"{website}/messages", body, Authorization=f"Bearer {token}", **{"Content-Type": "application/json"})
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.chdir(project)
    monkeypatch.setenv(ALL_ENDPOINT, collector.address)
    monkeypatch.setattr(Sanic, "test_mode", True)
    monkeypatch.setattr(agent, "spans", None)
    monkeypatch.setattr(server, "load_warm_agent", lambda *_: agent)
    visitor = threading.Thread(target=ask_and_stop)
    visitor.start()
    server.serve(project, Path("model.tar.gz"), "127.0.0.1", 0)
    visitor.join()

    assert {each.name for each in collector.spans} == {"turn", *STAGES}
    assert {each.trace_id.hex() for each in collector.spans} == {TRACE}
    assert b"website" in b"".join(collector.bodies)
    assert PRIVATE.encode() not in b"".join(collector.bodies)
