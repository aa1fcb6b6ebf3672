"""The floor: what a turn cannot do without. Encoder, classifier and one durable commit, alone in one process."""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from acumen.assistant import PIPELINE
from acumen.language.encoder import SentenceEncoder
from acumen.nlu.linear_model import INTENTS_FILE, WEIGHTS_FILE, LinearModel
from benchmarks.messages import message

WARM_UP = 20


def measure_floor(project: Path, model: Path, turns: int) -> list[float]:
    """Seconds of each turn with the language pipeline of a project and its trained model."""
    encoder = SentenceEncoder(project / PIPELINE / "acumen_encoder")
    linear = read_classifier(model)

    def classify(text: str) -> str:
        return linear.intents[int(linear.chances(encoder.encode([text]))[0].argmax())]

    with tempfile.TemporaryDirectory(dir=project) as folder:
        return timed_turns(classify, Path(folder) / "floor.db", turns)


def timed_turns(classify: Callable[[str], str], database: Path, turns: int) -> list[float]:
    """Seconds of each turn: classify a message and keep the result on the disk."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE turns (text TEXT, intent TEXT)")
    taken = []
    for turn in range(WARM_UP + turns):
        text, started = message(turn), time.perf_counter()
        connection.execute("INSERT INTO turns VALUES (?, ?)", (text, classify(text)))
        taken.append(time.perf_counter() - started)
    connection.close()
    return taken[WARM_UP:]


def read_classifier(model: Path) -> LinearModel:
    """The linear model inside a trained Rasa model."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as archive:
        for name in (WEIGHTS_FILE, INTENTS_FILE):
            member = next(each for each in archive.getmembers() if Path(each.name).name == name)
            member.name = name
            archive.extract(member, folder, filter="data")
        return LinearModel.load(Path(folder))
