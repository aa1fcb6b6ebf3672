"""Each vendor in turn, a database of one's own, and a channel that is open between them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sanic import Sanic

from acumen.channels.messaging import crew, inbox, outbox
from acumen.storage import database
from tests.channels.messaging.figures import Figures, table
from tests.channels.messaging.messenger import Messenger, opened
from tests.channels.messaging.vendors import VENDORS
from tests.channels.messaging.vendors.base import Vendor

Opening = Callable[..., AbstractAsyncContextManager[Messenger]]
MEASURED = pytest.StashKey[dict[str, Figures]]()


@pytest.fixture(params=VENDORS, ids=lambda vendor: vendor.name)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Each vendor in turn."""
    return request.param


@pytest.fixture
def database_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a new database."""
    file = tmp_path / "acumen.db"
    monkeypatch.setenv(database.ADDRESS, f"sqlite:///{file}")
    return file


@pytest.fixture
def opening(vendor: Vendor, database_file: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens the channel on a free port, as a context whose value is a messenger."""
    # Sanic allows one app of a name in a process, unless it is told of a test.
    monkeypatch.setattr(Sanic, "test_mode", True)
    monkeypatch.setattr(crew, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(inbox, "SETTLE_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "_delay", lambda attempts, retry_after: 0.05)
    adapter = vendor.channel.adapter_class
    monkeypatch.setattr(adapter, "capabilities", replace(adapter.capabilities, calls_per_second=1e4, seconds_between=0))
    return partial(opened, vendor)


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> dict[str, Figures]:
    """Figures by channel, which are shown when all tests have run."""
    return request.config.stash.setdefault(MEASURED, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the figures of the messengers."""
    if found := config.stash.get(MEASURED, {}):
        terminalreporter.section("messengers")
        terminalreporter.write_line(table(list(found.values())))
