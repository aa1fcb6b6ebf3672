"""Counting conversations one by one, and keeping of their words only what may be shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from acumen.insights.conversations import Conversation, Question, Rating, Turn
from acumen.insights.grouping import Asked, normal
from acumen.insights.period import Period, day_of

UNANSWERED = ("not_covered", "clarify", "off_topic")
# An answer below this probability of its topic deserves a look: the bot answers from 0.25.
SURE = 0.5


class Tally:
    """Counts what is added to it. Nobody who raised an alarm is ever quoted."""

    def __init__(self, period: Period, answered: Collection[str]) -> None:
        """Make an empty tally.

        Args:
            period: what happened before and after it is not counted.
            answered: the topics that the articles answer.
        """
        self._start, self._end = period.start, period.end
        self._answered = answered
        self.conversations = 0
        self.outcomes: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.channel_messages: Counter[str] = Counter()
        self.begun: Counter[date] = Counter()
        self.days: dict[date, Counter[str]] = defaultdict(Counter)
        self.answered_topics: Counter[str] = Counter()
        self.unanswered_topics: Counter[str] = Counter()
        self.thumbs: Counter[bool] = Counter()
        self.reasoned = 0
        self._unanswered: list[Asked] = []
        self._unsure: list[Asked] = []
        self._reasons: dict[str, list[tuple[str, str]]] = {}
        # Nothing that was written beside an alarm is shown, whoever else wrote the same.
        self._alarming: set[str] = set()
        self._quotable: set[str] = set()

    def add(self, conversation: Conversation) -> None:
        """Count a conversation, if it has a turn in the period."""
        turns = [turn for turn in conversation.turns if self._start <= turn.at < self._end]
        self._note_alarms(conversation)
        if not turns:
            return
        self.conversations += 1
        self.channels[conversation.channel] += 1
        self.channel_messages[conversation.channel] += len(turns)
        self.begun[day_of(turns[0].at)] += 1
        for turn in turns:
            self._count(turn)
            if not conversation.alarmed:
                self._keep(turn)

    def rate(self, rating: Rating) -> None:
        """Count a thumb; its reason is kept where its conversation was read and had no alarm."""
        self.thumbs[rating.helpful] += 1
        if not rating.reason:
            return
        self.reasoned += 1
        if rating.conversation in self._quotable:
            self._reasons.setdefault(normal(rating.reason), []).append((rating.conversation, rating.reason))

    def unanswered(self) -> list[Asked]:
        """The questions that got no answer."""
        return self._without_alarms(self._unanswered)

    def unsure(self) -> list[Asked]:
        """The questions that got an answer of which the bot was not sure."""
        return self._without_alarms(self._unsure)

    def reasons(self) -> list[tuple[str, int]]:
        """Reasons for a thumb, each with the number of conversations it was given in."""
        given = {
            said[0][1]: len({conversation for conversation, _ in said})
            for reason, said in self._reasons.items()
            if reason not in self._alarming
        }
        return sorted(given.items(), key=lambda item: (-item[1], item[0]))

    def _note_alarms(self, conversation: Conversation) -> None:
        if not conversation.alarmed:
            self._quotable.add(conversation.id)
            return
        for turn in conversation.turns:
            self._alarming |= {normal(text) for text in (turn.text, *(each.text for each in turn.questions))}

    def _count(self, turn: Turn) -> None:
        self.outcomes[turn.outcome] += 1
        kind = "answered" if turn.outcome == "answer" else "unanswered" if turn.outcome in UNANSWERED else "other"
        self.days[day_of(turn.at)][kind] += 1
        for topic in dict.fromkeys(turn.topics):
            has_answer = turn.outcome in ("answer", "caution") and topic in self._answered
            (self.answered_topics if has_answer else self.unanswered_topics)[topic] += 1

    def _keep(self, turn: Turn) -> None:
        if turn.outcome in UNANSWERED:
            self._unanswered += self._asked(turn.questions)
        elif turn.outcome == "answer":
            # Of several questions in a message, one may be answered and another left open.
            left_open = [each for each in turn.questions if self._left_open(each, turn)]
            self._unanswered += self._asked(left_open)
            self._unsure += self._asked(each for each in turn.questions if each not in left_open and not _sure(each))

    def _asked(self, questions: Iterable[Question]) -> list[Asked]:
        return [Asked(question, self.conversations) for question in questions if normal(question.text)]

    def _left_open(self, question: Question, turn: Turn) -> bool:
        best = question.ranking[0][0] if question.ranking else ""
        return best in turn.topics and best not in self._answered

    def _without_alarms(self, asked: list[Asked]) -> list[Asked]:
        return [each for each in asked if normal(each.question.text) not in self._alarming]


def _sure(question: Question) -> bool:
    return bool(question.ranking) and question.ranking[0][1] >= SURE
