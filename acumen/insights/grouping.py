"""Questions grouped by what they mean, however they are worded."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from acumen.insights.conversations import Question

Array = npt.NDArray[Any]
# Turns texts into unit vectors, shape (n, width).
Encode = Callable[[Sequence[str]], Array]

# Chosen on the calibration questions that the articles leave open: by sentence vectors alone, 36 of 100
# are in a group with another, and 78 of 100 of those with their own topic; with both, 77 and 96.
TOPIC_WEIGHT = 0.3
CUT = 0.55
# What is compared grows with the square of it; the wordings asked most are taken.
MOST_WORDINGS = 3000
ID_LENGTH = 8
# What only one person wrote can tell who it was: words are shown from this many conversations up.
FEWEST_CONVERSATIONS = 2
# In so few words one asks, and tells no story: such a wording is shown beside others that mean the same.
MOST_WORDS = 12


@dataclass(frozen=True)
class Asked:
    """A question, and in which conversation it was asked; of these only the number is ever told."""

    question: Question
    conversation: int


@dataclass(frozen=True)
class Wording:
    """One way to put it, and how often it was put so."""

    id: str
    text: str
    times: int
    conversations: int

    @property
    def tells_nothing(self) -> bool:
        """Whether it can be shown without telling who asked."""
        return self.conversations >= FEWEST_CONVERSATIONS or self.is_short

    @property
    def is_short(self) -> bool:
        """Whether it can be read at a glance."""
        return len(self.text.split()) <= MOST_WORDS


@dataclass(frozen=True)
class Group:
    """Questions that mean the same; the wording that stands for all comes first.

    Those that may be shown stand before all that may not, and short ones before long ones.
    """

    wordings: tuple[Wording, ...]
    # In how many conversations it was asked.
    conversations: int
    # The likeliest topic, where the classifier had one in mind.
    topic: str | None
    vector: Array

    @property
    def id(self) -> str:
        """A short name, which stays while its first wording does."""
        return self.wordings[0].id

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(wording.times for wording in self.wordings)

    @property
    def showable(self) -> tuple[Wording, ...]:
        """The wordings that may be shown: none of a question that was asked in one conversation only."""
        if self.conversations < FEWEST_CONVERSATIONS:
            return ()
        return tuple(wording for wording in self.wordings if wording.tells_nothing)


def normal(text: str) -> str:
    """A question as one compares it: words only."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def group(asked: Iterable[Asked], topics: Collection[str], encode: Encode) -> list[Group]:
    """Group questions, those of the most conversations first.

    Args:
        asked: the questions; without words there is nothing to group.
        topics: names that say what a question is about. `off_topic` or small talk do not:
            what they hold has nothing in common.
        encode: gives texts their vectors.
    """
    found: dict[str, list[Asked]] = {}
    for each in asked:
        if key := normal(each.question.text):
            found.setdefault(key, []).append(each)
    keys = sorted(found, key=lambda key: (-len(found[key]), key))[:MOST_WORDINGS]
    if not keys:
        return []
    names = sorted(topics)
    alike = [found[key] for key in keys]
    meaning = encode([each[0].question.text for each in alike])
    about = _about([each[0].question for each in alike], names)
    members: dict[int, list[int]] = {}
    for row, label in enumerate(_labels(meaning, about)):
        members.setdefault(int(label), []).append(row)
    groups = [_group(rows, alike, meaning, about, names) for rows in members.values()]
    return sorted(groups, key=lambda each: (-each.conversations, -each.times, each.id))


def _about(questions: Sequence[Question], topics: Sequence[str]) -> Array:
    """The probability of each topic for each question, shape (questions, topics)."""
    columns = {name: column for column, name in enumerate(topics)}
    about = np.zeros((len(questions), len(topics)), dtype=np.float32)
    for row, question in enumerate(questions):
        for name, chance in question.ranking:
            if name in columns:
                about[row, columns[name]] = chance
    return about


def _labels(meaning: Array, about: Array) -> Array:
    """Which group each question is in: average linkage, which neither chains nor depends on the order."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(meaning) == 1:
        return np.ones(1, dtype=int)
    alike = (1 - TOPIC_WEIGHT) * (meaning @ meaning.T) + TOPIC_WEIGHT * (about @ about.T)
    distances = np.clip(1 - (alike + alike.T) / 2, 0, None)
    np.fill_diagonal(distances, 0)
    labels: Array = fcluster(linkage(squareform(distances, checks=False), "average"), CUT, "distance")
    return labels


def _group(
    rows: Sequence[int], found: Sequence[Sequence[Asked]], meaning: Array, about: Array, topics: Sequence[str]
) -> Group:
    weights = np.array([len(found[row]) for row in rows], dtype=np.float32)
    vector = weights @ meaning[list(rows)]
    vector = vector / max(float(np.linalg.norm(vector)), 1e-6)
    # What is nearest to what all mean stands for them.
    nearness = meaning[list(rows)] @ vector
    ranked = sorted(zip(rows, nearness, strict=True), key=lambda pair: (-round(float(pair[1]), 6), pair[0]))
    wordings = [_wording(found[row]) for row, _ in ranked]
    chances = weights @ about[list(rows)]
    likeliest = int(np.argmax(chances)) if len(topics) and chances.any() else None
    return Group(
        wordings=tuple(sorted(wordings, key=lambda wording: (not wording.tells_nothing, not wording.is_short))),
        conversations=len({each.conversation for row in rows for each in found[row]}),
        topic=None if likeliest is None else topics[likeliest],
        vector=vector,
    )


def _wording(asked: Sequence[Asked]) -> Wording:
    spellings = Counter(each.question.text for each in asked)
    text = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    identifier = hashlib.sha256(normal(text).encode()).hexdigest()[:ID_LENGTH]
    return Wording(identifier, text, len(asked), len({each.conversation for each in asked}))
