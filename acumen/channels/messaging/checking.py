"""Whether the messengers of credentials.yml would open, without opening them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.shared.exceptions import RasaException
from rasa.shared.utils.common import class_from_module_path
from rasa.shared.utils.io import read_config_file

from acumen.channels.messaging.channel import MessagingChannel
from acumen.errors import AcumenError, Problem, problem
from acumen.storage.database import Database, database_url
from acumen.storage.messaging import MESSAGING

UNKNOWN_SITE = "https://YOUR.HOST"


@dataclass(frozen=True)
class Checked:
    """A messenger: where its vendor delivers, and what keeps it closed."""

    name: str
    address: str
    problems: tuple[Problem, ...] = ()


def check_channels(file: Path) -> list[Checked]:
    """Every messenger that the file names.

    Raises:
        AcumenError: ACU407 when the file cannot be used.
    """
    try:
        credentials = read_config_file(file)
    except (RasaException, ValueError, OSError) as error:
        raise AcumenError(problem("ACU407", file=file, detail=error)) from error
    return list(_checked(credentials))


def check_database() -> tuple[Problem, ...]:
    """What keeps messages from being kept, if anything does."""
    try:
        database = Database(database_url())
        try:
            database.create(MESSAGING)
        finally:
            database.close()
    except AcumenError as error:
        return error.problems
    return ()


def _checked(credentials: dict[str, Any]) -> Iterator[Checked]:
    for path, settings in credentials.items():
        try:
            channel = class_from_module_path(path)
        except (ImportError, AttributeError, RasaException):
            # Rasa's own channels have short names; what looks like a path and leads nowhere is a slip.
            if "." in path:
                yield Checked(path, "", (problem("ACU401", channel=path, detail="there is no such channel"),))
            continue
        if isinstance(channel, type) and issubclass(channel, MessagingChannel):
            yield _check(channel, settings)


def _check(channel: type[MessagingChannel], settings: dict[str, Any] | None) -> Checked:
    site = str((settings or {}).get("site") or UNKNOWN_SITE).rstrip("/")
    address = f"{site}/webhooks/{channel.name()}{channel.adapter_class.webhook}"
    try:
        channel.from_settings(settings)
    except AcumenError as error:
        return Checked(channel.name(), address, error.problems)
    return Checked(channel.name(), address)
