"""docs/website.md, held against the channel."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from acumen.channels.website.api import DESCRIPTION
from acumen.channels.website.refusals import REFUSALS
from acumen.channels.website.settings import Limits, Settings, read_settings


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    """The page for operators and developers."""
    return (project / "docs" / "website.md").read_text(encoding="utf-8")


def test_every_refusal_has_a_row(page: str) -> None:
    """The table of refusals lists each code with its status, and nothing else."""
    rows = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", page, re.MULTILINE)

    assert sorted(rows) == sorted((str(status), code) for code, (status, _) in REFUSALS.items())


def test_every_address_has_a_row(page: str) -> None:
    """The table of addresses names each one of the OpenAPI description, with its method."""
    rows = {(path, method) for path, method in re.findall(r"^\| `(/[\w.]+)` \| (\w+)", page, re.MULTILINE)}
    paths = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]

    assert {(path, method.upper()) for path, methods in paths.items() for method in methods} <= rows


def test_settings_are_those_of_the_channel(page: str) -> None:
    """The example shows every setting, and limits as they are without it."""
    example = page.split("## Settings")[1]

    for field in (*fields(Settings), *fields(Limits)):
        assert f"`{field.name}`" in example
    for name, value in vars(Limits()).items():
        assert f"{name}: {value}\n" in example


def test_project_settings_are_good(project: Path) -> None:
    """The settings that the project comes with are read without a fault, and list no other site."""
    from rasa.shared.utils.io import read_config_file

    credentials = read_config_file(str(project / "credentials.yml"))

    assert read_settings(credentials["acumen.channels.website.WebsiteChannel"]) == Settings()
