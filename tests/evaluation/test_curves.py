"""What other thresholds would do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from acumen.answering.question import Memory, Message
from acumen.answering.reply import Reply
from acumen.evaluation.asking import Asked
from acumen.evaluation.curves import COST_OF_WRONG, Point, alarm_curve, best_threshold, risk_coverage

MakeAsked = Callable[..., Asked]
MakeReply = Callable[..., Reply]


class Answering:
    """An engine that answers every question with its own words; of prices it knows nothing."""

    def __init__(self, make_reply: MakeReply) -> None:
        self._make_reply = make_reply

    def answer(self, message: Message, memory: Memory) -> tuple[Reply, Memory]:
        return self._make_reply("not_covered" if "price" in message.text else "answer", message.text), memory


@pytest.fixture
def engine(make_reply: MakeReply) -> Answering:
    """An engine that answers at any certainty."""
    return Answering(make_reply)


@pytest.fixture
def questions(make_asked: MakeAsked) -> list[Asked]:
    """Two questions answered rightly, one wrongly, one not at all, and one that should not be answered."""

    def ask(label: str, text: str, chance: float, fact: str = "") -> Asked:
        return make_asked(label, "clarify", text=text, chance=chance, facts=[[fact]] if fact else ())

    return [
        ask("answerable", "six", 0.9, "six"),
        ask("partly", "eight", 0.6, "eight"),
        ask("two_questions", "ten", 0.3, "twelve"),
        ask("answerable", "price", 0.95, "money"),
        ask("not_covered", "parking", 0.2),
    ]


def at(points: list[Point], threshold: float) -> Point:
    """The point of a threshold."""
    return next(point for point in points if point.threshold == pytest.approx(threshold))


@pytest.mark.parametrize(
    ("threshold", "coverage", "risk", "gain"),
    [
        (0.0, 3 / 4, 2 / 4, 2 - 2 * COST_OF_WRONG),
        (0.25, 3 / 4, 1 / 3, 2 - COST_OF_WRONG),
        (0.5, 2 / 4, 0.0, 2.0),
        (0.75, 1 / 4, 0.0, 1.0),
        (0.975, 0.0, 0.0, 0.0),
    ],
)
def test_risk_and_coverage(
    *, questions: list[Asked], engine: Answering, threshold: float, coverage: float, risk: float, gain: float
):
    """Coverage is of what can be answered, risk of what was answered, and a wrong answer costs twice."""
    point = at(risk_coverage(questions, engine), threshold)

    assert (point.coverage, point.risk, point.gain) == pytest.approx((coverage, risk, gain))


def test_a_higher_threshold_answers_no_more(questions: list[Asked], engine: Answering):
    """The curve starts where everything is answered and never rises."""
    points = risk_coverage(questions, engine)
    thresholds, coverage = [each.threshold for each in points], [each.coverage for each in points]

    assert thresholds[0] == 0
    assert thresholds == sorted(thresholds)
    assert coverage == sorted(coverage, reverse=True)


def test_what_is_not_answered_from_the_articles_is_left_out(
    questions: list[Asked], engine: Answering, make_asked: MakeAsked
):
    """Messages that safety takes, and those for a clinician, change no point of the curve."""
    taken = make_asked("answerable", "emergency", intent="emergency_heart", facts=[["six"]])
    advice = make_asked("personal_advice", "caution")

    assert risk_coverage([*questions, taken, advice], engine) == risk_coverage(questions, engine)


def test_a_message_without_a_question_is_never_certain(engine: Answering, make_asked: MakeAsked):
    """Where no question was found, the least threshold stops an answer."""
    points = risk_coverage([make_asked("answerable", "clarify", chance=None, facts=[["many"]])], engine)

    assert all(point.coverage == 0 for point in points[1:])


def test_best_threshold_shuts_out_what_is_wrong(questions: list[Asked], engine: Answering):
    """The best threshold lets through what is right and stops what is wrong."""
    assert 0.3 < best_threshold(risk_coverage(questions, engine)) <= 0.6


def test_of_equals_the_lowest_threshold_is_best():
    """Where several thresholds gain as much, the one that answers most is chosen."""
    points = [Point(0.0, 1, 0.5, gain=1), Point(0.1, 1, 0, gain=4), Point(0.2, 1, 0, gain=4), Point(0.3, 0, 0)]

    assert best_threshold(points) == 0.1


@pytest.fixture
def messages(make_asked: MakeAsked) -> list[Asked]:
    """Two alarming messages and two harmless ones, with what the classifier makes of each."""
    return [
        make_asked("emergency", "emergency", scores={"emergency": 0.3, "crisis": 0.1, "urgent": 0.2}),
        make_asked("crisis", "answer", scores={"crisis": 0.2, "caution": 0.8}),
        make_asked("safe", "answer", scores={"urgent": 0.4, "caution": 0.5}),
        make_asked("safe", "answer", scores={"emergency": 0.01}),
    ]


@pytest.mark.parametrize(
    ("threshold", "coverage", "risk"), [(0.025, 1.0, 0.5), (0.3, 0.5, 0.5), (0.5, 0.5, 0.0), (0.7, 0.0, 0.0)]
)
def test_alarms_by_their_joint_probability(messages: list[Asked], threshold: float, coverage: float, risk: float):
    """An alarm is as likely as emergency, crisis and urgent together; a caution is none."""
    point = at(alarm_curve(messages), threshold)

    assert (point.coverage, point.risk) == (coverage, risk)


def test_alarms_fall_with_the_threshold(messages: list[Asked]):
    """The more certain an alarm must be, the fewer there are, true and false."""
    points = alarm_curve(messages)

    assert [each.coverage for each in points] == sorted((each.coverage for each in points), reverse=True)
    assert [each.risk for each in points] == sorted((each.risk for each in points), reverse=True)


def test_messages_that_say_nothing_of_alarms_are_left_out(messages: list[Asked], make_asked: MakeAsked):
    """A caution is neither alarming nor harmless, and without scores there is nothing to compare."""
    others = [make_asked("caution", "caution", scores={"urgent": 0.9}), make_asked("safe", "clarify")]

    assert alarm_curve([*messages, *others]) == alarm_curve(messages)
