"""Settings of messengers."""

from __future__ import annotations

from typing import Any

import pytest

from acumen.channels.messaging.settings import Settings
from acumen.errors import AcumenError


def faults(credentials: dict[str, Any] | None) -> list[str]:
    """What is wrong with settings that ask for a secret, a text with a default and an address."""
    settings = Settings("telegram", credentials)
    settings.secret("token")
    settings.text("mode", "quiet")
    settings.address("site", "")
    try:
        settings.check()
    except AcumenError as error:
        return [str(each) for each in error.problems]
    return []


def test_good_settings_are_read():
    """What is set is read without space around it, and what is not set has its default."""
    settings = Settings("telegram", {"token": " a long token ", "site": "https://chat.clinic.example/"})

    assert settings.secret("token") == "a long token"
    assert settings.text("mode", "quiet") == "quiet"
    assert settings.address("site", "") == "https://chat.clinic.example"
    settings.check()


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        (None, "`token` is missing"),
        ({"token": ""}, "`token` is missing"),
        ({"token": "hunter2"}, "`token` is too short"),
        ({"token": "${TELEGRAM_TOKEN}"}, "environment variable"),
        ({"token": "a long token", "site": "chat.clinic.example"}, "`site` is no web address"),
        ({"token": "a long token", "site": "http://chat.clinic.example"}, "`site` must begin with https://"),
        ({"token": "a long token", "site": "http://localhost.evil.example"}, "`site` must begin with https://"),
        ({"token": "a long token", "colour": "red"}, "`colour` is no setting"),
    ],
)
def test_fault_is_named(credentials: dict[str, Any] | None, expected: str):
    """Each fault says what is wrong, under a code, and shows no secret."""
    (fault,) = faults(credentials)

    assert "ACU401" in fault
    assert expected in fault
    assert "hunter2" not in fault


def test_all_faults_are_named_at_once():
    """Who mends one setting does not have to start again to learn of the next."""
    assert len(faults({"site": "x", "a": 1, "b": 2})) == 4


def test_setting_may_be_read_twice():
    """What both the channel and its vendor need is read by both, and its fault is named once."""
    settings = Settings("telegram", {"site": "x"})
    settings.address("site", "")
    settings.address("site")

    with pytest.raises(AcumenError) as caught:
        settings.check()
    assert len(caught.value.problems) == 1
