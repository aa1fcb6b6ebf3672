"""Logistic regression as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from acumen.nlu.linear_model import LinearModel

VECTORS = np.eye(3, dtype=np.float32)


@pytest.mark.parametrize("labels", [["a", "b", "c"], ["a", "b", "b"]], ids=["three intents", "two intents"])
def test_chances_of_what_it_was_fitted_on(labels: list[str]):
    """The likeliest intent is the one that was shown, and the chances add up to one."""
    model = LinearModel.fit(VECTORS, labels, strength=100.0, steps=100)
    chances = model.chances(VECTORS)

    assert [model.intents[best] for best in chances.argmax(axis=1)] == labels
    assert np.allclose(chances.sum(axis=1), 1.0)


def test_large_scores_do_not_overflow():
    """Chances are numbers however large the weights are."""
    model = LinearModel(["a", "b"], np.array([[1e4], [-1e4]]), np.zeros(2))

    assert np.allclose(model.chances(np.ones((1, 1), dtype=np.float32)), [[1.0, 0.0]])


def test_a_saved_model_is_the_same(tmp_path: Path):
    """What is loaded gives the chances of what was saved."""
    model = LinearModel.fit(VECTORS, ["a", "b", "c"], strength=1.0, steps=100)
    model.save(tmp_path)
    loaded = LinearModel.load(tmp_path)

    assert loaded.intents == model.intents
    assert np.array_equal(loaded.chances(VECTORS), model.chances(VECTORS))
