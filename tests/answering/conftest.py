"""A small library and its engine, without model or files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from acumen.answering.embedded import EmbeddedStore
from acumen.answering.engine import Engine
from acumen.answering.passages import PassageIndex
from acumen.answering.question import Entity, Message, Question
from acumen.content.article import Article, Section, Source
from acumen.content.catalogue import Catalogue
from acumen.content.clinic import Clinic
from acumen.content.library import Library
from acumen.content.topics import Topic, read_topics

# The words that the small library's reader knows, by kind.
LEXICON = {
    "condition": {"back-pain": "back pain", "migraine": "migraine", "tinnitus": "tinnitus"},
    "technique": {"acupuncture": "acupuncture", "dry-needling": "dry needling", "cupping": "cupping"},
}
TOPICS = [
    Topic("how_many_sessions", "How many sessions will I need?", next=("does_it_hurt", "cost")),
    Topic("does_it_hurt", "Does it hurt?", next=("how_many_sessions",), leaves_out="how deep the needles go"),
    Topic("what_to_expect", "What happens at a session?", next=("does_it_hurt",)),
    Topic("conditions_overview", "What can it help with?", per_condition=True, next=("back_pain",)),
    Topic("back_pain", "Does it help back pain?", per_condition=True, next=("headaches",)),
    Topic("headaches", "Does it help headaches?", per_condition=True),
    Topic("what_is_dry_needling", "What is dry needling?", next=("difference",)),
    Topic("difference", "How do the two differ?"),
    Topic("cost", "What does it cost?", gap="what a treatment costs", next=("how_many_sessions",)),
    Topic("parking", "Where can I park?", gap="where to park"),
    Topic(
        "condition_details",
        "How many sessions for one condition?",
        gap="that for a single condition",
        in_general=("how_many_sessions",),
        next=("conditions_overview",),
    ),
]
SECTIONS = {
    "bru": [
        Section("bru", "sessions", "How many sessions?", ("how_many_sessions",), ("Bru suggests 6 to 8 sessions.",)),
        Section(
            "bru",
            "hurt",
            "Does it hurt?",
            ("does_it_hurt",),
            ("Most people feel little.", "Bru names these feelings:", "- a dull ache\n- warmth", "It fades soon."),
        ),
        Section(
            "bru",
            "back",
            "Does it help back pain?",
            ("back_pain",),
            ("It eases back pain.",),
            conditions=frozenset({"back-pain"}),
        ),
        Section("bru", "visit", "What happens at a session?", ("what_to_expect",), ("You rest for a while.",)),
    ],
    "loyer": [
        Section("loyer", "visits", "How many visits?", ("how_many_sessions",), ("Loyer says 8 to 12 sessions.",)),
        Section(
            "loyer",
            "head",
            "Does it help headaches?",
            ("headaches",),
            ("It may help migraine.",),
            conditions=frozenset({"migraine"}),
        ),
        Section("loyer", "list", "What it helps", ("conditions_overview",), ("It helps back pain and migraine.",)),
        Section(
            "loyer",
            "dry",
            "What is dry needling?",
            ("what_is_dry_needling",),
            ("A needle in a tight spot.",),
            technique="dry-needling",
        ),
        Section("loyer", "both", "How they differ", ("difference",), ("One is older.",), technique="both"),
    ],
}


def read(text: str) -> list[Entity]:
    """The words of the small lexicon in `text`."""
    return [
        Entity(kind, entry, term)
        for kind, entries in LEXICON.items()
        for entry, term in entries.items()
        if term in text.lower()
    ]


def encode(texts: Sequence[str]) -> np.ndarray:
    """Vectors of texts by their words, without a model."""
    vectors = np.zeros((len(texts), 256), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in re.findall(r"\w+", text.lower()):
            vectors[row, zlib.crc32(word.encode()) % 256] += 1.0
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def article(name: str, sections: Sequence[Section]) -> Article:
    """An article of the small library."""
    source = Source(f"The article of {name}", author=name.title(), publisher="Example Press", date="1 May 2020")
    return Article(name, f"About {name}", source, date(2026, 1, 2), date(2027, 1, 2), tuple(sections))


@pytest.fixture(scope="session")
def small() -> Library:
    """Two articles that differ about the number of sessions, and topics they leave open."""
    return Library([article(*each) for each in SECTIONS.items()], {topic.name: topic for topic in TOPICS})


@pytest.fixture(scope="session")
def made_up(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library of twenty made-up articles, with the project's topics."""
    spec = spec_from_file_location("made_up", project / "benchmarks" / "library.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("made-up")
    module.write_library(folder / "articles", 20)
    catalogue = Catalogue()
    assert catalogue.update(folder / "articles") == []
    return Library(catalogue, read_topics(project / "data" / "topics.yml"))


@pytest.fixture(scope="session")
def make_article() -> Callable[[str, Sequence[Section]], Article]:
    """Makes an article of sections."""
    return article


@pytest.fixture(scope="session")
def reader() -> Callable[[str], list[Entity]]:
    """What finds the entities of a text."""
    return read


@pytest.fixture(scope="session")
def encoder() -> Callable[[Sequence[str]], np.ndarray]:
    """What gives texts their vectors."""
    return encode


@pytest.fixture(scope="session")
def index(small: Library) -> PassageIndex:
    """The passages of the small library, in memory."""
    return PassageIndex(small, EmbeddedStore(), encode, read)


@pytest.fixture(scope="session")
def engine(small: Library) -> Engine:
    """An engine over the small library, for a clinic with a phone."""
    clinic = Clinic("Green Lane Clinic", "01234 567890", booking="https://clinic.example", address="1 Green Lane")
    return Engine(small, clinic, read, encode)


@pytest.fixture(scope="session")
def question() -> Callable[..., Question]:
    """Makes a question about a topic, sure of it unless told otherwise."""

    def make(text: str, *topics: str, chance: float = 0.9) -> Question:
        ranking = tuple((topic, chance if rank == 0 else (1 - chance) / rank / 4) for rank, topic in enumerate(topics))
        return Question(text, ranking, tuple(read(text)))

    return make


@pytest.fixture(scope="session")
def message(question: Callable[..., Question]) -> Callable[..., Message]:
    """Makes a message of questions, each given as (text, topic)."""

    def make(*asked: tuple[str, str]) -> Message:
        return Message(" ".join(text for text, _ in asked), tuple(question(*each) for each in asked))

    return make
