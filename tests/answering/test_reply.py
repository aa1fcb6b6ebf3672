"""The reply, as it travels and as plain text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.answering.reply import Button, Citation, ClinicAnswer, Reply, Row, Table, Text, describe, plain_text

HURT = Citation("bru", "hurt", "Most feel little.", "Does it hurt?", "Understanding Pain", "Kelsey Bru", "Mar 23")
HURT_MORE = Citation("bru", "hurt", "It fades soon.", "Does it hurt?", "Understanding Pain", "Kelsey Bru", "Mar 23")
SESSIONS = Citation("yin", "sessions", "8 to 12 sessions.", "How many?", "How It Works")

texts = st.text(max_size=20)
citations = st.builds(Citation, texts, texts, texts, texts, texts, author=st.none() | texts, date=st.none() | texts)
tables = st.lists(texts, max_size=3).flatmap(
    lambda columns: st.builds(
        Table,
        st.just(tuple(columns)),
        st.lists(
            st.builds(Row, texts, st.tuples(*(citations for _ in columns))),
            max_size=3,
        ).map(tuple),
    )
)
replies = st.builds(
    Reply,
    st.sampled_from(["answer", "clarify", "not_covered", "off_topic", "emergency", "crisis", "urgent", "chitchat"]),
    st.lists(st.builds(Text, texts) | st.builds(ClinicAnswer, texts, texts) | citations | tables, max_size=5).map(
        tuple
    ),
    st.lists(texts, max_size=3).map(tuple),
    st.lists(st.builds(Button, texts), max_size=3).map(tuple),
)


@given(replies)
def test_a_reply_survives_the_way_through_json(reply: Reply):
    """What a channel reads back is the reply that the action made."""
    values = reply.to_dict()

    assert json.loads(json.dumps(values)) == values
    assert Reply.from_dict(values) == reply


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"outcome": "answer", "blocks": [{"text": "no type"}], "topics": [], "buttons": []},
        {"outcome": "answer", "blocks": [{"type": "text", "words": "?"}], "topics": [], "buttons": []},
        {"outcome": "answer", "blocks": [], "topics": [], "buttons": [{"label": "?"}]},
    ],
)
def test_values_that_are_no_reply(values: dict[str, object]):
    """Values from elsewhere are refused, not shown in part."""
    with pytest.raises((KeyError, TypeError)):
        Reply.from_dict(values)


def test_passages_of_one_section_share_their_number():
    """Sources are numbered in order of appearance, a section once."""
    reply = Reply("answer", (Text("The articles:"), HURT, SESSIONS, HURT_MORE))

    assert reply.numbers() == {HURT.source: 1, SESSIONS.source: 2}
    assert list(reply.sources().values()) == [HURT, SESSIONS]
    assert reply.citations == (HURT, SESSIONS, HURT_MORE)


def test_plain_text_shows_everything():
    """Every block stands in its place, each passage with its number, and the sources below."""
    reply = Reply("answer", (Text("Hello."), HURT, SESSIONS, HURT_MORE), buttons=(Button("Next?"),))

    assert plain_text(reply) == (
        "Hello.\n\nMost feel little. [1]\n\n8 to 12 sessions. [2]\n\nIt fades soon. [1]\n\n"
        "Sources:\n[1] Kelsey Bru, “Understanding Pain”: Does it hurt?\n[2] “How It Works”: How many?"
    )


def test_passages_of_a_table_are_sources_too():
    """A cell is a citation like any other: counted, numbered in reading order, and named below the text."""
    table = Table(("Acupuncture", "Dry needling"), (Row("Pain", (SESSIONS, HURT)), Row("After", (HURT_MORE, SESSIONS))))
    reply = Reply("answer", (HURT, table))

    assert reply.citations == (HURT, SESSIONS, HURT, HURT_MORE, SESSIONS)
    assert reply.numbers() == {HURT.source: 1, SESSIONS.source: 2}
    assert plain_text(reply) == (
        "Most feel little. [1]\n\n"
        "Pain:\nAcupuncture: 8 to 12 sessions. [2]\nDry needling: Most feel little. [1]\n\n"
        "After:\nAcupuncture: It fades soon. [1]\nDry needling: 8 to 12 sessions. [2]\n\n"
        "Sources:\n[1] Kelsey Bru, “Understanding Pain”: Does it hurt?\n[2] “How It Works”: How many?"
    )


def test_plain_text_without_citations_names_no_sources():
    """Where nothing is cited there is no list of sources."""
    assert plain_text(Reply("chitchat", (Text("Hello."), Text("Goodbye.")))) == "Hello.\n\nGoodbye."


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        (HURT, "Kelsey Bru, “Understanding Pain”: Does it hurt?"),
        (SESSIONS, "“How It Works”: How many?"),
    ],
    ids=["author", "no author"],
)
def test_describe(citation: Citation, expected: str):
    """A source is described by its author, where known, its title and the section."""
    assert describe(citation) == expected
