"""The report: what was asked in a period, counted, and what stayed open, grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from acumen.content.library import Library
from acumen.insights.conversations import read_conversations, read_ratings
from acumen.insights.grouping import FEWEST_CONVERSATIONS, Array, Asked, Encode, Group, group
from acumen.insights.period import Period
from acumen.insights.tally import Tally
from acumen.safety.categories import ALARMS
from acumen.storage.database import Database

NEAREST = 2


@dataclass(frozen=True)
class Nearest:
    """A passage that comes near a group's meaning; `alike` is the cosine of the two, up to 1."""

    article: str
    heading: str
    passage: str
    alike: float


@dataclass(frozen=True)
class OpenGroup:
    """A group of questions with what the articles say next to it."""

    group: Group
    # What patients call the topic, and whether an article answers it; empty where none was likely.
    topic: str
    answered: bool
    nearest: tuple[Nearest, ...]


@dataclass(frozen=True)
class Questions:
    """Questions of one kind: groups with words that may be shown, and groups without."""

    asked: int
    shown: tuple[OpenGroup, ...]
    withheld: tuple[OpenGroup, ...]

    @property
    def asked_withheld(self) -> int:
        """How many questions nothing is shown of."""
        return sum(each.group.times for each in self.withheld)

    @property
    def ungrouped(self) -> int:
        """How many were too many to compare."""
        return self.asked - self.asked_withheld - sum(each.group.times for each in self.shown)


@dataclass(frozen=True)
class DayCount:
    """The messages of one day."""

    day: date
    conversations: int
    answered: int
    unanswered: int
    other: int

    @property
    def messages(self) -> int:
        """All of them."""
        return self.answered + self.unanswered + self.other


@dataclass(frozen=True)
class TopicCount:
    """How many replies were about a topic, and how many of them had an answer."""

    topic: str
    answered: int
    unanswered: int

    @property
    def replies(self) -> int:
        """All of them."""
        return self.answered + self.unanswered


@dataclass(frozen=True)
class ChannelCount:
    """What came by one channel."""

    channel: str
    conversations: int
    messages: int


@dataclass(frozen=True)
class Feedback:
    """Thumbs, the reasons that several patients gave, and how many gave another one."""

    helpful: int
    unhelpful: int
    reasons: tuple[tuple[str, int], ...]
    other_reasons: int


@dataclass(frozen=True)
class Report:
    """All that is told of a period. Of alarms it holds the number, never a word."""

    period: Period
    conversations: int
    outcomes: Mapping[str, int]
    days: tuple[DayCount, ...]
    topics: tuple[TopicCount, ...]
    channels: tuple[ChannelCount, ...]
    unanswered: Questions
    unsure: Questions
    feedback: Feedback

    @property
    def messages(self) -> int:
        """How many messages came."""
        return sum(self.outcomes.values())

    @property
    def alarms(self) -> int:
        """How many messages could not wait."""
        return sum(self.outcomes.get(outcome, 0) for outcome in ALARMS)

    @property
    def answered_share(self) -> float | None:
        """Of the messages about the subject, the share that was answered; None where there was none."""
        answered = self.outcomes.get("answer", 0)
        asked = answered + self.outcomes.get("not_covered", 0) + self.outcomes.get("clarify", 0)
        return answered / asked if asked else None

    @property
    def helpful_share(self) -> float | None:
        """The share of thumbs that point up; None where there was none."""
        thumbs = self.feedback.helpful + self.feedback.unhelpful
        return self.feedback.helpful / thumbs if thumbs else None

    def group(self, identifier: str) -> Group | None:
        """The group of this id; one that was printed earlier may stand behind another wording by now."""
        groups = [each.group for kind in (self.unanswered, self.unsure) for each in (*kind.shown, *kind.withheld)]
        named = [each for each in groups if each.id == identifier]
        held = [each for each in groups if identifier in {wording.id for wording in each.wordings}]
        return next(iter(named + held), None)


class Reporter:
    """Makes reports from a database, beside a library."""

    def __init__(self, database: Database, library: Library, encode: Encode) -> None:
        """Make a reporter; `encode` gives texts their vectors."""
        self._database = database
        self._library = library
        self._encode = encode

    def report(self, period: Period) -> Report:
        """Count and group what was asked in `period`.

        Raises:
            AcumenError: ACU303 when the database cannot be read.
        """
        tally = Tally(period, {name for name in self._library.topics if self._library.answering(name)})
        for conversation in read_conversations(self._database, period.start):
            tally.add(conversation)
        for rating in read_ratings(self._database, period.start):
            tally.rate(rating)
        reasons = tuple((reason, n) for reason, n in tally.reasons() if n >= FEWEST_CONVERSATIONS)
        return Report(
            period=period,
            conversations=tally.conversations,
            outcomes=dict(tally.outcomes.most_common()),
            days=tuple(_day(day, tally) for day in period.days()),
            topics=self._topics(tally),
            channels=tuple(
                ChannelCount(channel, number, tally.channel_messages[channel])
                for channel, number in tally.channels.most_common()
            ),
            unanswered=self._questions(tally.unanswered()),
            unsure=self._questions(tally.unsure()),
            feedback=Feedback(
                tally.thumbs[True], tally.thumbs[False], reasons, tally.reasoned - sum(n for _, n in reasons)
            ),
        )

    def _topics(self, tally: Tally) -> tuple[TopicCount, ...]:
        counts = Counter(tally.answered_topics) + Counter(tally.unanswered_topics)
        return tuple(
            TopicCount(self._label(name), tally.answered_topics[name], tally.unanswered_topics[name])
            for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        )

    def _questions(self, asked: Sequence[Asked]) -> Questions:
        groups = [self._open(each) for each in group(asked, self._library.topics, self._encode)]
        shown = tuple(each for each in groups if each.group.showable)
        return Questions(len(asked), shown, tuple(each for each in groups if not each.group.showable))

    def _open(self, found: Group) -> OpenGroup:
        label = self._label(found.topic) if found.topic else ""
        answered = bool(found.topic and self._library.answering(found.topic))
        return OpenGroup(found, label, answered, self._nearest(found.vector))

    def _nearest(self, vector: Array) -> tuple[Nearest, ...]:
        places, vectors = self._passages
        alike = vectors @ vector
        best = np.argsort(-alike, kind="stable")[:NEAREST]
        return tuple(
            Nearest(article, heading, passage, float(alike[row]))
            for row in best
            for article, heading, passage in [places[row]]
        )

    @cached_property
    def _passages(self) -> tuple[list[tuple[str, str, str]], Array]:
        """Article, heading and text of each passage, and their vectors, each read below its heading."""
        sections = self._library.sections.values()
        places = [(each.article, each.heading, passage) for each in sections for passage in each.passages]
        return places, self._encode([f"{heading} {passage}" for _, heading, passage in places])

    def _label(self, name: str) -> str:
        topic = self._library.topics.get(name)
        return topic.ask if topic else name


def _day(day: date, tally: Tally) -> DayCount:
    kinds = tally.days.get(day, Counter())
    return DayCount(day, tally.begun[day], kinds["answered"], kinds["unanswered"], kinds["other"])
