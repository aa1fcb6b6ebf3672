"""Multinomial logistic regression over sentence vectors, as arrays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

WEIGHTS_FILE, INTENTS_FILE = "weights.npz", "intents.json"


@dataclass(frozen=True)
class LinearModel:
    """A probability for each intent, of any number of vectors.

    Attributes:
        weights: shape (intents, width).
        bias: shape (intents,).
    """

    intents: list[str] = field(default_factory=list)
    weights: Array = field(default_factory=lambda: np.zeros((0, 0)))
    bias: Array = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def fit(cls, vectors: Vectors, labels: Sequence[str], *, strength: float, steps: int) -> LinearModel:
        """Fit on `vectors`, shape (n, width), every class weighing the same whatever its size.

        Args:
            vectors: one a message.
            labels: their intents.
            strength: inverse strength of regularisation.
            steps: of the solver.
        """
        from sklearn.linear_model import LogisticRegression

        fitted = LogisticRegression(C=strength, max_iter=steps, class_weight="balanced").fit(vectors, labels)
        intents, weights, bias = [str(name) for name in fitted.classes_], fitted.coef_, fitted.intercept_
        if len(intents) == 2:  # scikit-learn keeps one row of weights for two classes
            weights, bias = np.vstack([np.zeros_like(weights), weights]), np.append(0.0, bias)
        return cls(intents, weights, bias)

    def chances(self, vectors: Vectors) -> Array:
        """Probabilities of all intents, shape (n, intents)."""
        # Not `@`: after so small a product the threads of OpenBLAS wait for the next one, and keep a processor busy.
        scores = np.einsum("ij,kj->ik", vectors, self.weights) + self.bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]

    def save(self, folder: Path) -> None:
        """Write the model to `folder`."""
        np.savez(folder / WEIGHTS_FILE, weights=self.weights, bias=self.bias)
        (folder / INTENTS_FILE).write_text(json.dumps(self.intents), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read the model that `save` wrote."""
        arrays = np.load(folder / WEIGHTS_FILE, allow_pickle=False)
        intents = json.loads((folder / INTENTS_FILE).read_text(encoding="utf-8"))
        return cls(intents, arrays["weights"], arrays["bias"])
