"""A project that is as it should be, to be broken."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from acumen.runtime.doctor.findings import Check, Finding, examine

COPIED = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")

Examine = Callable[[Check], list[Finding]]


def write_model(file: Path, rasa: str) -> None:
    """A model with nothing in it but who made it."""
    metadata = json.dumps({"rasa_open_source_version": rasa}).encode()
    entry = tarfile.TarInfo("metadata.json")
    entry.size = len(metadata)
    with tarfile.open(file, "w:gz") as archive:
        archive.addfile(entry, io.BytesIO(metadata))


@pytest.fixture
def installed(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, copied where it may be changed."""
    folder = tmp_path / "installed"
    (folder / "models").mkdir(parents=True)
    for name in COPIED:
        shutil.copy(project / name, folder)
    shutil.copytree(project / "data", folder / "data")
    (folder / "models" / "acumen_en").symlink_to(project / "models" / "acumen_en")
    write_model(folder / "models" / "acumen.tar.gz", version("rasa"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def found(installed: Path) -> Examine:
    """What a check finds there."""
    return lambda check: list(examine(installed, [("check", check)]))
