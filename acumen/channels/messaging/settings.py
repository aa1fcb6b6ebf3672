"""Reading a messenger's settings in credentials.yml, with every fault named at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from acumen.credentials import UNFILLED, is_unfilled
from acumen.errors import AcumenError, problem

SHORTEST_SECRET = 8
ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


class Settings:
    """One channel's settings; what nobody reads is unknown."""

    def __init__(self, channel: str, credentials: Mapping[str, Any] | None) -> None:
        self.channel = channel
        self._values = dict(credentials or {})
        self._read: set[str] = set()
        self._faults: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """A text; a fault where it is missing and has no default."""
        self._read.add(name)
        value = self._values.get(name)
        if value is None or not str(value).strip():
            if default is None:
                self.fault(f"`{name}` is missing")
            return default or ""
        if is_unfilled(value):
            self.fault(f"`{name}`: {UNFILLED}")
        return str(value).strip()

    def secret(self, name: str) -> str:
        """A secret: a text that is long enough not to be guessed."""
        value = self.text(name)
        if value and len(value) < SHORTEST_SECRET:
            self.fault(f"`{name}` is too short for a secret")
        return value

    def address(self, name: str, default: str | None = None) -> str:
        """A web address, without a slash at its end; it needs https outside this machine."""
        value = self.text(name, default).rstrip("/")
        if value and not ADDRESS.fullmatch(value):
            self.fault(f"`{name}` is no web address, such as https://chat.clinic.example")
        elif value.startswith("http://") and not re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$)", value):
            self.fault(f"`{name}` must begin with https://")
        return value

    def fault(self, detail: str) -> None:
        """Note what is wrong; it must not quote a secret."""
        self._faults.append(detail)

    def check(self) -> None:
        """Report what is wrong or unknown.

        Raises:
            AcumenError: ACU401 for each fault.
        """
        unknown = [f"`{name}` is no setting" for name in self._values if name not in self._read]
        # A setting that is read twice has its fault once.
        if faults := dict.fromkeys([*self._faults, *unknown]):
            raise AcumenError(*(problem("ACU401", channel=self.channel, detail=fault) for fault in faults))
