"""What tests of a running bot share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runtime.collector import Collector, collecting


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector of traces that runs on this machine."""
    with collecting() as collector:
        yield collector
