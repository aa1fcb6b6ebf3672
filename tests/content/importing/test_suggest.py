"""Topics suggested for a text."""

from __future__ import annotations

from pathlib import Path

from acumen.content.importing.suggest import Encode, TopicSuggester, read_messages
from acumen.content.library import Library


def test_nearest_topic_comes_first(suggester: TopicSuggester):
    """A text is nearest to the topic that it is about."""
    assert suggester.rank("Leave your car in front of the house.")[0][0] == "parking"
    assert suggester.question("parking") == "Where can I park?"


def test_messages_are_read_by_intent(tmp_path: Path):
    """Training messages are read from Rasa's files; a file that is none is left to Rasa to report."""
    (tmp_path / "a.yml").write_text("nlu:\n- intent: cost\n  examples: |\n    - how much\n    - price\n", "utf-8")
    (tmp_path / "b.yml").write_text("nlu: [", "utf-8")

    assert read_messages(tmp_path) == {"cost": ["how much", "price"]}


def test_own_headings_are_given_their_topics(project: Path, library: Library, encode: Encode):
    """For nine in ten headings of the project's own articles the nearest topic is one that the section names."""
    suggester = TopicSuggester(library.topics, read_messages(project / "data" / "nlu"), encode)
    sections = [section for section in library.sections.values() if section.topics]

    right = [section for section in sections if suggester.rank(section.heading)[0][0] in section.topics]

    assert len(right) >= 0.9 * len(sections)
