"""Suggesting the topics of a text: by how patients ask about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from acumen.content.topics import Topic

Array = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Array]

# Evenly spread over a topic's messages, a few show its meaning as well as all.
MESSAGES_PER_TOPIC = 12


class TopicSuggester:
    """Ranks the topics for a text by the mean of what patients ask, and the topic's own question."""

    def __init__(self, topics: Mapping[str, Topic], messages: Mapping[str, Sequence[str]], encode: Encode) -> None:
        """Make a suggester; `messages` are training messages by topic, `encode` gives unit vectors."""
        self._topics = topics
        self._names = list(topics)
        self._encode = encode
        self._vectors = np.stack([self._centre(topic, messages.get(name, ())) for name, topic in topics.items()])

    def rank(self, text: str) -> list[tuple[str, float]]:
        """All topics, likeliest first, each with its score: up to 1, the same meaning."""
        scores = self._vectors @ self._encode([text])[0]
        return [(self._names[row], float(scores[row])) for row in np.argsort(-scores)]

    def question(self, topic: str) -> str:
        """The topic as a patient would ask about it."""
        return self._topics[topic].ask

    def _centre(self, topic: Topic, messages: Sequence[str]) -> Array:
        step = max(1, len(messages) // MESSAGES_PER_TOPIC)
        chosen = list(messages)[::step][:MESSAGES_PER_TOPIC]
        vectors = self._encode([topic.ask, *chosen])
        mean: Array = vectors[1:].mean(axis=0) if chosen else vectors[0]
        centre: Array = vectors[0] + mean / np.linalg.norm(mean)
        return centre / np.linalg.norm(centre)


def read_messages(folder: Path) -> dict[str, list[str]]:
    """The training messages in `folder/*.yml` by intent; what cannot be read, training reports."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.yml")):
        try:
            entries: Any = YAML(typ="safe").load(file)
        except (OSError, YAMLError):
            continue
        for entry in entries.get("nlu", []) if isinstance(entries, dict) else []:
            if isinstance(entry.get("examples"), str) and "intent" in entry:
                lines = [line.removeprefix("- ").strip() for line in entry["examples"].splitlines()]
                found.setdefault(entry["intent"], []).extend(line for line in lines if line)
    return found
