"""Counting as vendors do."""

from __future__ import annotations

import pytest

from acumen.channels.messaging.measure import sms_segments, utf8_bytes, utf16_units


@pytest.mark.parametrize(
    ("text", "units", "size"), [("", 0, 0), ("abc", 3, 3), ("é", 1, 2), ("👍", 2, 4), ("👩‍⚕️", 5, 13)]
)
def test_units_and_bytes(text: str, units: int, size: int):
    """Characters beyond the first plane are two units of UTF-16; bytes are those of UTF-8."""
    assert utf16_units(text) == units == len(text.encode("utf-16-le")) // 2
    assert utf8_bytes(text) == size


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("“" * 70, 1),
        ("“" * 71, 2),
        ("“" + "a" * 134, 3),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
    ],
)
def test_sms_segments(text: str, segments: int):
    """A text of GSM's alphabet has 160 places, or 153 a part; any other character makes it 70, or 67."""
    assert sms_segments(text) == segments
