"""A server that is killed at any moment loses nothing and answers nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.messaging.figures import Figures
from tests.channels.messaging.killing import kill
from tests.channels.messaging.vendors.whatsapp import WhatsAppVendor

KILLS = 20


@pytest.mark.kill
async def test_nothing_is_lost_or_doubled_by_kills(tmp_path: Path, measured: dict[str, Figures]):
    """Killed at random moments while messages come, turns run and replies go out, each is answered exactly once."""
    # What is at stake here is the base's own: one vendor stands for all, one that sends receipts.
    vendor = WhatsAppVendor()
    survived = await kill(vendor, tmp_path, KILLS)
    measured.setdefault(vendor.name, Figures(vendor)).survived = survived

    assert survived.is_certain
    assert (survived.lost, survived.doubled) == (0, 0)
    assert survived.turns == survived.messages
