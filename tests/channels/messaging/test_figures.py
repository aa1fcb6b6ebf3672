"""The figures of the messengers, in small; `python -m benchmarks.channels` has them in full."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acumen.answering.reply import Reply
from tests.channels.messaging.conftest import Opening
from tests.channels.messaging.figures import Figures, acknowledge, answer_once, forge, over_limits
from tests.channels.messaging.replies import REPLIES
from tests.channels.messaging.vendors import VENDORS
from tests.channels.messaging.vendors.base import Vendor

TRIES, EVENTS, REQUESTS = 100, 96, 40


async def test_figures(vendor: Vendor, opening: Opening, measured: dict[str, Figures]):
    """No forgery is taken, and each event is answered once and in its place; how fast is only shown."""
    found = measured.setdefault(vendor.name, Figures(vendor))
    found.forged = await forge(vendor, TRIES)
    found.once = await answer_once(vendor, EVENTS)
    found.acknowledged = await acknowledge(vendor, REQUESTS)

    assert (found.forged.accepted, found.once.lost, found.once.doubled, found.once.misplaced) == (0, 0, 0, 0)
    assert found.forged.tried >= TRIES
    assert found.forged.ways >= 10


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(replies=st.lists(REPLIES, max_size=3))
def test_every_reply_is_within_the_vendors_limits(vendor: Vendor, replies: list[Reply]):
    """Whatever is said, no request breaks a rule of the vendor."""
    assert over_limits(vendor, replies) == []
