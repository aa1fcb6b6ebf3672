"""What more articles cost: start-up, the engine's share of a turn, and memory.

    nice uv run python benchmarks/articles.py --articles 5 500 50000
    nice uv run python benchmarks/articles.py --articles 5 500 --postgres

The articles are made up (`benchmarks/library.py`). Each line is measured in processes
of its own: a cold start reads and indexes all, a warm one finds them read, an edited
one finds one article changed. A turn is the engine's part of it: half of the questions
have a topic, the others none; beside its time stands the processor's, which a busy
machine does not change. Passages are encoded by a stand-in that gives each word
a random vector, as the real encoder takes milliseconds a passage; `--encoder` uses that.
`--postgres` starts a PostgreSQL with pgvector, from the package pgserver.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import resource
import shutil
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from library import TOPICS, write_library

from acumen.answering.engine import Engine
from acumen.answering.question import Memory, Message, Question
from acumen.answering.stores import ADDRESS, open_store
from acumen.content.clinic import Clinic
from acumen.content.library import Library
from acumen.content.topics import read_topics

PROJECT = Path(__file__).parents[1]
QUESTIONS = 100
Encode = Callable[[Sequence[str]], np.ndarray]


def start(folder: Path, encode: Encode) -> tuple[Engine, Library]:
    """Load the library and make the engine, as the bot does."""
    topics = read_topics(PROJECT / "data" / "topics.yml")
    # Those that no made-up article answers are left open.
    (folder / "topics.yml").write_text(
        "".join(f"{name}:\n  ask: {name}?\n  gap: {name}\n" for name in topics), encoding="utf-8"
    )
    library = Library.load(folder, folder / "var")
    store = open_store(folder / "var", encode.__class__.__name__)
    return Engine(library, Clinic(), lambda _: [], encode, store=store), library


def turns(engine: Engine, library: Library) -> tuple[list[float], list[float]]:
    """Milliseconds, of the clock and of the processor, that questions in the words of random passages take."""
    chance = random.Random(1)  # noqa: S311
    names = list(library.articles)
    taken, worked = [], []
    for number in range(QUESTIONS):
        section = chance.choice(library.articles[chance.choice(names)].sections)
        text = f"{section.heading} {' '.join(chance.choice(section.passages).split()[:8])}"
        topic = chance.choice(TOPICS) if number % 2 else "booking"
        question = Question(text, ((topic, 0.9),), story=text)
        begun, began = time.perf_counter(), time.thread_time()
        engine.answer(Message(text, (question,)), Memory())
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((time.thread_time() - began) * 1000)
    return taken, worked


def measure(folder: Path, real: bool, ask: bool) -> dict[str, float]:
    """One start, and turns where wanted."""
    encode = _encoder(real)
    before = _memory()
    begun = time.perf_counter()
    engine, library = start(folder, encode)
    found = {"start": time.perf_counter() - begun, "articles": len(library.articles)}
    if ask:
        engine.answer(Message("warm up", (Question("warm up", (("booking", 0.9),)),)), Memory())
        taken, worked = turns(engine, library)
        found |= {"median": statistics.median(taken), "p95": statistics.quantiles(taken, n=20)[-1]}
        found |= {"processor": statistics.median(worked)}
    return found | {"memory": _memory() - before}


def _apart(*arguments: object) -> dict[str, float]:
    """Measure in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments)


class _StandIn:
    """Gives each word a random vector, and a text the mean of its words'."""

    def __init__(self) -> None:
        self._words = np.random.default_rng(0).standard_normal((4096, 384)).astype(np.float32)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        rows = [[zlib.crc32(word.encode()) % 4096 for word in re.findall(r"\w+", text.lower())] for text in texts]
        vectors = np.stack([self._words[row].sum(axis=0) for row in rows])
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


class _Real:
    """The encoder of the language pipeline."""

    def __init__(self) -> None:
        import spacy

        self._encoder = spacy.load(PROJECT / "models/acumen_en").get_pipe("acumen_encoder")

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoder.encode(texts)


def _encoder(real: bool) -> Encode:
    return _Real() if real else _StandIn()


def _memory() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description="What more articles cost.")
    parser.add_argument("--articles", type=int, nargs="+", default=[5, 500])
    parser.add_argument("--encoder", action="store_true", help="the real encoder")
    parser.add_argument("--postgres", action="store_true", help="the index in PostgreSQL")
    arguments = parser.parse_args()
    if arguments.postgres:
        import pgserver

        os.environ[ADDRESS] = pgserver.get_server(Path(tempfile.mkdtemp())).get_uri()
    sys.stdout.write("| articles | cold start | warm start | one edited | turn, median | 95 % | processor | memory |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|---|\n")
    for count in arguments.articles:
        folder = Path(tempfile.mkdtemp(prefix="articles-"))
        write_library(folder / "articles", count)
        cold = _apart(folder, arguments.encoder, False)
        warm = _apart(folder, arguments.encoder, True)
        edited = folder / "articles" / "made-up-00003.md"
        edited.write_text(edited.read_text(encoding="utf-8").replace("practice", "clinic of old"), encoding="utf-8")
        edit = _apart(folder, arguments.encoder, False)
        sys.stdout.write(
            f"| {count:,} | {cold['start']:.1f} s | {warm['start']:.2f} s | {edit['start']:.2f} s "
            f"| {warm['median']:.1f} ms | {warm['p95']:.1f} ms | {warm['processor']:.1f} ms "
            f"| {warm['memory']:.0f} MB |\n"
        )
        sys.stdout.flush()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
