"""Settings of the insights page."""

from __future__ import annotations

from typing import Any

import pytest

from acumen.errors import AcumenError
from acumen.insights.settings import THIS_MACHINE, Settings, read_settings

TOKEN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("credentials", "settings"),
    [
        ({"token": TOKEN}, Settings(TOKEN)),
        ({"token": f" {TOKEN}\n", "proxy_header": None}, Settings(TOKEN)),
        ({"token": 1234567890123456}, Settings("1234567890123456")),
        ({"proxy_header": "X-Forwarded-User"}, Settings(None, "X-Forwarded-User", THIS_MACHINE)),
        (
            {"token": "", "proxy_header": "Remote-User", "proxies": ["10.0.0.7"]},
            Settings(None, "Remote-User", ("10.0.0.7",)),
        ),
    ],
)
def test_settings_are_read(credentials: dict[str, Any], settings: Settings) -> None:
    """A token, a proxy's header, or both open the page."""
    assert read_settings(credentials) == settings


@pytest.mark.parametrize(
    ("credentials", "fault"),
    [
        (None, "it needs a `token`"),
        ({}, "it needs a `token`"),
        ({"token": ""}, "it needs a `token`"),
        ({"token": "   "}, "it needs a `token`"),
        ({"token": "", "proxy_header": ""}, "it needs a `token`"),
        ({"token": "short"}, "can be guessed"),
        ({"token": "${ACUMEN_INSIGHTS_TOKEN}"}, "environment variable"),
        ({"proxy_header": "a b"}, "no name of a header"),
        ({"proxy_header": ["X"]}, "no name of a header"),
        ({"token": TOKEN, "proxies": ["example.org"]}, "no list of network addresses"),
        ({"token": TOKEN, "proxies": 7}, "no list of network addresses"),
        ({"token": TOKEN, "tokn": 1}, "`tokn` is no setting"),
    ],
)
def test_page_does_not_open_by_mistake(credentials: Any, fault: str) -> None:
    """Without a way to tell who may look, and with settings that are not understood, nothing starts."""
    with pytest.raises(AcumenError, match="ACU511") as caught:
        read_settings(credentials)

    assert fault in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    """Whoever sets up the page reads all that is wrong, and no token in it."""
    with pytest.raises(AcumenError) as caught:
        read_settings({"token": "secret", "proxy_header": "?", "more": 1})

    assert len(caught.value.problems) == 3
    assert "secret" not in str(caught.value)
