"""The rows whose vectors are nearest: by looking at all, and by a graph for the most of many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from acumen.answering.passages import Array
from acumen.storage.cache import Cache

# So many vectors are looked at one by one, in about a millisecond; of more a graph is made.
ONE_BY_ONE = 20_000
BATCH = 10_000
# Neighbours of each vector in the graph, and how far is looked when one is added and when one is asked for.
CONNECTIONS, LOOK_ADDING, LOOK_ASKING = 16, 40, 256


class Neighbours:
    """Nearest rows of a table of passages.

    The graph holds the rows up to one; those added since are looked at one by one,
    until they are too many and are added to it. Rows that are gone stay in it.
    """

    def __init__(self, cache: Cache) -> None:
        """Read what is there; extend the graph where that is due, which takes minutes for a million rows."""
        self._cache = cache
        self._graph, last = self._open()
        if self._after(last) > ONE_BY_ONE:
            self._graph, last = self._extend()
        found = cache.rows("SELECT row, vector FROM passages WHERE row > ? ORDER BY row", (last,))
        self._rows = [row for row, _ in found]
        self._vectors = _matrix([vector for _, vector in found])

    def find(self, vector: Array, limit: int) -> list[int]:
        """The nearest rows of the graph, and the nearest of the others: up to twice `limit`."""
        found: list[int] = []
        if self._graph is not None:
            found += [int(row) for row in self._graph.search(vector, limit).keys]
        if len(self._rows) <= limit:
            found += self._rows
        else:
            # A matrix product would wait for threads, which a busy machine does not have.
            nearness = np.einsum("ij,j->i", self._vectors, vector)
            first = np.argpartition(-nearness, limit)[:limit]
            found += [self._rows[place] for place in sorted(first)]
        return found

    def _after(self, row: int) -> int:
        return int(self._cache.rows("SELECT count(*) FROM passages WHERE row > ?", (row,))[0][0])

    def _open(self) -> tuple[Any, int]:
        """The graph and its last row; none where it is missing or not as it was written."""
        known = self._cache.rows("SELECT file, bytes, last_row FROM graphs")
        if not known or self._cache.file is None:
            return None, 0
        name, size, last = known[0]
        file = self._cache.file.with_name(name)
        if not file.is_file() or file.stat().st_size != size:
            return None, 0
        graph = self._new()
        graph.view(str(file))
        return graph, int(last)

    def _extend(self) -> tuple[Any, int]:
        """Add the rows that are not in the graph yet, and keep it beside the table."""
        graph, last = self._open()
        # What is looked at in its file cannot be added to.
        graph = self._new() if graph is None else graph.copy()
        while found := self._cache.rows(
            "SELECT row, vector FROM passages WHERE row > ? ORDER BY row LIMIT ?", (last, BATCH)
        ):
            graph.add(np.array([row for row, _ in found]), _matrix([vector for _, vector in found]))
            last = found[-1][0]
        if self._cache.file is not None:
            self._save(graph, self._cache.file, last)
        return graph, last

    def _save(self, graph: Any, beside: Path, last: int) -> None:
        file = beside.with_name(f"passages-{uuid4().hex[:8]}.graph")
        graph.save(str(file))
        with self._cache.transaction() as connection:
            connection.execute("DELETE FROM graphs")
            connection.execute("INSERT INTO graphs VALUES (?, ?, ?)", (file.name, file.stat().st_size, last))
        for other in beside.parent.glob("passages-*.graph"):
            if other != file:
                other.unlink(missing_ok=True)

    def _new(self) -> Any:
        from usearch.index import Index

        vector = self._cache.rows("SELECT vector FROM passages LIMIT 1")[0][0]
        return Index(
            ndim=_matrix([vector]).shape[1],
            metric="ip",
            dtype="i8",
            connectivity=CONNECTIONS,
            expansion_add=LOOK_ADDING,
            expansion_search=LOOK_ASKING,
        )


def _matrix(stored: Sequence[bytes]) -> Array:
    """Vectors as the table has them, shape (number, width)."""
    if not stored:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(stored), dtype=np.float16).astype(np.float32).reshape(len(stored), -1)
