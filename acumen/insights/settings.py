"""What credentials.yml may set for the insights page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from acumen.credentials import UNFILLED, is_unfilled
from acumen.errors import AcumenError, problem

SHORTEST_TOKEN = 16
THIS_MACHINE = ("127.0.0.1", "::1")
_HEADER = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Settings:
    """The page's settings, checked: a token, or a header of a proxy that signs people in, or both."""

    token: str | None = None
    proxy_header: str | None = None
    # The addresses that the proxy's requests come from: anybody else's header is not believed.
    proxies: tuple[str, ...] = THIS_MACHINE


def read_settings(credentials: Mapping[str, Any] | None) -> Settings:
    """The settings in the page's credentials.

    Raises:
        AcumenError: ACU511 for each setting that is not what it should be.
    """
    values = dict(credentials or {})
    faults: list[str] = []
    settings = Settings(
        _token(values.pop("token", None), faults),
        _header(values.pop("proxy_header", None), faults),
        _proxies(values.pop("proxies", None), faults),
    )
    faults += [f"`{key}` is no setting" for key in values]
    if not faults and not settings.token and not settings.proxy_header:
        faults.append("it needs a `token`, or a `proxy_header` of a proxy that signs people in")
    if faults:
        raise AcumenError(*(problem("ACU511", detail=fault) for fault in faults))
    return settings


def _token(value: Any, faults: list[str]) -> str | None:
    token = "" if value is None else str(value).strip()
    if is_unfilled(token):
        faults.append(f"`token`: {UNFILLED}")
    elif token and len(token) < SHORTEST_TOKEN:
        faults.append(f"`token` can be guessed; it needs {SHORTEST_TOKEN} characters or more")
    return token or None


def _header(value: Any, faults: list[str]) -> str | None:
    if value and not (isinstance(value, str) and _HEADER.fullmatch(value)):
        faults.append("`proxy_header` is no name of a header")
    return value or None


def _proxies(value: Any, faults: list[str]) -> tuple[str, ...]:
    if value is None:
        return THIS_MACHINE
    try:
        return tuple(str(ip_address(each)) for each in value)
    except (TypeError, ValueError):
        faults.append("`proxies` is no list of network addresses")
        return ()
