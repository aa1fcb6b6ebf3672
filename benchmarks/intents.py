"""The intent classifier on public data: CLINC150 and BANKING77.

    uv run python benchmarks/intents.py clinc150_full.json banking77_train.csv banking77_test.csv

The files are those of clinc/oos-eval and PolyAI-LDN/task-specific-datasets. The
encoder is the one in `models/acumen_en`, the classifier the component of
`config.yml`; it abstains below a threshold that is chosen on CLINC150's
validation messages, never on its test messages.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import spacy
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from acumen.assistant import PIPELINE
from acumen.nlu.intent_classifier import QuestionIntentClassifier

OUT_OF_SCOPE = "oos"
Labelled = Sequence[tuple[str, str]]
Ranked = tuple[str, str, float]


class Pipeline:
    """Encoder and classifier, trained on labelled messages."""

    def __init__(self, train: Labelled) -> None:
        self._model = SpacyModel(spacy.load(PIPELINE), str(PIPELINE))
        with tempfile.TemporaryDirectory() as folder:
            storage = LocalModelStorage(Path(folder))
            config = QuestionIntentClassifier.get_default_config()
            self._classifier = QuestionIntentClassifier(config, storage, Resource("classifier"))
            self._classifier.train(TrainingData(list(self._messages(train))), self._model)

    def rank(self, messages: Labelled) -> list[Ranked]:
        """The label, the likeliest intent and its probability, for each message."""
        parsed = self._classifier.process(list(self._messages(messages)), self._model)
        ranked = []
        for (_, label), message in zip(messages, parsed, strict=True):
            best = message.get(INTENT_RANKING_KEY)[0]
            ranked.append((label, best["name"], best["confidence"]))
        return ranked

    def _messages(self, messages: Labelled) -> Iterable[Message]:
        for text, label in messages:
            yield Message({TEXT: text, INTENT: label, SPACY_DOCS[TEXT]: self._model.model(text)})


def accuracy(ranked: Sequence[Ranked], threshold: float = 0.0) -> float:
    """Share of in-scope messages with the right intent, in per cent; below the threshold none is given."""
    return 100 * float(np.mean([label == name and chance >= threshold for label, name, chance in ranked]))


def recall(ranked: Sequence[Ranked], threshold: float) -> float:
    """Share of out-of-scope messages that are recognised as such, in per cent."""
    return 100 * float(np.mean([name == OUT_OF_SCOPE or chance < threshold for _, name, chance in ranked]))


def clinc150(file: Path) -> str:
    """In-scope accuracy and out-of-scope recall, with and without out-of-scope messages to learn from."""
    data = json.loads(file.read_text(encoding="utf-8"))
    lines = []
    for name, extra in (("threshold only", []), ("trained on out-of-scope messages too", data["oos_train"])):
        pipeline = Pipeline([*data["train"], *extra])
        inside, outside = pipeline.rank(data["val"]), pipeline.rank(data["oos_val"])
        steps = np.linspace(0, 0.9, 91)
        threshold = float(max(steps, key=lambda step: accuracy(inside, step) + recall(outside, step) / 4))
        inside, outside = pipeline.rank(data["test"]), pipeline.rank(data["oos_test"])
        lines.append(
            f"CLINC150, {name}: {accuracy(inside):.1f} in scope without a threshold; {accuracy(inside, threshold):.1f} "
            f"in scope and {recall(outside, threshold):.1f} out-of-scope recall at {threshold:.2f}"
        )
    return "\n".join(lines)


def banking77(train: Path, test: Path) -> str:
    """Accuracy on the test messages."""
    return f"BANKING77: {accuracy(Pipeline(_rows(train)).rank(_rows(test))):.1f}"


def _rows(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the intent classifier on public data.")
    parser.add_argument("clinc150", type=Path)
    parser.add_argument("banking77_train", type=Path)
    parser.add_argument("banking77_test", type=Path)
    files = parser.parse_args()
    sys.stdout.write(f"{clinc150(files.clinc150)}\n{banking77(files.banking77_train, files.banking77_test)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
