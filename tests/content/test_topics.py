"""The topics patients ask about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from acumen.content.topics import Topic, read_topics
from acumen.errors import AcumenError

WriteTopics = Callable[..., Path]

FULL = """\
# A note.
how_often:
  ask: How often should I come?
  next: [does_it_hurt]
  leaves_out: how often to come
  per_condition: true
does_it_hurt:
  ask: Does it hurt?
condition_details:
  ask: How often for one condition?
  gap: that for a single condition
  in_general: [how_often]
"""


def test_topics_are_read_in_order(write_topics: WriteTopics):
    """Topics come back by name, in the order of the file."""
    topics = read_topics(write_topics(FULL))

    assert list(topics) == ["how_often", "does_it_hurt", "condition_details"]
    assert topics["how_often"] == Topic(
        "how_often",
        "How often should I come?",
        next=("does_it_hurt",),
        leaves_out="how often to come",
        per_condition=True,
    )
    assert topics["does_it_hurt"] == Topic("does_it_hurt", "Does it hurt?")
    assert topics["condition_details"].in_general == ("how_often",)


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("{gap: what it costs}", "`ask`"),
        ("{ask: [a, list]}", "`ask`"),
        ("just a text", "`ask`"),
        ("{ask: What does it cost?, price: 20}", "`price`"),
        ("{ask: What does it cost?, next: does_it_hurt}", "`next`"),
        ("{ask: What does it cost?, in_general: does_it_hurt}", "`in_general`"),
    ],
    ids=["no ask", "ask is a list", "no settings", "unknown setting", "next is no list", "in_general is no list"],
)
def test_entry_of_the_wrong_shape(write_topics: WriteTopics, entry: str, names: str):
    """A wrong entry is reported with its name, its line and the setting at fault."""
    file = write_topics(f"does_it_hurt:\n  ask: Does it hurt?\ncost: {entry}\n")

    with pytest.raises(AcumenError) as caught:
        read_topics(file)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU121", file, 3)
    assert "cost" in fault.what
    assert names in fault.what


@pytest.mark.parametrize("setting", ["next", "in_general"])
def test_offer_of_a_topic_that_does_not_exist(write_topics: WriteTopics, setting: str):
    """A topic that offers an unknown one is reported with both names and its line."""
    file = write_topics(f"\ncost:\n  ask: What does it cost?\n  {setting}: [parking]\n")

    with pytest.raises(AcumenError) as caught:
        read_topics(file)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU122", file, 2)
    assert "cost" in fault.what
    assert "parking" in fault.what


def test_a_topic_may_offer_one_that_stands_below_it(write_topics: WriteTopics):
    """The order of the file does not decide what may be offered."""
    topics = read_topics(write_topics("a:\n  ask: A?\n  next: [b]\nb:\n  ask: B?\n  next: [a]\n"))

    assert topics["a"].next == ("b",)


def test_all_faults_are_reported_together(write_topics: WriteTopics):
    """Every wrong entry is reported at once, not one a run."""
    with pytest.raises(AcumenError) as caught:
        read_topics(write_topics("a: 1\nb:\n  ask: B?\n  next: [x, y]\n"))

    assert [fault.code for fault in caught.value.problems] == ["ACU121", "ACU122", "ACU122"]


@pytest.mark.parametrize("text", ["a: [", "a: b: c\n", "", "- a\n"], ids=["open", "colon", "empty", "list"])
def test_file_that_holds_no_topics(write_topics: WriteTopics, text: str):
    """A file that is no YAML, or no list of topics, is reported as a fault of that file."""
    file = write_topics(text)

    with pytest.raises(AcumenError) as caught:
        read_topics(file)

    assert {fault.file for fault in caught.value.problems} == {file}
