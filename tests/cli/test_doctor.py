"""`acumen doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acumen.cli import main
from acumen.errors import problem
from acumen.runtime.doctor import checks

pytestmark = pytest.mark.usefixtures("own_process")


@pytest.mark.parametrize(("found", "status"), [("well", 0), (problem("ACU350"), 0), (None, 1)])
def test_exit_status(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], found: object, status: int
) -> None:
    """A warning leaves the exit status 0; what keeps the bot from working makes it 1, in text as in JSON."""

    def check(_: Path) -> list[object]:
        if found is None:
            raise ValueError("broken")
        return [found]

    monkeypatch.chdir(project)
    monkeypatch.setattr(checks, "CHECKS", (("one", check),))

    assert main(["doctor"]) == status
    line = capsys.readouterr().out
    assert main(["doctor", "--json"]) == status
    (entry,) = json.loads(capsys.readouterr().out)
    assert line.startswith(f"{entry['level'].upper():<5} one: ")
