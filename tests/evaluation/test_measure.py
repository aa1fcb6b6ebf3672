"""Measuring the project, and noticing what was lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acumen.evaluation.figures import Figure, Figures
from acumen.evaluation.measure import CALIBRATION, FOLDERS, HELD_OUT, RECORD, Measured, lost, measure, record

BEFORE: dict[str, Figures] = {
    HELD_OUT: {"answerable": Figure(90, 100), "crisis": Figure(2, 3)},
    CALIBRATION: {"answerable": Figure(95, 100)},
}


def measured(figures: dict[str, Figures]) -> Measured:
    """What was measured, without the replies."""
    return Measured({}, {}, figures)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A project whose figures were recorded."""
    (tmp_path / RECORD).parent.mkdir(parents=True)
    record(tmp_path, measured(BEFORE))
    return tmp_path


def test_a_record_is_read_by_people_too(recorded: Path):
    """Figures are written down by set and measure, in per cent with one decimal."""
    text = (recorded / RECORD).read_text(encoding="utf-8")

    assert json.loads(text) == {"held out": {"answerable": 90.0, "crisis": 66.7}, "calibration": {"answerable": 95.0}}
    assert text.endswith("}\n")


def test_a_record_replaces_the_one_before(recorded: Path):
    """Recording again leaves nothing of the old figures."""
    record(recorded, measured({HELD_OUT: {"caution": Figure(1, 2)}}))

    assert json.loads((recorded / RECORD).read_text(encoding="utf-8")) == {"held out": {"caution": 50.0}}


@pytest.mark.parametrize("right", [90, 88, 99], ids=["the same", "a little less", "better"])
def test_nothing_is_lost(recorded: Path, right: int):
    """What was recorded, and what is about as good or better, is no loss."""
    now = {**BEFORE, HELD_OUT: {"answerable": Figure(right, 100), "crisis": Figure(2, 3)}}

    assert lost(recorded, measured(now)) == []


def test_a_loss_is_named_with_its_set(recorded: Path):
    """A figure that fell too far is named with the set of messages it fell on, and no other is."""
    now = {**BEFORE, CALIBRATION: {"answerable": Figure(90, 100), "caution": Figure(0, 100)}}

    (loss,) = lost(recorded, measured(now))

    assert all(part in loss for part in (CALIBRATION, "answerable", "90.0", "95.0"))


@pytest.mark.model
@pytest.mark.filterwarnings("ignore:Slot auto-fill has been removed:UserWarning")
def test_the_project_is_as_good_as_recorded(project: Path, monkeypatch: pytest.MonkeyPatch):
    """No figure of the project is more than two points below the one in docs/evaluation.json."""
    file = project / RECORD
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    missing = [name for name in FOLDERS if name not in known]
    if missing:
        pytest.skip(f"{RECORD} has no figures of: {', '.join(missing)}; `make evaluate` writes them")
    # The language pipeline and the articles are named relative to the project's folder.
    monkeypatch.chdir(project)

    # Kept apart from the check, so that a failure prints figures and no message.
    losses = lost(project, measure(project))

    assert losses == []
