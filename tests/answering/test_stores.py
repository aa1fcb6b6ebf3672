"""What every store of passages does alike: in memory, in a file, and in PostgreSQL."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language

from acumen.answering import passages as module
from acumen.answering.embedded import FILE, EmbeddedStore
from acumen.answering.engine import Engine
from acumen.answering.passages import Encode, Indexed, Passage, PassageIndex, PassageStore, Reader
from acumen.answering.postgres import PostgresStore
from acumen.answering.question import Memory, Message, Question
from acumen.answering.stores import ADDRESS, open_store
from acumen.content.clinic import Clinic
from acumen.content.library import Library
from acumen.errors import AcumenError

WIDTH = 256
VECTOR = np.eye(1, WIDTH, dtype=np.float32)[0]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL that has pgvector."""
    pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["memory", "file", pytest.param("postgres", marks=pytest.mark.servers)])
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., PassageStore]]:
    """Opens the same store again and again; what is in memory starts empty."""
    opened: list[PostgresStore] = []

    def again(made_with: str = "encoder") -> PassageStore:
        if request.param == "postgres":
            opened.append(PostgresStore(request.getfixturevalue("postgres"), made_with, WIDTH))
            return opened[-1]
        return EmbeddedStore(tmp_path if request.param == "file" else None, made_with)

    if request.param == "postgres":
        # A store of another encoder begins empty.
        again(str(tmp_path))
    yield again
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: Callable[..., PassageStore]) -> PassageStore:
    """An empty store."""
    return open_again()


def article(name: str, *texts: str, conditions: frozenset[tuple[str, str]] = frozenset()) -> Indexed:
    """An article with one section a passage."""
    passages = tuple(Passage(f"{name}#s{i}/0", VECTOR, tuple(text.split())) for i, text in enumerate(texts))
    return Indexed(name, f"digest of {name}", passages, conditions)


def test_what_is_kept_is_counted(store: PassageStore):
    """Passages, words, and in how many passages a word stands; taken back when an article goes."""
    store.replace([], [article("a", "one two two", "two"), article("b", "two three")])
    assert store.size() == (3, 6)
    assert store.frequencies(["one", "two", "four"]).items() >= {"one": 1, "two": 3}.items()

    store.replace(["a"], [])
    assert store.size() == (1, 2)
    assert not any(store.frequencies(["one", "four"]).values())
    assert store.frequencies(["two"]) == {"two": 1}
    assert store.digests() == {"b": "digest of b"}


def test_an_article_is_replaced(store: PassageStore):
    """Nothing of what an article said before is left."""
    store.replace([], [article("a", "old words", conditions=frozenset({("topic", "back")}))])
    store.replace([], [article("a", "new", conditions=frozenset({("topic", "head")}))])
    store.ready()

    assert [hit.words for hit in store.nearest(VECTOR, 10)] == [{"new": 1}]
    assert store.with_words(["old"], VECTOR, 10) == []
    assert store.conditions(["topic", "other"]) == {"head"}


def test_words_are_searched_as_they_are(store: PassageStore):
    """Words that mean something to a search engine are only words to this one."""
    words = ["or", "and", "not", "near", "a_b", "naïve", "東京", "x1"]
    store.replace([], [article("a", *words)])
    store.ready()

    for place, word in enumerate(words):
        assert [hit.key for hit in store.with_words([word], VECTOR, 10)] == [f"a#s{place}/0"], word


def test_sections_are_looked_up(store: PassageStore):
    """The passages of sections come with their words; unknown sections have none."""
    store.replace([], [article("a", "one", "two", "three")])
    store.ready()

    found = store.of(["a#s2", "a#s0", "b#s0"], VECTOR)

    assert {hit.key: (hit.words, hit.length) for hit in found} == {
        "a#s0/0": ({"one": 1}, 1),
        "a#s2/0": ({"three": 1}, 1),
    }
    assert [hit.meaning for hit in found] == pytest.approx([1.0, 1.0])
    assert store.of([], VECTOR) == []


def test_the_nearest_come_first(store: PassageStore, encoder: Encode):
    """Of many passages those nearest in meaning are found."""
    texts = [f"word{number} other{number}" for number in range(60)]
    passages = tuple(
        Passage(f"a#s/{place}", vector, tuple(texts[place].split())) for place, vector in enumerate(encoder(texts))
    )
    store.replace([], [Indexed("a", "digest", passages)])
    store.ready()

    for place in (0, 30, 59):
        (vector,) = encoder([texts[place]])
        found = store.nearest(vector, 5)
        assert len(found) == 5
        assert found[0].key == f"a#s/{place}"
        assert found[0].meaning == pytest.approx(1.0, abs=1e-3)


def test_kept_until_the_encoder_changes(request: pytest.FixtureRequest, open_again: Callable[..., PassageStore]):
    """The next start finds what was written; with another encoder it begins anew."""
    open_again().replace([], [article("a", "one")])

    kept = open_again().digests()

    assert kept == ({} if "memory" in request.node.name else {"a": "digest of a"})
    assert open_again("another").digests() == {}


def test_the_same_questions_find_the_same(
    small: Library, encoder: Encode, reader: Reader, store: PassageStore, index: PassageIndex
):
    """All stores give the same scores, but for rounding."""
    other = PassageIndex(small, store, encoder, reader)

    for text in ("does it hurt", "8 to 12 sessions", "is it?", "a tight spot", "zzz", ""):
        assert other.search(text).scores == pytest.approx(index.search(text).scores, abs=1e-3)
    assert other.conditions(["back_pain"]) == {"back-pain"}


def test_large_library(
    open_again: Callable[..., PassageStore],
    made_up: Library,
    nlp: Language,
    monkeypatch: pytest.MonkeyPatch,
):
    """Of many articles, a question in a passage's own words finds that passage, though few are looked at."""
    encode = nlp.get_pipe("acumen_encoder").encode
    store = open_again()
    index = PassageIndex(made_up, store, lambda texts: encode(texts)[:, :WIDTH], lambda _: [])
    monkeypatch.setattr(module, "ALL", 1)
    monkeypatch.setattr(module, "NEAREST", 20)
    sections = list(made_up.sections.values())[::40]

    for section in sections:
        scores = index.search(f"{section.heading} {section.passages[1]}").scores
        assert max(scores, key=scores.__getitem__) == f"{section.key}/1"


@pytest.mark.servers
def test_a_lost_database_leaves_the_topics(
    *, postgres: str, small: Library, encoder: Encode, reader: Reader, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    """Where PostgreSQL fails while the bot runs, topics are answered with their leads, and no word is logged."""
    store = PostgresStore(postgres, str(tmp_path), WIDTH)
    engine = Engine(small, Clinic(), reader, encoder, store=store)
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA acumen_index CASCADE")
    question = Question("does the xylophone hurt", (("does_it_hurt", 0.9),), story="does the xylophone hurt")

    reply, _ = engine.answer(Message(question.text, (question,)), Memory())
    store.close()

    assert reply.citations[0].passage == "Most people feel little."
    assert "ACU221" in caplog.text
    assert "xylophone" not in caplog.text


@pytest.mark.servers
def test_two_bots_may_share_a_database(postgres: str, small: Library, encoder: Encode, reader: Reader, tmp_path: Path):
    """Two first starts at once fill it once."""
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=_fill, args=(postgres, str(tmp_path), small, encoder, reader)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    store = PostgresStore(postgres, str(tmp_path), WIDTH)
    assert [process.exitcode for process in processes] == [0, 0]
    assert store.size()[0] == 12
    store.close()


def _fill(address: str, made_with: str, library: Library, encode: Encode, read: Reader) -> None:
    copy = Library(list(library.articles.values()), library.topics)
    PassageIndex(copy, PostgresStore(address, made_with, WIDTH), encode, read)


def test_two_processes_may_share_a_file(small: Library, encoder: Encode, reader: Reader, tmp_path: Path):
    """Two first starts at once fill it once, and the next start finds it sound."""
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_fill_file, args=(tmp_path, small, encoder, reader)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    assert EmbeddedStore(tmp_path, "encoder").size()[0] == 12


def _fill_file(folder: Path, library: Library, encode: Encode, read: Reader) -> None:
    copy = Library(list(library.articles.values()), library.topics)
    PassageIndex(copy, EmbeddedStore(folder, "encoder"), encode, read)


@pytest.mark.parametrize(
    "address", ["nonsense", "sqlite:///file.db", "mysql://host/name", "postgresql://nobody:secret@127.0.0.1:1/none"]
)
def test_address_that_cannot_be_used(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Another address than that of a PostgreSQL that runs is refused, without its password."""
    monkeypatch.setenv(ADDRESS, address)

    with pytest.raises(AcumenError, match="ACU221") as caught:
        open_store(tmp_path, "encoder")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("setting", [None, ""])
def test_without_an_address_a_file_serves(setting: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A clinic has nothing to set."""
    monkeypatch.delenv(ADDRESS, raising=False)
    if setting is not None:
        monkeypatch.setenv(ADDRESS, setting)

    open_store(tmp_path, "encoder")

    assert (tmp_path / FILE).exists()
