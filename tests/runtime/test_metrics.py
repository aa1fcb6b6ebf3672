"""What Prometheus reads of a server."""

from __future__ import annotations

import logging
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from acumen.errors import AcumenError, problem
from acumen.logs import log_failure, log_problem
from acumen.runtime import metrics as module
from acumen.runtime.metrics import ADDRESS, metrics, served_metrics
from acumen.runtime.stages import TurnRecord, recorded, stage
from benchmarks.servers import free_port


@pytest.fixture(autouse=True)
def _new_metrics() -> Iterator[None]:
    """Counts that begin at nothing."""
    metrics.cache_clear()
    yield
    metrics.cache_clear()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A free port, where metrics will be served."""
    port = free_port()
    monkeypatch.setenv(ADDRESS, str(port))
    return port


def read(port: int) -> dict[tuple[str, ...], float]:
    """Each sample, by its name and the values of its labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        families = text_string_to_metric_families(answer.read().decode())
        return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_turns_are_counted(port: int) -> None:
    """A turn is counted by channel and outcome, with its time and that of its stages."""
    with served_metrics():
        turn = TurnRecord("website")
        with metrics().counted(turn), recorded(turn):
            running = read(port)["acumen_turns_running",]
            with stage("nlu"):
                turn.note({"reply": {"outcome": "answer"}})
        samples = read(port)

    assert running == 1
    assert samples["acumen_turns_running",] == 0
    assert samples["acumen_turns_total", "website", "answer"] == 1
    assert samples["acumen_turn_seconds_count",] == samples["acumen_stage_seconds_count", "nlu"] == 1
    assert samples["acumen_turn_seconds_sum",] > 0
    assert samples["acumen_database_up",] == 1
    assert samples["process_resident_memory_bytes",] > 0


def test_faults_are_counted_by_code(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever part of Acumen logs a fault with a code, it is counted; what has no code is not."""
    caplog.set_level(logging.WARNING, "acumen")
    with served_metrics():
        log_problem(problem("ACU308", detail="away"))
        log_failure("a turn failed", AcumenError(problem("ACU303", detail="away")))
        logging.getLogger("acumen.channels.website.store").error("%s", problem("ACU303", detail="away"))
        log_failure("a turn failed", ValueError("my private complaint"))
        samples = read(port)

    faults = {key[1:]: value for key, value in samples.items() if key[0] == "acumen_problems_total"}
    assert faults == {("ACU308",): 1, ("ACU303",): 2}


def test_not_served_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As shipped, nothing listens."""
    monkeypatch.delenv(ADDRESS, raising=False)
    monkeypatch.setattr(module, "start_http_server", lambda *_: pytest.fail("nobody asked for metrics"))

    with served_metrics():
        pass


def test_closed_with_the_server(port: int) -> None:
    """After the server nobody answers, and a second start works."""
    for _ in range(2):
        with served_metrics():
            assert read(port)["acumen_turns_running",] == 0
        with pytest.raises(urllib.error.URLError):
            read(port)


@pytest.mark.parametrize("address", ["metrics", "127.0.0.1", "127.0.0.1:", "65536", "-1", "no such host:9464"])
def test_faulty_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """What is no address is reported at once."""
    monkeypatch.setenv(ADDRESS, address)

    with pytest.raises(AcumenError) as caught, served_metrics():
        pass

    assert [each.code for each in caught.value.problems] == ["ACU340"]


def test_port_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second server on the same machine is told that the port is taken."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv(ADDRESS, f"127.0.0.1:{other.getsockname()[1]}")
        with pytest.raises(AcumenError) as caught, served_metrics():
            pass

    assert [each.code for each in caught.value.problems] == ["ACU340"]
