"""Finding sections that no topic leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from acumen.answering.engine import Engine
from acumen.answering.question import Memory, Message, Question
from acumen.answering.retrieve import ENOUGH, Retriever
from acumen.content.article import Article, Section, Source
from acumen.content.clinic import Clinic
from acumen.content.library import Library

CUPPING = Section(
    "own", "cupping", "Cupping at our clinic", (), ("We offer cupping on Mondays.", "Wear loose clothes.")
)
CURED = Section("own", "sessions", "How many sessions?", ("how_many_sessions",), ("Some people need six.",))


@pytest.fixture
def library(small: Library) -> Library:
    """The small library with an article of the clinic's own, one section of it without a topic."""
    own = Article("own", "Own", Source("Our page"), date(2026, 1, 2), date(2027, 1, 2), (CUPPING, CURED))
    return Library([*small.articles.values(), own], small.topics)


def asked(text: str, *ranking: tuple[str, float]) -> Question:
    """A question with the topics it may be about."""
    return Question(text, ranking, story=text)


def test_a_passage_that_fits_is_found(library: Library):
    """The best passage brings its section."""
    scores = {"own#cupping/0": ENOUGH, "own#cupping/1": 0.1, "own#sessions/0": 1.0}

    assert Retriever(library).find(asked("cupping?"), scores, everywhere=False) == CUPPING


def test_sections_of_topics_count_only_where_nothing_was_understood(library: Library):
    """A section that a topic leads to is left to its topic."""
    scores = {"own#sessions/0": 1.0}
    retriever = Retriever(library)

    assert retriever.find(asked("how many?"), scores, everywhere=False) is None
    assert retriever.find(asked("how many?"), scores, everywhere=True) == CURED


def test_a_passage_that_is_gone_is_passed_over(library: Library):
    """An index that several bots share may know of an article that this one does not."""
    scores = {"newer#section/0": 1.0, "own#cupping/0": 0.9}

    assert Retriever(library).find(asked("cupping?"), scores, everywhere=True) == CUPPING


def test_what_hardly_fits_is_not_found(library: Library):
    """Below the threshold the articles do not say."""
    assert Retriever(library).find(asked("cupping?"), {"own#cupping/0": ENOUGH - 0.01}, everywhere=True) is None


def test_engine_answers_from_a_section_without_a_topic(library: Library, reader: Callable, encoder: Callable):
    """An article dropped in is cited although no topic knows of it, and what follows is on request."""
    engine = Engine(library, Clinic(), reader, encoder)
    question = asked("we offer cupping on mondays at our clinic", ("parking", 0.9))

    reply, memory = engine.answer(Message(question.text, (question,)), Memory())
    more, _ = engine.more(memory)

    assert reply.outcome == "answer"
    assert [each.passage for each in (*reply.citations, *more.citations)] == list(CUPPING.passages)


def test_a_gap_stays_a_gap_without_such_a_section(engine: Engine):
    """Where nothing fits, the reply says what the articles leave open."""
    question = asked("where can I park", ("parking", 0.9))

    reply, _ = engine.answer(Message(question.text, (question,)), Memory())

    assert reply.outcome == "not_covered"
