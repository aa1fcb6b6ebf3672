"""The messengers' promises, measured in full: forgeries, exactly once, acknowledgement, limits, and kills.

Run `python -m benchmarks.channels`, with the names of channels for some of them only.
It takes minutes a channel, as vendors' paces are kept; everything runs on this machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sanic import Sanic

from acumen.answering.reply import Reply
from acumen.storage import database
from tests.channels.messaging.figures import Figures, acknowledge, answer_once, forge, over_limits, table
from tests.channels.messaging.killing import kill
from tests.channels.messaging.replies import REPLIES
from tests.channels.messaging.vendors import VENDORS
from tests.channels.messaging.vendors.base import Vendor

TRIES, EVENTS, REQUESTS, TURNS, KILLS = 100, 1000, 400, 500, 20
Result = TypeVar("Result")


def measure(vendor: Vendor) -> Figures:
    """All figures of one vendor."""
    return Figures(
        vendor,
        forged=_apart(lambda _: forge(vendor, TRIES)),
        once=_apart(lambda _: answer_once(vendor, EVENTS)),
        acknowledged=_apart(lambda _: acknowledge(vendor, REQUESTS)),
        limits=limits(vendor, TURNS),
        survived=_apart(lambda folder: kill(vendor, folder, KILLS)),
    )


def limits(vendor: Vendor, turns: int) -> tuple[int, int]:
    """How many turns of made-up replies were rendered, and how many requests of theirs broke a rule of the vendor."""
    rendered = broken = 0

    quiet = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

    @settings(max_examples=turns, phases=[Phase.generate], **quiet)
    @given(replies=st.lists(REPLIES, min_size=1, max_size=3))
    def render(replies: list[Reply]) -> None:
        nonlocal rendered, broken
        rendered += 1
        broken += len(over_limits(vendor, replies))

    render()
    return rendered, broken


def _apart(measurement: Callable[[Path], Awaitable[Result]]) -> Result:
    """Measure with a new database."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[database.ADDRESS] = f"sqlite:///{folder}/acumen.db"

        async def run() -> Result:
            return await measurement(Path(folder))

        return asyncio.run(run())


def main(names: list[str]) -> None:
    """Measure and print; a name that is none is an error."""
    if unknown := set(names) - {vendor.name for vendor in VENDORS}:
        sys.exit(f"No such channel: {', '.join(sorted(unknown))}")
    # Sanic allows one app of a name in a process, unless it is told of a test.
    Sanic.test_mode = True
    found = []
    for vendor in VENDORS:
        if not names or vendor.name in names:
            print(f"{vendor.name} …", file=sys.stderr, flush=True)
            found.append(measure(vendor))
    print(table(found))


if __name__ == "__main__":
    main(sys.argv[1:])
