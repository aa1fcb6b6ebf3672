"""The process around Rasa: quiet and private."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import structlog

from acumen.errors import AcumenError
from acumen.runtime.environment import prepare

pytestmark = pytest.mark.usefixtures("own_process")


def test_telemetry_is_off(project: Path):
    """Nothing is reported to anyone, whatever was set before."""
    prepare(project)

    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"


def test_actions_of_the_project_can_be_imported(project: Path, tmp_path: Path):
    """The clinic's own actions are found in the project's folder."""
    (tmp_path / "config.yml").write_text("", encoding="utf-8")

    prepare(tmp_path)

    assert sys.path[0] == str(tmp_path)


@pytest.mark.parametrize(("level", "shown"), [("debug", False), ("info", False), ("warning", True), ("error", True)])
def test_events_below_warning_are_not_written(
    project: Path, capsys: pytest.CaptureFixture[str], level: str, shown: bool
):
    """Rasa's events carry patients' words up to the level of information: none of those is written."""
    prepare(project)

    getattr(structlog.get_logger(), level)("processor.message", text="my private complaint")

    written = capsys.readouterr()
    assert written.out == ""
    assert ("my private complaint" in written.err) is shown


def test_folder_that_is_no_project(tmp_path: Path):
    """Started elsewhere, the command says where it should be run."""
    with pytest.raises(AcumenError) as caught:
        prepare(tmp_path)

    (fault,) = caught.value.problems
    assert fault.code == "ACU205"
    assert str(tmp_path) in fault.what
