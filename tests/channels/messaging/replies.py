"""Replies of every kind, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from acumen.answering.reply import Button, Citation, ClinicAnswer, Reply, Row, Table, Text
from acumen.channels.messaging.render import ALARMS

WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60)
NAMES = st.text("abcdefgh -", min_size=1, max_size=12)
CITATIONS = st.builds(Citation, NAMES, NAMES, st.text(min_size=1, max_size=400), WORDS, WORDS, WORDS)
TEXTS = st.builds(Text, WORDS)
ROWS = st.builds(Row, WORDS, st.tuples(CITATIONS, CITATIONS))
TABLES = st.builds(Table, st.tuples(WORDS, WORDS), st.lists(ROWS, min_size=1, max_size=3).map(tuple))
BUTTONS = st.lists(st.builds(Button, WORDS), max_size=5).map(tuple)
REPLIES = st.builds(
    Reply,
    st.sampled_from(["answer", "chitchat", *ALARMS]),
    st.lists(st.one_of(TEXTS, CITATIONS, TABLES, st.builds(ClinicAnswer, WORDS, WORDS)), max_size=4).map(tuple),
    st.just(()),
    BUTTONS,
)
