"""Reports: what is counted, and whose words are in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acumen.content.clinic import Clinic
from acumen.content.library import Library
from acumen.insights.pages import page
from acumen.insights.period import Period, last_days
from acumen.insights.report import Report, Reporter
from acumen.insights.table import one_table
from acumen.storage.database import Database
from acumen.storage.tables import CONVERSATIONS

TODAY = date(2026, 3, 31)
WEEK = last_days(7, TODAY)
Keep = Callable[..., str]
Said = Callable[..., Any]


def texts_of(report: Report) -> str:
    """All that anybody can read of a report."""
    return page(report, Clinic()) + one_table(report)


def test_messages_are_counted_by_outcome_day_topic_and_channel(reporter: Reporter, keep: Keep, said: Said) -> None:
    """Each message is counted once in each way."""
    yesterday = TODAY - timedelta(days=1)
    keep(said("hurt?", "answer", "does_it_hurt"), said("price?", "not_covered", "cost"), day=yesterday)
    keep(said("hurt?", "answer", "does_it_hurt"), channel="whatsapp")
    keep(said("hi", "chitchat"), said("a storm", "off_topic"))

    report = reporter.report(WEEK)

    assert (report.conversations, report.messages) == (3, 5)
    assert report.outcomes == {"answer": 2, "not_covered": 1, "chitchat": 1, "off_topic": 1}
    assert [(each.topic, each.answered, each.unanswered) for each in report.topics] == [
        ("Does it hurt?", 2, 0),
        ("What does it cost?", 0, 1),
    ]
    assert [(each.channel, each.conversations, each.messages) for each in report.channels] == [
        ("website", 2, 4),
        ("whatsapp", 1, 1),
    ]
    days = {each.day: (each.conversations, each.answered, each.unanswered, each.other) for each in report.days}
    assert len(days) == 7
    assert days[yesterday] == (1, 1, 1, 0)
    assert days[TODAY] == (2, 1, 1, 1)
    assert report.answered_share == 2 / 3


def test_empty_period_has_a_report(reporter: Reporter) -> None:
    """Where nothing was kept, every number is 0 and no share is made up."""
    report = reporter.report(WEEK)

    assert (report.conversations, report.messages, report.alarms) == (0, 0, 0)
    assert (report.answered_share, report.helpful_share) == (None, None)
    assert "No conversations were kept" in page(report, Clinic())


def test_messages_outside_the_period_do_not_count(reporter: Reporter, keep: Keep, said: Said) -> None:
    """The day before the first does not count, nor does the day after the last."""
    keep(said("early", "not_covered"), day=WEEK.first - timedelta(days=1))
    keep(said("late", "not_covered"), day=WEEK.last + timedelta(days=1))

    report = reporter.report(WEEK)

    assert (report.conversations, report.messages, report.unanswered.asked) == (0, 0, 0)


@pytest.mark.parametrize("outcome", ["not_covered", "clarify", "off_topic"])
def test_unanswered_questions_are_grouped_with_the_nearest_passages(
    reporter: Reporter, keep: Keep, said: Said, outcome: str
) -> None:
    """What several people asked in vain is shown with how often, and with what the articles say next to it."""
    for text in ("the parking cost", "parking cost?"):
        keep(said(text, outcome))

    (found,) = reporter.report(WEEK).unanswered.shown

    assert (found.group.times, found.group.conversations) == (2, 2)
    assert {each.text for each in found.group.showable} == {"the parking cost", "parking cost?"}
    assert found.nearest[0].alike >= found.nearest[1].alike


def test_answered_questions_are_not_in_the_way(reporter: Reporter, keep: Keep, said: Said) -> None:
    """A sure answer is no open question; an unsure one is shown apart from those without an answer."""
    for _ in range(2):
        keep(said("surely answered", "answer", "does_it_hurt", 0.9))
        keep(said("perhaps answered", "answer", "does_it_hurt", 0.3))

    report = reporter.report(WEEK)

    assert report.unanswered.asked == 0
    assert [each.group.wordings[0].text for each in report.unsure.shown] == ["perhaps answered"]


def test_question_left_open_beside_an_answered_one_is_found(reporter: Reporter, keep: Keep, said: Said) -> None:
    """Of a message with two questions, the one that the articles leave open is an open one."""
    questions = [
        {"text": "does it hurt", "ranking": [{"name": "does_it_hurt", "confidence": 0.9}]},
        {"text": "what is the price", "ranking": [{"name": "cost", "confidence": 0.9}]},
    ]
    for _ in range(2):
        user, bot = said("both", "answer", "does_it_hurt", questions=questions)
        bot["metadata"]["reply"]["topics"] = ["does_it_hurt", "cost"]
        keep((user, bot))

    (found,) = reporter.report(WEEK).unanswered.shown

    assert found.group.wordings[0].text == "what is the price"
    assert (found.topic, found.answered) == ("What does it cost?", False)


def test_question_of_one_person_is_counted_only(reporter: Reporter, keep: Keep, said: Said) -> None:
    """Words of a single conversation are in no page and no table; their number is."""
    keep(said("xylophonists elbow", "not_covered"), said("xylophonists elbow", "not_covered"))

    report = reporter.report(WEEK)

    assert (report.unanswered.asked, report.unanswered.asked_withheld) == (2, 2)
    assert "xylophonist" not in texts_of(report).lower()


def test_thumbs_are_counted_and_shared_reasons_shown(reporter: Reporter, keep: Keep, said: Said) -> None:
    """A reason that two gave is shown, one that a single person gave is counted."""
    keep(said("a", "answer"), thumb=(True, None))
    for reason in ("Too long", "too long!", "call me on 01632 960123"):
        keep(said("a", "answer"), thumb=(False, reason))

    report = reporter.report(WEEK)

    assert (report.feedback.helpful, report.feedback.unhelpful, report.helpful_share) == (1, 3, 0.25)
    assert report.feedback.reasons == (("Too long", 2),)
    assert report.feedback.other_reasons == 1
    assert "960123" not in texts_of(report)


def test_group_is_found_by_each_of_its_wordings(reporter: Reporter, keep: Keep, said: Said) -> None:
    """An id that was printed stays good while more people ask the same in other words."""
    for text in ("parking cost", "parking cost", "the parking cost"):
        keep(said(text, "not_covered"))
    report = reporter.report(WEEK)
    (found,) = report.unanswered.shown

    assert len(found.group.wordings) == 2
    assert all(report.group(each.id) is found.group for each in found.group.wordings)
    assert report.group("00000000") is None


def test_topic_that_was_removed_keeps_its_name(reporter: Reporter, keep: Keep, said: Said) -> None:
    """Conversations may be about a topic that is gone; it is then told by its name."""
    keep(said("a", "answer", "gone_topic"))

    assert [each.topic for each in reporter.report(WEEK).topics] == ["gone_topic"]


ALARMS = ("emergency", "crisis", "urgent")
OUTCOMES = ("answer", "not_covered", "clarify", "off_topic", "caution", "chitchat", None, *ALARMS)
# Few words, so that people in an alarm and others often write the same.
WORDS = st.lists(st.sampled_from(["aaxx", "bbxx", "ccxx", "ddxx"]), min_size=1, max_size=2).map(" ".join)
TURNS = st.tuples(WORDS, st.sampled_from(OUTCOMES), st.sampled_from(["", "cost", "does_it_hurt"]), st.floats(0, 1))
TALKS = st.tuples(
    st.lists(TURNS, min_size=1, max_size=4),
    st.integers(0, 9),
    st.none() | st.tuples(st.booleans(), st.none() | WORDS),
)


@settings(max_examples=40)
@given(st.lists(TALKS, max_size=12))
def test_numbers_add_up_and_no_word_of_an_alarm_is_told(
    library: Library, encode: Any, said: Said, keeper: Any, talks: list[Any]
) -> None:
    """Whatever is kept: all counts agree, and no wording of a conversation with an alarm is shown anywhere."""
    database = Database("sqlite://")
    database.create(CONVERSATIONS)
    keep = keeper(database)
    alarming, in_period = set(), 0
    for turns, age, thumb in talks:
        said_turns = [said(text, outcome, topic, round(sure, 2)) for text, outcome, topic, sure in turns]
        keep(*said_turns, day=TODAY - timedelta(days=age), thumb=thumb)
        in_period += len(turns) if age < 7 else 0
        # Older conversations are not read, so that nothing can be shown of them either.
        if age < 7 and any(outcome in ALARMS for _, outcome, _, _ in turns):
            alarming |= {text for text, *_ in turns}

    report = Reporter(database, library, encode).report(WEEK)
    database.close()

    assert_sums(report, in_period)
    shown = [
        wording.text
        for kind in (report.unanswered, report.unsure)
        for each in kind.shown
        for wording in each.group.wordings
    ]
    shown += [reason for reason, _ in report.feedback.reasons]
    assert not alarming & set(shown)
    text = texts_of(report)
    told = {word for wording in shown for word in wording.split()}
    assert not {word for word in ("aaxx", "bbxx", "ccxx", "ddxx") if word in text} - told
    assert "secret-id" not in text


def assert_sums(report: Report, messages: int) -> None:
    """Every way to count gives the same numbers."""
    assert report.messages == messages
    assert sum(each.messages for each in report.days) == messages
    assert sum(each.messages for each in report.channels) == messages
    assert sum(each.conversations for each in report.days) == report.conversations
    assert sum(each.conversations for each in report.channels) == report.conversations
    assert report.alarms == sum(report.outcomes.get(outcome, 0) for outcome in ALARMS)
    assert sum(each.answered for each in report.days) == report.outcomes.get("answer", 0)
    for kind in (report.unanswered, report.unsure):
        assert kind.ungrouped == 0
        assert all(each.group.conversations >= 2 for each in kind.shown)
    feedback = report.feedback
    assert feedback.other_reasons >= 0
    assert sum(n for _, n in feedback.reasons) + feedback.other_reasons <= feedback.helpful + feedback.unhelpful


def test_period_of_one_day(reporter: Reporter, keep: Keep, said: Said) -> None:
    """Today alone is a period."""
    keep(said("a", "answer"))

    assert reporter.report(Period(TODAY, TODAY)).messages == 1
