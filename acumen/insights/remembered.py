"""Vectors remembered from one report to the next: most questions of a month were there a minute ago."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from acumen.insights.grouping import Array, Encode

# 15 MB of vectors.
MOST_VECTORS = 10_000


class RememberedVectors:
    """An encoder that knows its last vectors. It keeps hashes, no texts: what a patient deletes is not in here."""

    def __init__(self, encode: Encode, most: int = MOST_VECTORS) -> None:
        self._encode = encode
        self._most = most
        self._kept: OrderedDict[bytes, Array] = OrderedDict()

    def __call__(self, texts: Sequence[str]) -> Array:
        """The vectors of `texts`, shape (len(texts), width)."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept}
        found = dict(zip(new, self._encode(list(new.values())), strict=True)) if new else {}
        vectors = np.array([found[key] if key in found else self._kept[key] for key in keys])
        for key in keys:
            self._kept[key] = found[key] if key in found else self._kept[key]
            self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return vectors
