"""What credentials.yml may set for the website channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from acumen.channels.website.access import Origins
from acumen.credentials import UNFILLED, is_unfilled
from acumen.errors import AcumenError, problem

SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Limits:
    """How often somebody may ask, a minute.

    A conversation's limit is far above what a person types. An address may stand
    for everybody in a waiting room, or in a whole hospital.
    """

    messages_per_conversation: int = 60
    requests_per_address: int = 300


@dataclass(frozen=True)
class Settings:
    """The channel's settings, checked."""

    secret: str | None = None
    origins: tuple[str, ...] = ()
    limits: Limits = Limits()


def read_settings(credentials: Mapping[str, Any] | None) -> Settings:
    """The settings in a channel's credentials.

    Raises:
        AcumenError: ACU151 for each setting that is not what it should be.
    """
    values = dict(credentials or {})
    faults: list[str] = []
    settings = Settings(
        _secret(values.pop("secret", None), faults),
        _origins(values.pop("origins", None), faults),
        _limits(values.pop("limits", None), faults),
    )
    faults += [f"`{key}` is no setting" for key in values]
    if faults:
        raise AcumenError(*(problem("ACU151", detail=fault) for fault in faults))
    return settings


def _secret(value: Any, faults: list[str]) -> str | None:
    if value and is_unfilled(value):
        faults.append(f"`secret`: {UNFILLED}")
    elif value and len(str(value)) < SHORTEST_SECRET:
        faults.append(f"`secret` can be guessed; it needs {SHORTEST_SECRET} characters or more")
    return str(value) if value else None


def _origins(value: Any, faults: list[str]) -> tuple[str, ...]:
    if value is not None and not isinstance(value, list):
        faults.append("`origins` is no list")
        return ()
    try:
        Origins(value or ())
    except ValueError as error:
        faults.append(f"`origins`: {error}")
    return tuple(value or ())


def _limits(value: Any, faults: list[str]) -> Limits:
    if value is not None and not isinstance(value, dict):
        faults.append("`limits` holds no settings")
        return Limits()
    known = {field.name for field in fields(Limits)}
    for key, limit in (value or {}).items():
        if key not in known:
            faults.append(f"`limits`: `{key}` is no setting")
        elif not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            faults.append(f"`limits`: `{key}` is no number from 1 up")
    return Limits() if faults else Limits(**(value or {}))
