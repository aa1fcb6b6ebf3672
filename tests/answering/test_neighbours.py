"""Nearest rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from acumen.answering import neighbours as module
from acumen.answering.embedded import FILE, EmbeddedStore
from acumen.answering.passages import Indexed, Passage

WIDTH = 32


def vectors(count: int, seed: int = 0) -> np.ndarray:
    """Unit vectors."""
    found = np.random.default_rng(seed).standard_normal((count, WIDTH)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def store(folder: Path | None, *articles: tuple[str, np.ndarray]) -> EmbeddedStore:
    """A store with passages at these places, each about nothing."""
    opened = EmbeddedStore(folder, "encoder")
    for name, places in articles:
        passages = tuple(Passage(f"{name}#s/{i}", place, ("word",)) for i, place in enumerate(places))
        opened.replace([], [Indexed(name, "digest", passages)])
    opened.ready()
    return opened


def nearest(opened: EmbeddedStore, vector: np.ndarray, limit: int = 5) -> list[str]:
    """The addresses of the nearest passages."""
    return [hit.key for hit in opened.nearest(vector, limit)]


@pytest.fixture
def _graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a graph be made of more than fifty rows."""
    monkeypatch.setattr(module, "ONE_BY_ONE", 50)
    monkeypatch.setattr(module, "BATCH", 30)


def test_few_are_looked_at_one_by_one(tmp_path: Path):
    """Without a graph the nearest are exact, and come in their order."""
    places = vectors(200)
    opened = store(tmp_path, ("a", places))

    for place in places[:20]:
        expected = np.argsort(-(places.astype(np.float16).astype(np.float32) @ place))[:5]
        assert nearest(opened, place) == [f"a#s/{row}" for row in expected]
    assert list(tmp_path.glob("*.graph")) == []


@pytest.mark.usefixtures("_graph")
@pytest.mark.parametrize("in_memory", [False, True])
def test_many_are_found_by_the_graph(tmp_path: Path, in_memory: bool):
    """What a graph finds is what looking at all finds, nearly always."""
    places = vectors(400)
    opened = store(None if in_memory else tmp_path, ("a", places))

    assert len(list(tmp_path.glob("*.graph"))) == (not in_memory)
    found = sum(nearest(opened, place)[0] == f"a#s/{row}" for row, place in enumerate(places))
    assert found >= 396


@pytest.mark.usefixtures("_graph")
def test_what_is_added_later_is_found_too(tmp_path: Path):
    """New passages are found beside the graph, and in it once they are many."""
    store(tmp_path, ("a", vectors(100)))
    (before,) = tmp_path.glob("*.graph")
    few, many = vectors(20, seed=1), vectors(90, seed=2)

    opened = store(tmp_path, ("b", few))
    assert list(tmp_path.glob("*.graph")) == [before]
    assert nearest(opened, few[7])[0] == "b#s/7"

    opened = store(tmp_path, ("c", many))
    assert list(tmp_path.glob("*.graph")) != [before]
    assert nearest(opened, many[7])[0] == "c#s/7"
    assert nearest(opened, few[7])[0] == "b#s/7"
    assert nearest(opened, vectors(100)[7])[0] == "a#s/7"


@pytest.mark.usefixtures("_graph")
def test_what_is_gone_is_not_found(tmp_path: Path):
    """A changed article's old passages stay in the graph, and are passed over."""
    old, new = vectors(100), vectors(100, seed=1)
    store(tmp_path, ("a", old))

    opened = store(tmp_path, ("a", new[:10]))

    assert nearest(opened, old[50], limit=200)
    assert set(nearest(opened, old[50], limit=200)) == {f"a#s/{row}" for row in range(10)}


@pytest.mark.usefixtures("_graph")
@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_a_graph_that_is_broken_is_made_again(tmp_path: Path, damage: str):
    """A graph that is not as it was written is not opened."""
    places = vectors(100)
    store(tmp_path, ("a", places))
    (file,) = tmp_path.glob("*.graph")
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:1000] if damage == "cut" else b"")

    opened = store(tmp_path)

    assert nearest(opened, places[7])[0] == "a#s/7"
    assert len(list(tmp_path.glob("*.graph"))) == 1


@pytest.mark.usefixtures("_graph")
def test_a_graph_of_a_lost_file_is_not_used(tmp_path: Path):
    """Where the passages are begun anew, so is the graph."""
    store(tmp_path, ("a", vectors(100)))
    (tmp_path / FILE).write_bytes(b"nonsense")
    places = vectors(100, seed=1)

    opened = store(tmp_path, ("b", places))

    assert nearest(opened, places[7])[0] == "b#s/7"
    assert len(list(tmp_path.glob("*.graph"))) == 1


def test_nothing_to_find():
    """An empty store finds nothing."""
    assert nearest(store(None), vectors(1)[0]) == []
