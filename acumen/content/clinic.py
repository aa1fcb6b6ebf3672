"""The clinic behind the bot: its name, how to reach it, and its country."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acumen.errors import AcumenError, problem


@dataclass(frozen=True)
class Clinic:
    """What `data/clinic.yml` says; everything in it may be left empty."""

    name: str = ""
    phone: str = ""
    booking: str = ""
    address: str = ""
    country: str = ""

    @property
    def contact(self) -> str:
        """How to speak of the clinic so that the reader can reach it."""
        name = self.name or "the clinic"
        return f"{name} on {self.phone}" if self.phone else name


def read_clinic(file: Path) -> Clinic:
    """Read the clinic's settings; a missing file means all empty.

    Raises:
        AcumenError: ACU131 for a setting that does not exist or is no text.
    """
    if not file.exists():
        return Clinic()
    try:
        settings = YAML(typ="safe").load(file) or {}
    except YAMLError as error:
        raise AcumenError(problem("ACU131", file=file, detail=error)) from error
    if not isinstance(settings, dict):
        raise AcumenError(problem("ACU131", file=file, detail="the file holds no settings"))
    known = {field.name for field in fields(Clinic)}
    for name, value in settings.items():
        if name not in known:
            raise AcumenError(problem("ACU131", file=file, detail=f"`{name}` is no setting"))
        if value is not None and not isinstance(value, str):
            raise AcumenError(problem("ACU131", file=file, detail=f"`{name}` must be a text in quotes"))
    return Clinic(**{name: (value or "").strip() for name, value in settings.items()})
