"""Key words a letter away from what was typed."""

from __future__ import annotations

from collections.abc import Iterable

# Shorter words have too many others a letter away.
SHORTEST = 6


class Spelling:
    """Mends words with one letter too many, missing, wrong, or two swapped.

    Only words that are near a key word change; key words and `others`, which
    are words of their own, never do.
    """

    def __init__(self, words: Iterable[str], others: Iterable[str] = ()) -> None:
        words = sorted(word for word in words if len(word) >= SHORTEST)
        self._right = {*words, *others}
        self._near: dict[str, list[str]] = {}
        for word in words:
            for form in {word, *_shortened(word)}:
                self._near.setdefault(form, []).append(word)

    def mend(self, word: str) -> str:
        """The key word that `word` is one slip away from, else `word`."""
        if len(word) < SHORTEST - 1 or word in self._right or not word.isalpha():
            return word
        forms = (word, *_shortened(word))
        meant = (near for form in forms for near in self._near.get(form, []) if _one_slip(word, near))
        return next(meant, word)


def _shortened(word: str) -> list[str]:
    """The word without each of its letters."""
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _one_slip(typed: str, meant: str) -> bool:
    """True when one letter was added, left out, changed, or swapped with the next."""
    start = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    one, other = typed[start:], meant[start:]
    swapped = one[1:2] + one[:1] + one[2:] == other
    return swapped or one[1:] == other or one == other[1:] or one[1:] == other[1:]
