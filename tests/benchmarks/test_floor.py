"""The floor."""

from __future__ import annotations

import sqlite3
import tarfile
from pathlib import Path

import numpy as np
import pytest

from acumen.nlu.linear_model import LinearModel
from benchmarks.floor import WARM_UP, measure_floor, read_classifier, timed_turns
from benchmarks.messages import message


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A trained model with a classifier of two intents, packed as Rasa packs it."""
    folder = tmp_path / "train_classifier"
    folder.mkdir()
    LinearModel(["greet", "cost"], np.ones((2, 384)), np.array([0.0, 1.0])).save(folder)
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(folder, "components/train_classifier")
    return tmp_path / "model.tar.gz"


def test_every_turn_is_kept(tmp_path: Path) -> None:
    """Each is one row, committed before the next begins."""
    database = tmp_path / "floor.db"
    kept: list[int] = []

    def classify(_: str) -> str:
        with sqlite3.connect(database) as other:
            kept.append(other.execute("SELECT count(*) FROM turns").fetchone()[0])
        other.close()
        return "greet"

    assert len(timed_turns(classify, database, 5)) == 5
    assert kept == list(range(WARM_UP + 5))


def test_the_classifier_is_the_trained_one(model: Path) -> None:
    """Intents and weights come from the model."""
    assert read_classifier(model).intents == ["greet", "cost"]


def test_the_floor_is_measured_with_the_projects_encoder(model: Path, tmp_path: Path) -> None:
    """A time a turn, and nothing is left behind."""
    (tmp_path / "models").symlink_to(Path.cwd() / "models")
    before = set(tmp_path.iterdir())
    taken = measure_floor(tmp_path, model, 3)
    assert len(taken) == 3
    assert min(taken) > 0
    assert set(tmp_path.iterdir()) == before
    assert message(0)
