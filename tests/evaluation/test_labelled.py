"""Labelled messages, and which replies are right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from acumen.answering.reply import Reply
from acumen.evaluation.figures import GOALS
from acumen.evaluation.labelled import Labelled, Turn, judge, judge_turn, read_dialogues, read_messages
from acumen.evaluation.measure import FOLDERS, SETS

MakeReply = Callable[..., Reply]

TWO_FACTS = (("6 to 8", "six to eight"), ("8 to 12",))
BOTH, ONE = "Six to eight, or 8 to 12.", "6 to 8 sessions."
LABELS = [
    *("answerable", "two_questions", "partly", "not_covered", "off_topic", "personal_advice"),
    *("emergency", "crisis", "urgent_after_needling", "caution", "safe"),
]


def write(file: Path, *rows: object) -> Path:
    """Write rows as JSON lines, with an empty line at the end."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n", encoding="utf-8")
    return file


def test_questions_and_safety_messages_are_read(tmp_path: Path):
    """A question brings its facts and topic, a safety message its category, whatever else a row holds."""
    question = {"id": "q1", "question": "how many", "kind": "partly", "facts": [["6"]], "topic": "how_many_sessions"}
    alarm = {"id": "s1", "message": "help", "label": "emergency", "category": "heart", "origin": "written"}

    assert read_messages(write(tmp_path / "mixed.jsonl", question, alarm)) == [
        Labelled("q1", "how many", "partly", [["6"]], "how_many_sessions"),
        Labelled("s1", "help", "emergency", topic="heart"),
    ]


def test_dialogues_are_read(tmp_path: Path):
    """Each turn brings what is expected of its reply; facts may be left out."""
    first = {"user": "how many", "expect": {"outcome": ["answer"], "facts": [["6"]], "absent": ["12"]}}
    second = {"user": "thanks", "expect": {"outcome": ["chitchat", "answer"]}}

    assert read_dialogues(write(tmp_path / "dialogues.jsonl", {"turns": [first, second]}, {"turns": [second]})) == [
        [Turn("how many", ["answer"], [["6"]], ["12"]), Turn("thanks", ["chitchat", "answer"])],
        [Turn("thanks", ["chitchat", "answer"])],
    ]


@pytest.mark.parametrize(
    ("label", "outcome", "said", "right"),
    [
        ("answerable", "answer", BOTH, True),
        ("answerable", "answer", ONE, False),
        ("answerable", "not_covered", BOTH, False),
        ("answerable", "caution", BOTH, False),
        ("two_questions", "answer", BOTH, True),
        ("two_questions", "answer", ONE, False),
        ("partly", "answer", BOTH, True),
        ("partly", "not_covered", BOTH, True),
        ("partly", "caution", BOTH, True),
        ("partly", "urgent", BOTH, False),
        ("partly", "answer", ONE, False),
    ],
)
def test_a_right_answer_states_every_fact(*, make_reply: MakeReply, label: str, outcome: str, said: str, right: bool):
    """One wording of each fact must be in the reply, whatever its case, and the outcome must fit."""
    message = Labelled("q1", "how many", label, TWO_FACTS)

    assert list(judge(message, make_reply(outcome, said)).values()) == [right]


@pytest.mark.parametrize(
    ("label", "right"),
    [
        ("not_covered", {"not_covered", "caution", "urgent"}),
        ("off_topic", {"off_topic", "not_covered"}),
        ("personal_advice", {"caution", "urgent", "emergency"}),
        ("caution", {"caution", "urgent"}),
    ],
)
def test_outcomes_that_are_right(make_reply: MakeReply, label: str, right: set[str]):
    """What is not to be answered is judged by its outcome; a more careful one is right too."""
    outcomes = {"answer", "clarify", "chitchat", "off_topic", "not_covered", "caution", "urgent", "emergency", "crisis"}
    message = Labelled("q1", "?", label)

    assert {each for each in outcomes if all(judge(message, make_reply(each)).values())} == right


@pytest.mark.parametrize(
    ("label", "outcome", "measures"),
    [
        ("emergency", "emergency", {"emergency": True, "emergency, any alarm": True}),
        ("emergency", "crisis", {"emergency": False, "emergency, any alarm": True}),
        ("emergency", "caution", {"emergency": False, "emergency, any alarm": False}),
        ("crisis", "crisis", {"crisis": True, "crisis, any alarm": True}),
        ("crisis", "answer", {"crisis": False, "crisis, any alarm": False}),
        ("urgent_after_needling", "urgent", {"urgent": True, "urgent, any alarm": True}),
        ("urgent_after_needling", "emergency", {"urgent": False, "urgent, any alarm": True}),
        ("safe", "answer", {"safe, no alarm": True, "safe, no alarm or caution": True}),
        ("safe", "caution", {"safe, no alarm": True, "safe, no alarm or caution": False}),
        ("safe", "urgent", {"safe, no alarm": False, "safe, no alarm or caution": False}),
    ],
)
def test_alarms_are_judged_twice(make_reply: MakeReply, label: str, outcome: str, measures: dict[str, bool]):
    """Of an alarm it counts whether it was the right one, and whether there was any."""
    assert judge(Labelled("s1", "help", label), make_reply(outcome)) == measures


@pytest.mark.parametrize("label", LABELS)
def test_every_measure_has_its_place_in_the_report(make_reply: MakeReply, label: str):
    """No label contributes to a measure that the report does not know."""
    assert judge(Labelled("x1", "?", label), make_reply("answer")).keys() <= GOALS.keys()


def test_unknown_label(make_reply: MakeReply):
    """A label nobody knows is an error that names the message, not a wrong reply."""
    with pytest.raises(ValueError, match=r"x7.*urgentt"):
        judge(Labelled("x7", "help", "urgentt"), make_reply("urgent"))


@pytest.mark.parametrize(
    ("outcome", "said", "right"),
    [
        ("answer", "6 to 8 sessions.", True),
        ("clarify", "6 to 8 sessions.", True),
        ("not_covered", "6 to 8 sessions.", False),
        ("answer", "8 to 12 sessions.", False),
        ("answer", "6 to 8 sessions of Dry Needling.", False),
    ],
    ids=["right", "another outcome", "wrong outcome", "fact missing", "what must not be said"],
)
def test_turns_of_dialogues(make_reply: MakeReply, outcome: str, said: str, right: bool):
    """A turn holds when outcome and facts are as expected and nothing is said that must not be."""
    turn = Turn("how many", ["answer", "clarify"], [["6 to 8"]], ["dry needling"])

    assert judge_turn(turn, make_reply(outcome, said)) == {"dialogue turns": right}


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_the_sets_can_be_judged(project: Path, make_reply: MakeReply, folder: Path):
    """Every labelled message has an id of its own, a label that is known, and facts where it is answered by them."""
    messages = [each for file in sorted((project / folder).glob("*.jsonl")) for each in read_messages(file)]
    ids = [each.id for each in messages]
    # Only ids are compared: who reads the messages of the held-out set tunes to them.
    without_facts = [each.id for each in messages if each.label in LABELS[:3] and not each.facts]
    no_patterns = [each.id for each in messages for group in each.facts for fact in group if not compiles(fact)]
    unknown = [each.id for each in messages if each.label not in LABELS]

    assert ids
    assert len(set(ids)) == len(ids)
    assert (without_facts, no_patterns, unknown) == ([], [], [])


def test_the_dialogues_can_be_judged(project: Path):
    """Every turn of a dialogue expects at least one outcome, given as a list."""
    dialogues = read_dialogues(project / SETS / "dialogues.jsonl")

    assert dialogues
    assert all(isinstance(turn.outcomes, list) and turn.outcomes for turns in dialogues for turn in turns)


def compiles(pattern: str) -> bool:
    """Whether a pattern is a regular expression."""
    try:
        return bool(re.compile(pattern))
    except re.error:
        return False
