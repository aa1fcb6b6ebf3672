"""What `acumen doctor` looks at, in a project that is broken on purpose."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from acumen.runtime.doctor import machine
from acumen.runtime.doctor.channels import channels
from acumen.runtime.doctor.content import articles, clinic, model
from acumen.runtime.doctor.findings import Finding
from acumen.runtime.doctor.machine import clock, ports
from acumen.runtime.doctor.stores import conversations, database, disk, locks
from acumen.runtime.doctor.traces import traces
from acumen.runtime.metrics import ADDRESS as METRICS
from acumen.runtime.tracing import EXPORTER
from acumen.storage.database import ADDRESS
from benchmarks.servers import free_port
from tests.runtime.doctor.conftest import Examine, write_model

SECRET = "aaaabbbbaaaabbbb"
NOWHERE = "postgresql://acumen:hunter2@127.0.0.1:1/acumen"
REDIS = "lock_store: {type: acumen.runtime.stores.redis_lock.RedisLockStore, url: '%s'}\n"


def told(findings: list[Finding]) -> list[tuple[str, str | None]]:
    """Each finding's level and code."""
    return [(each.level, each.fault.code if each.fault else None) for each in findings]


def test_project_as_it_is(found: Examine) -> None:
    """As shipped, all is well but what each clinic fills in itself."""
    for check in (model, database, conversations, locks, disk, channels, clock):
        assert {level for level, _ in told(found(check))} == {"ok"}, check


def test_no_model(found: Examine, installed: Path) -> None:
    """Without a model the bot would train first."""
    (installed / "models" / "acumen.tar.gz").unlink()

    assert told(found(model)) == [("fail", "ACU201")]


def test_model_older_than_its_data(found: Examine, installed: Path) -> None:
    """An example that was added after the training is not known."""
    later = time.time() + 60
    os.utime(installed / "domain.yml", (later, later))

    assert told(found(model)) == [("fail", "ACU202")]


def test_model_of_another_rasa(found: Examine, installed: Path) -> None:
    """Rasa loads no model of another version."""
    write_model(installed / "models" / "acumen.tar.gz", "3.1.0")

    assert told(found(model)) == [("fail", "ACU204")]


@pytest.mark.parametrize("size", [0, 50])
def test_model_that_was_cut_off(found: Examine, installed: Path, size: int) -> None:
    """A copy that broke off is noticed before the start."""
    file = installed / "models" / "acumen.tar.gz"
    file.write_bytes(file.read_bytes()[:size])

    assert told(found(model)) == [("fail", "ACU204")]


def test_articles_due_for_review(found: Examine, installed: Path) -> None:
    """What nobody has looked at for too long is pointed out, and does not keep the bot from starting."""
    file = next((installed / "data" / "articles").glob("*.md"))
    lines = [
        "review_by: 2020-01-01" if line.startswith("review_by:") else line
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    file.write_text("\n".join(lines), encoding="utf-8")

    assert ("warn", "ACU343") in told(found(articles))


def test_broken_article_and_patterns(found: Examine, installed: Path) -> None:
    """What keeps the bot from starting is a failure, with the codes that the start would give."""
    next((installed / "data" / "articles").glob("*.md")).write_text("no front matter", encoding="utf-8")
    assert ("fail", "ACU101") in told(found(articles))

    (installed / "data" / "safety" / "patterns.yml").write_text("[", encoding="utf-8")
    assert told(found(articles)) == [("fail", "ACU142")]


def test_clinic_without_a_country(found: Examine, installed: Path) -> None:
    """Patients should read the right emergency number, and whom to call."""
    (installed / "data" / "clinic.yml").write_text("name: A clinic\n", encoding="utf-8")
    (warning, _) = found(clinic)

    assert warning.fault
    assert warning.fault.code == "ACU344"
    assert warning.what.startswith("`phone`, `country`")


def test_database_that_is_away(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's own check fails, without its password."""
    monkeypatch.setenv(ADDRESS, NOWHERE)
    (failure,) = found(database)

    assert (failure.level, failure.fault and failure.fault.code) == ("fail", "ACU303")
    assert "hunter2" not in str(failure)


def test_database_with_servers_needs_locks_and_a_secret(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several servers must share more than the database."""
    monkeypatch.setenv(ADDRESS, NOWHERE)

    assert told(found(locks)) == [("warn", "ACU347")]
    assert ("warn", "ACU350") in told(found(channels))


def test_redis_that_is_away(found: Examine, installed: Path) -> None:
    """Without locks no turn can begin."""
    (installed / "endpoints.yml").write_text(REDIS % f"redis://:hunter2@127.0.0.1:{free_port()}/1", encoding="utf-8")
    (failure,) = found(locks)

    assert (failure.level, failure.fault and failure.fault.code) == ("fail", "ACU308")
    assert "hunter2" not in str(failure)


def test_address_that_is_no_redis(found: Examine, installed: Path) -> None:
    """A mistyped address is told from a Redis that is away."""
    (installed / "endpoints.yml").write_text(REDIS % "localhost:6379", encoding="utf-8")

    assert told(found(locks)) == [("fail", "ACU304")]


@pytest.mark.parametrize("text", ["tracker_store: {type: sql}\n", "action_endpoint: {url: 'http://a'}\n"])
def test_conversations_elsewhere(found: Examine, installed: Path, text: str) -> None:
    """Insights and deletion do not know conversations in Rasa's own stores."""
    (installed / "endpoints.yml").write_text(text, encoding="utf-8")

    assert told(found(conversations)) == [("warn", "ACU346")]


@pytest.mark.parametrize(("name", "check"), [("endpoints.yml", locks), ("credentials.yml", channels)])
def test_file_that_is_no_yaml(found: Examine, installed: Path, name: str, check: Any) -> None:
    """A file that cannot be read is named, and not quoted: it may hold a secret."""
    (installed / name).write_text("secret: [hunter2", encoding="utf-8")
    (failure,) = found(check)

    assert (failure.level, failure.fault and failure.fault.code) == ("fail", "ACU345")
    assert "hunter2" not in str(failure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acumen.channels.website.WebsiteChannel: {secret: short}", ("fail", "ACU151")),
        ("acumen.channels.website.WebsiteChannel: {secret: '${NOT_SET_ANYWHERE}'}", ("fail", "ACU151")),
        (f"acumen.channels.website.WebsiteChannel: {{secret: {SECRET}}}", ("warn", "ACU351")),
        ("acumen.channels.messaging.whatsapp.WhatsAppChannel: {phone_number_id: '1'}", ("fail", "ACU401")),
        ("rest:", ("warn", "ACU349")),
        ("no.such.Channel:", ("fail", "ACU345")),
    ],
    ids=["short secret", "variable not set", "weak secret", "messenger", "rest", "unknown"],
)
def test_channel_that_is_not_right(found: Examine, installed: Path, text: str, expected: tuple[str, str]) -> None:
    """A channel that would be closed, open to all, or refuse to start, is told; its secrets are not."""
    (installed / "credentials.yml").write_text(text, encoding="utf-8")
    findings = found(channels)

    assert expected in told(findings)
    assert SECRET not in "".join(str(each) for each in findings)


def test_disk_that_is_nearly_full(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk takes no message."""
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(300 * 1024**2))

    assert told(found(disk)) == [("warn", "ACU348")]


def test_ports(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is taken is told, as is an address of the metrics that is none."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(machine, "PORT", free_port())
        monkeypatch.setenv(METRICS, str(taken.getsockname()[1]))
        assert told(found(ports)) == [("ok", None), ("warn", "ACU352")]

    monkeypatch.setenv(METRICS, "metrics")
    assert told(found(ports)) == [("fail", "ACU340")]


def test_traces(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces are off as shipped; a collector that is away, and what makes no sense, are told without secrets."""
    monkeypatch.delenv(EXPORTER, raising=False)
    (finding,) = found(traces)
    assert (finding.level, finding.what) == ("ok", "off; OTEL_TRACES_EXPORTER=otlp turns them on")

    monkeypatch.setenv(EXPORTER, "otlp")
    with socket.create_server(("127.0.0.1", 0)) as collector:
        address = f"127.0.0.1:{collector.getsockname()[1]}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://user:hunter2@{address}")
        (finding,) = found(traces)
        assert (finding.level, finding.what) == ("ok", f"sent to {address}")
    (finding,) = found(traces)
    assert (finding.level, finding.fault and finding.fault.code) == ("warn", "ACU512")
    assert "hunter2" not in str(finding)

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert told(found(traces)) == [("fail", "ACU514")]


def test_traces_without_their_packages(found: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for traces is told what is not installed, before the server refuses to start."""
    monkeypatch.setenv(EXPORTER, "otlp")
    monkeypatch.delitem(sys.modules, "acumen.runtime.spans", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    assert told(found(traces)) == [("fail", "ACU513")]


@pytest.mark.servers
def test_several_servers(
    found: Examine, installed: Path, monkeypatch: pytest.MonkeyPatch, postgres: Any, redis: Any
) -> None:
    """With PostgreSQL and Redis that run, all is well; a clock that is wrong is told."""
    monkeypatch.setenv(ADDRESS, postgres.url)
    (installed / "endpoints.yml").write_text(REDIS % redis.url, encoding="utf-8")
    for check in (database, locks, clock):
        assert told(found(check)) == [("ok", None)], check

    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 60)
    assert told(found(clock)) == [("warn", "ACU353")]
