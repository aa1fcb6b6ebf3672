"""The website channel's settings in credentials.yml."""

from __future__ import annotations

from typing import Any

import pytest

from acumen.channels.website import WebsiteChannel
from acumen.channels.website.settings import Limits, Settings, read_settings
from acumen.errors import AcumenError


@pytest.mark.parametrize(
    "credentials",
    [None, {}, {"secret": "", "origins": [], "limits": {}}, {"secret": None, "origins": None, "limits": None}],
)
def test_every_setting_may_be_left_out(credentials: dict[str, Any] | None) -> None:
    """Without settings only the server's own pages may use the chat, within limits."""
    assert read_settings(credentials) == Settings(None, (), Limits())


def test_settings_are_read() -> None:
    """Each setting arrives where it belongs; a limit that is not set keeps its value."""
    credentials = {"secret": 1234567890123456, "origins": ["https://a.example"], "limits": {"requests_per_address": 9}}

    assert read_settings(credentials) == Settings(
        "1234567890123456", ("https://a.example",), Limits(Limits().messages_per_conversation, 9)
    )


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ({"secret": "hunter2"}, "`secret` can be guessed"),
        ({"secret": "${ACUMEN_SESSION_SECRET}"}, "`secret`: the environment variable"),
        ({"origins": "https://a.example"}, "`origins` is no list"),
        ({"origins": ["a.example"]}, "'a.example' is no origin"),
        ({"orgins": []}, "`orgins` is no setting"),
        ({"limits": 7}, "`limits` holds no settings"),
        ({"limits": {"requests": 7}}, "`limits`: `requests` is no setting"),
        ({"limits": {"requests_per_address": 0}}, "`limits`: `requests_per_address` is no number from 1 up"),
        ({"limits": {"requests_per_address": True}}, "`limits`: `requests_per_address` is no number from 1 up"),
    ],
)
def test_fault_is_named(credentials: dict[str, Any], expected: str) -> None:
    """A wrong setting stops the start with a code, what is wrong and what to do; a secret is not shown."""
    with pytest.raises(AcumenError) as raised:
        WebsiteChannel.from_credentials(credentials)

    (fault,) = raised.value.problems
    assert fault.code == "ACU151"
    assert expected in str(fault)
    assert "hunter2" not in str(fault)


def test_all_faults_are_named_at_once() -> None:
    """Who mends one setting does not have to start again to learn of the next."""
    with pytest.raises(AcumenError) as raised:
        read_settings({"secret": "x", "origins": 7, "limits": {"a": 1, "b": 2}})

    assert len(raised.value.problems) == 4
