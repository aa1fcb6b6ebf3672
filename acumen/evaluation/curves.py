"""What other thresholds would do: risk against coverage, recall against false alarms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from acumen.answering.engine import Engine
from acumen.answering.question import Memory, Message
from acumen.evaluation.asking import Asked
from acumen.evaluation.labelled import judge
from acumen.safety.categories import ALARMS, is_safety_intent

ANSWERED = ("answerable", "partly", "two_questions")
# An answer that is wrong costs a patient more than one that is not given.
COST_OF_WRONG = 2.0
STEPS = 40


@dataclass(frozen=True)
class Point:
    """What one threshold does, in shares from 0 to 1."""

    threshold: float
    # Questions the articles answer that get an answer; alarming messages that get their alarm.
    coverage: float
    # Answers given that are wrong; harmless messages that get an alarm.
    risk: float
    # Right answers given, less the cost of the wrong ones.
    gain: float = 0.0


def risk_coverage(asked: Iterable[Asked], engine: Engine) -> list[Point]:
    """Risk and coverage of answering for each threshold on the classifier's certainty.

    `engine` must answer at any certainty. Messages that safety takes are left out.
    """
    rows = []
    for each in asked:
        if is_safety_intent(each.parse["intent"]["name"]) or each.message.label == "personal_advice":
            continue
        reply, _ = engine.answer(Message.from_parse(each.parse), Memory())
        right = reply.outcome == "answer" and all(judge(each.message, reply).values())
        rows.append((each.confidence, reply.outcome == "answer", right, each.message.label in ANSWERED))
    confidence, answers, known, answerable = (np.array(column) for column in zip(*rows, strict=True))
    points = []
    for threshold in np.linspace(0, 0.975, STEPS):
        given = answers & (confidence >= threshold)
        wrong = int((given & ~known).sum())
        covered = int((given & answerable).sum()) / max(int(answerable.sum()), 1)
        gain = int((given & known).sum()) - COST_OF_WRONG * wrong
        points.append(Point(float(threshold), covered, wrong / max(int(given.sum()), 1), gain))
    return points


def best_threshold(points: Sequence[Point]) -> float:
    """The lowest threshold whose gain is within one per cent of the greatest: of equals, the one that answers most."""
    greatest = max(point.gain for point in points)
    return min(point.threshold for point in points if point.gain >= greatest - abs(greatest) / 100)


def alarm_curve(asked: Iterable[Asked]) -> list[Point]:
    """Recall of alarms against false alarms, for each threshold on their joint probability."""
    rows = [
        (
            sum(each.parse["safety_scores"].get(outcome, {"score": 0.0})["score"] for outcome in ALARMS),
            each.message.label != "safe",
        )
        for each in asked
        if each.message.label != "caution" and each.parse.get("safety_scores")
    ]
    scores, alarming = np.array([score for score, _ in rows]), np.array([truth for _, truth in rows])
    return [
        Point(float(step), float((scores[alarming] >= step).mean()), float((scores[~alarming] >= step).mean()))
        for step in np.linspace(0.025, 1, STEPS)
    ]
