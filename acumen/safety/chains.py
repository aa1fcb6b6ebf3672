"""Words that follow each other soon enough to belong together."""

from __future__ import annotations

from collections.abc import Iterator

from acumen.safety.words import Place, Places

# Other words that may stand between what is to follow soon after.
BETWEEN = 3

Chain = tuple[str, ...]


def parse(text: str) -> Chain:
    """Read `<chest> > <pain>`."""
    return tuple(part.strip() for part in text.split(" > "))


def chained(chain: Chain, places: Places, bounds: Place) -> Iterator[Place]:
    """Where the words of `chain` follow each other, within `bounds`."""
    first, *rest = chain
    for start, end in places.get(first, []):
        if start < bounds[0] or end > bounds[1]:
            continue
        if not rest:
            yield start, end
            continue
        for then, last in chained(tuple(rest), places, (end, bounds[1])):
            if then - end <= BETWEEN:
                yield start, last
