"""What a plain bot says."""

from __future__ import annotations

from pathlib import Path

import pytest

from acumen.content.library import Library
from benchmarks.plain_replies import NOT_UNDERSTOOD, PlainReply, as_json, plain_replies

DATA = Path("data")


@pytest.fixture(scope="module")
def replies() -> dict[str, PlainReply]:
    """Replies from the shipped articles."""
    return plain_replies(DATA, ["how_it_works", "cost", "off_topic", "greet", "emergency_heart", "caution_pacemaker"])


def test_a_topic_is_answered_with_its_sections_first_passages(replies: dict[str, PlainReply]) -> None:
    """The passages stand in the reply word for word, with the article they are from."""
    library = Library.load(DATA)
    section = library.answering("how_it_works")[0]
    reply = replies["how_it_works"]
    assert reply.outcome == "answer"
    assert section.lead in reply.text
    assert library.article_of(section).title in reply.text
    assert all(passage in reply.more for passage in section.details)
    assert library.article_of(section).source.name in reply.sources


@pytest.mark.parametrize(
    ("intent", "outcome"),
    [
        ("cost", "not_covered"),
        ("off_topic", "off_topic"),
        ("greet", "chitchat"),
        ("emergency_heart", "emergency"),
        ("caution_pacemaker", "caution"),
        (NOT_UNDERSTOOD, "clarify"),
    ],
)
def test_an_intent_has_one_outcome(replies: dict[str, PlainReply], intent: str, outcome: str) -> None:
    """What stands for an intent is judged by the outcome it has."""
    assert replies[intent].outcome == outcome
    assert replies[intent].text


def test_the_actions_read_what_is_written(replies: dict[str, PlainReply], tmp_path: Path) -> None:
    """All that the stock bot's actions look up is there."""
    for reply in as_json(replies).values():
        assert isinstance(reply, dict)
        assert {"text", "more", "sources", "buttons"} <= reply.keys()
