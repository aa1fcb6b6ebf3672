"""The channels of credentials.yml; their secrets are looked at, and never told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rasa.core.channels import BUILTIN_CHANNELS
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_config_file

from acumen.channels.messaging.channel import MessagingChannel
from acumen.channels.website import WebsiteChannel
from acumen.errors import AcumenError, Problem, problem
from acumen.storage.database import database_url

CREDENTIALS = "credentials.yml"
# These believe whatever conversation id a client sends.
BELIEVING = ("rest", "socketio", "callback")
# A secret that somebody made up repeats itself.
FEWEST_CHARACTERS = 8


def channels(project: Path) -> Iterator[str | Problem]:
    """Each channel's settings are complete and right, and its secrets not easy to guess.

    Raises:
        AcumenError: ACU345 when credentials.yml cannot be read, and what the channels report.
    """
    named = _credentials(project)
    faults: list[Problem] = []
    for name, settings in named.items():
        try:
            yield f"{_opened(name, settings)}: its settings are right"
        except AcumenError as error:
            faults += error.problems
        if name in BELIEVING:
            yield problem("ACU349", channel=name)
        yield from _weak(name, settings or {})
    if faults:
        raise AcumenError(*faults)


def _credentials(project: Path) -> Mapping[str, Any]:
    file = project / CREDENTIALS
    try:
        return dict(read_config_file(file))
    except RasaException as error:
        raise AcumenError(problem("ACU345", file=file, detail=type(error).__name__)) from error


def _opened(name: str, settings: dict[str, Any] | None) -> str:
    try:
        channel = BUILTIN_CHANNELS.get(name) or class_from_module_path(name)
    except (ImportError, RasaException) as error:
        raise AcumenError(problem("ACU345", file=Path(CREDENTIALS), detail=f"no channel `{name}`")) from error
    # A messenger only logs what is wrong, so that the other channels open; here it must be told.
    make = channel.from_settings if issubclass(channel, MessagingChannel) else channel.from_credentials
    return str(make(settings).name())


def _weak(name: str, settings: Mapping[str, Any]) -> Iterator[Problem]:
    website = name == f"{WebsiteChannel.__module__.rpartition('.')[0]}.{WebsiteChannel.__name__}"
    if website and not settings.get("secret") and not database_url().startswith("sqlite"):
        yield problem("ACU350")
    for key, value in settings.items():
        if ("secret" in key or "token" in key) and value and len(set(str(value))) < FEWEST_CHARACTERS:
            yield problem("ACU351", channel=name, setting=key)
