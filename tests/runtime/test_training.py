"""Whether a trained model still fits its data."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from acumen.errors import AcumenError
from acumen.runtime.training import latest_model, newest_input

FILES = [
    "config.yml",
    "domain.yml",
    "data/nlu/visit.yml",
    "data/rules/answers.yml",
    "data/safety/emergency.yml",
    "data/safety/deep/more.yml",
    "data/lexicon.yml",
    "models/acumen_en/meta.json",
    "models/acumen_en/acumen_encoder/encoder.onnx",
]
# Read at each start: a change of these needs no training.
OTHERS = ["data/articles/pain.md", "data/topics.yml", "data/clinic.yml", "data/safety/replies.yml", "README.md"]
OTHERS += ["data/safety/words.yml", "data/safety/patterns.yml", "data/safety/context.yml"]
MODEL = "models/acumen.tar.gz"
LONG_AGO, TRAINED, AFTERWARDS = 1_000_000, 2_000_000, 3_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose files are all older than its model."""
    for name in [*FILES, *OTHERS, MODEL]:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("…", encoding="utf-8")
    for path in tmp_path.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    os.utime(tmp_path / MODEL, (TRAINED, TRAINED))
    return tmp_path


def fault(folder: Path) -> tuple[str, str]:
    """Code and text of what is wrong with the model of `folder`."""
    with pytest.raises(AcumenError) as caught:
        latest_model(folder)
    (problem,) = caught.value.problems
    return problem.code, problem.what


def test_current_model(folder: Path):
    """A model newer than all it was made of is the one to use."""
    assert latest_model(folder) == folder / MODEL


@pytest.mark.parametrize("name", ["models/zz-older.tar.gz", "models/aa-older.tar.gz"])
def test_the_newest_of_several_models(folder: Path, name: str):
    """Of several models the last one trained counts, whatever it is called."""
    (folder / name).write_text("…", encoding="utf-8")
    os.utime(folder / name, (LONG_AGO, LONG_AGO))

    assert latest_model(folder) == folder / MODEL


def test_no_model(folder: Path):
    """Without a model its folder is named."""
    (folder / MODEL).unlink()

    assert fault(folder) == ("ACU201", f"no trained model in {folder / 'models'}")


def test_no_folder_for_models(folder: Path):
    """A project that never held a model is no different."""
    shutil.rmtree(folder / "models")

    assert fault(folder)[0] == "ACU201"


@pytest.mark.parametrize("name", FILES)
def test_stale_after_a_change(folder: Path, name: str):
    """A change of anything the model is made of makes it stale, and is named."""
    os.utime(folder / name, (AFTERWARDS, AFTERWARDS))

    code, what = fault(folder)
    assert code == "ACU202"
    assert str(folder / name) in what


@pytest.mark.parametrize("name", [name for name in FILES if "/" in name and name != "data/lexicon.yml"])
def test_stale_after_a_deletion(folder: Path, name: str):
    """A file that is gone makes the model stale too: its folder changed."""
    (folder / name).unlink()

    code, what = fault(folder)
    assert code == "ACU202"
    assert str((folder / name).parent) in what


def test_stale_after_an_addition(folder: Path):
    """A new file makes the model stale even when its own date is old."""
    new = folder / "data" / "nlu" / "new.yml"
    new.write_text("…", encoding="utf-8")
    os.utime(new, (LONG_AGO, LONG_AGO))

    assert fault(folder)[0] == "ACU202"


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_read_at_each_start_needs_no_training(folder: Path, name: str):
    """Articles, topics, clinic settings and safety replies can change under a trained model."""
    os.utime(folder / name, (AFTERWARDS, AFTERWARDS))

    assert latest_model(folder) == folder / MODEL


def test_newest_input(folder: Path):
    """Of all the model depends on, what was changed last is found."""
    os.utime(folder / "domain.yml", (TRAINED, TRAINED))
    os.utime(folder / "data/nlu/visit.yml", (AFTERWARDS, AFTERWARDS))

    assert newest_input(folder) == folder / "data/nlu/visit.yml"
