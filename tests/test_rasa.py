"""Tests that stock Rasa commands work in the project as their documentation says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RASA = [str(Path(sys.executable).parent / "rasa")]


def run_rasa(project: Path, *arguments: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    """Run a rasa command in the project folder and keep what it prints."""
    environment = {"PATH": str(Path(sys.executable).parent) + ":/usr/bin:/bin", "RASA_TELEMETRY_ENABLED": "false"}
    return subprocess.run(
        [*RASA, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **kwargs,
    )


@pytest.mark.model
def test_data_validate_finds_nothing(project: Path) -> None:
    """Rasa's own validator accepts domain, rules and messages without a warning."""
    run = run_rasa(project, "data", "validate", "--fail-on-warnings")

    assert run.returncode == 0, run.stderr[-3000:]


@pytest.mark.model
def test_stories_hold(project: Path, tmp_path: Path) -> None:
    """Every test story, its texts read by the model, predicts the intents and actions it names."""
    run = run_rasa(
        project,
        *("test", "core", "--e2e", "--fail-on-prediction-errors", "--no-plot"),
        *("--stories", "tests/test_stories.yml", "--model", "models", "--out", str(tmp_path)),
    )

    failed = tmp_path / "failed_test_stories.yml"
    assert run.returncode == 0, failed.read_text(encoding="utf-8") if failed.exists() else run.stderr[-3000:]
