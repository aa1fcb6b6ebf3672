"""Training, and whether a trained model still fits its data."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from acumen.errors import AcumenError, problem

MODELS = Path("models")
# What the model is made of. Articles, topics and clinic settings are not: they are read at each start.
INPUTS = ("config.yml", "domain.yml", "data/nlu", "data/rules", "data/safety", "data/lexicon.yml", "models/acumen_en")
READ_AT_START = {"replies.yml", "words.yml", "patterns.yml", "context.yml"}


def latest_model(project: Path) -> Path:
    """The newest trained model of a project.

    Raises:
        AcumenError: ACU201 when there is none, ACU202 when it is older than
            what it was trained on, as `make` would judge.
    """
    models = sorted((project / MODELS).glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not models:
        raise AcumenError(problem("ACU201", folder=project / MODELS))
    changed = newest_input(project)
    if changed.stat().st_mtime > models[-1].stat().st_mtime:
        raise AcumenError(problem("ACU202", changed=changed))
    return models[-1]


def newest_input(project: Path) -> Path:
    """The file or folder the model depends on that was changed last."""
    return max(_inputs(project), key=lambda path: path.stat().st_mtime)


def train(project: Path) -> Path:
    """Train a model from the project's data and return its file.

    Raises:
        AcumenError: ACU206 when Rasa could not train.
    """
    import rasa.model_training

    try:
        # Rasa prints its progress to standard output, which belongs to the answers.
        with contextlib.redirect_stdout(sys.stderr):
            result = rasa.model_training.train(
                domain=str(project / "domain.yml"),
                config=str(project / "config.yml"),
                training_files=[str(project / "data")],
                output=str(project / MODELS),
                fixed_model_name="acumen",
            )
    except Exception as error:
        raise AcumenError(problem("ACU206", detail=error)) from error
    if not result.model:
        raise AcumenError(problem("ACU206", detail=f"Rasa returned code {result.code}"))
    model = Path(result.model)
    # An unchanged model comes from Rasa's cache with its old date.
    model.touch()
    return model


def _inputs(project: Path) -> Iterator[Path]:
    """Every file the model depends on; folders too, as a deletion changes only those."""
    for name in INPUTS:
        path = project / name
        if path.is_dir():
            yield from (each for each in path.rglob("*") if each.name not in READ_AT_START)
        if path.exists():
            yield path
