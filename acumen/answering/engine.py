"""The answering engine: questions in, one reply out. It knows nothing of Rasa."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from acumen.answering import phrases
from acumen.answering.compose import SHORT_WORDS, Composer
from acumen.answering.decide import Decider, Decision, Thresholds
from acumen.answering.embedded import EmbeddedStore
from acumen.answering.evidence import Evidence
from acumen.answering.follow_up import FollowUp
from acumen.answering.passages import Encode, PassageIndex, PassageStore, Reader, Search, section_key
from acumen.answering.question import CONDITION, TECHNIQUE, Memory, Message, Question
from acumen.answering.reply import Block, Button, ClinicAnswer, Outcome, Reply, Text
from acumen.answering.retrieve import Retriever
from acumen.content.article import DRY_NEEDLING, Section
from acumen.content.clinic import Clinic
from acumen.content.library import MANY, Library

MAX_BUTTONS = 3
# Nobody asks one question in more; what must not wait was looked for in all of it.
MAX_CHARACTERS = 2000
STARTERS = ("what_to_expect", "does_it_hurt", "conditions_overview")


@dataclass(frozen=True)
class _Part:
    """What one question contributes to the reply."""

    verdict: Outcome
    blocks: list[Block]
    topics: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


class Engine:
    """Answers from a library, and says whom to ask for the rest."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        library: Library,
        clinic: Clinic,
        read: Reader,
        encode: Encode,
        thresholds: Thresholds | None = None,
        store: PassageStore | None = None,
    ) -> None:
        """Make an engine.

        Args:
            library: the articles and topics.
            clinic: whom to ask for the rest.
            read: finds the entities of a text.
            encode: gives texts their vectors.
            thresholds: where certainty ends.
            store: where passages are kept and looked up; without it, in memory.
        """
        self._library = library
        self._clinic = clinic
        self._passages = PassageIndex(library, store or EmbeddedStore(), encode, read)
        self._evidence = Evidence(library, self._passages.conditions)
        self._decider = Decider(self._evidence, thresholds)
        self._follow_up = FollowUp(library)
        self._composer = Composer(library)
        self._retriever = Retriever(library)

    def answer(self, message: Message, memory: Memory) -> tuple[Reply, Memory]:
        """Answer each question by itself; what a message asks twice is said once."""
        if not message.questions:
            return Reply("clarify", (Text(phrases.EMPTY),), buttons=self._buttons(STARTERS)), memory
        if len(message.text) > MAX_CHARACTERS:
            return Reply("clarify", (Text(phrases.TOO_LONG),), buttons=self._buttons(STARTERS)), memory
        parts: list[_Part] = []
        memory = self._still_true(memory)
        questions = [self._follow_up.resolve(question, memory) for question in message.questions]
        for question in questions:
            part = self._part(question, self._decider.decide(question))
            if part.topics not in [each.topics for each in parts]:
                parts.append(part)
        parts = _worth_saying(parts)
        topics = tuple(dict.fromkeys(topic for part in parts for topic in part.topics))
        shown = tuple(key for part in parts for key in part.shown)
        # A gap leaves what was said before to come back to, unless the patient went over to dry needling.
        answered = any(part.verdict == "answer" for part in parts)
        moved_on = answered or shown or any(question.technique == DRY_NEEDLING for question in questions)
        after = Memory(topics, shown) if (topics or shown) and moved_on else memory
        return self._join(parts, topics, more=bool(shown) and self._has_more(after)), after

    def more(self, memory: Memory) -> tuple[Reply, Memory]:
        """Say what the articles add to the last answer."""
        memory = self._still_true(memory)
        blocks, keys, left = self._composer.more(self._sections_of(memory), memory.shown)
        if not memory.topics and not memory.shown:
            return Reply("clarify", (Text(phrases.WHAT),), buttons=self._buttons(STARTERS)), memory
        offers = [name for topic in memory.topics for name in self._library.topics[topic].next]
        if not blocks:
            blocks = [Text(phrases.NO_MORE)]
        buttons = self._buttons(offers, more=left)
        outcome: Outcome = "answer" if keys else "chitchat"
        return Reply(outcome, tuple(blocks), memory.topics, buttons), Memory(memory.topics, memory.shown + tuple(keys))

    def sources(self, memory: Memory) -> Reply:
        """Name who says what was said last, and say it again, word for word."""
        memory = self._still_true(memory)
        cited = [key.rsplit("/", 1) for key in memory.shown]
        blocks = self._said_by_clinic(memory.topics)
        if not cited and not blocks:
            return Reply("clarify", (Text(phrases.WHAT),), buttons=self._buttons(STARTERS))
        for key, index in cited:
            section = self._library.sections[key]
            blocks += [Text(self._credit(section)), self._composer.quote(section, int(index))]
        return Reply("answer", tuple(dict.fromkeys(blocks)), memory.topics)

    def differences(self, memory: Memory) -> Reply:
        """Set side by side what different articles said last; no article is declared right."""
        said = self.sources(memory)
        if not said.citations:
            return said
        several = len({citation.article for citation in said.citations}) > 1
        clinic = self._clinic.contact
        opening = phrases.differing(clinic) if several else phrases.one_source(clinic)
        return Reply("answer", (Text(opening), *said.blocks), said.topics)

    def contact(self) -> Reply:
        """Say how to reach a person."""
        text = phrases.contact(self._clinic.contact, self._clinic.facts)
        return Reply("chitchat", (Text(text),))

    def _part(self, question: Question, decision: Decision) -> _Part:
        """Carry out one decision."""
        if decision.verdict == "off_topic":
            return _Part("off_topic", [Text(phrases.OFF_TOPIC)], offers=STARTERS)
        search = self._passages.search(*dict.fromkeys(text for text in (question.text, question.story) if text))
        own = self._own_answer(decision)
        if found := self._retrieved(question, decision, search.scores):
            blocks, shown = self._composer.first([found], search.scores_with([found]))
            return _Part("answer", [*own, *blocks], decision.topics if own else found.topics[:1], shown=tuple(shown))
        if decision.verdict == "clarify":
            return _Part("clarify", [Text(phrases.WHICH)], offers=decision.topics)
        if own and decision.verdict == "not_covered":
            return _Part("answer", own, decision.topics, self._library.topics[decision.topics[0]].next)
        if decision.verdict == "not_covered":
            return self._not_covered(question, decision, search)
        (topic,) = decision.topics
        sections = self._evidence.sections(topic, question.technique, self._sections_found(search))
        sections = _nearest(sections, question)
        blocks, shown = self._composer.first(sections, search.scores_with(sections))
        left_out = self._library.topics[topic].leaves_out
        if left_out and not own:
            blocks.append(Text(phrases.leaves_out(left_out)))
        return _Part("answer", [*own, *blocks], (topic,), self._library.topics[topic].next, tuple(shown))

    def _own_answer(self, decision: Decision) -> list[Block]:
        """What the clinic itself says about a question, unless it is about what no topic covers."""
        if decision.missing or decision.verdict not in ("answer", "not_covered"):
            return []
        return self._said_by_clinic(decision.topics)

    def _said_by_clinic(self, topics: Sequence[str]) -> list[Block]:
        said = [self._clinic.answer(topic) for topic in topics]
        return [ClinicAnswer(text, self._clinic.name) for text in said if text]

    def _retrieved(self, question: Question, decision: Decision, scores: Mapping[str, float]) -> Section | None:
        """What the articles say all the same where topics lead nowhere."""
        if decision.verdict not in ("not_covered", "clarify"):
            return None
        understood = decision.verdict == "not_covered" and bool(decision.topics)
        return self._retriever.find(question, scores, everywhere=not understood)

    def _sections_found(self, search: Search) -> Iterator[Section]:
        """The sections of the passages that fit best."""
        best = heapq.nlargest(MANY, search.scores, key=search.scores.__getitem__)
        sections = (self._library.sections.get(section_key(key)) for key in best)
        return (section for section in sections if section)

    def _not_covered(self, question: Question, decision: Decision, search: Search) -> _Part:
        clinic = self._clinic.contact
        if not decision.topics:
            return _Part("not_covered", [Text(phrases.not_understood(clinic))], offers=STARTERS)
        topic = self._library.topics[decision.topics[0]]
        if decision.missing and decision.missing.kind == CONDITION:
            blocks: list[Block] = [Text(phrases.unknown_condition(decision.missing.text.lower(), clinic))]
            return _Part("not_covered", blocks, (topic.name,), ("conditions_overview",))
        if decision.missing and decision.missing.kind == TECHNIQUE:
            blocks = [Text(phrases.unknown_for_technique(decision.missing.text.lower(), clinic))]
            return _Part("not_covered", blocks, (topic.name,), ("what_is_dry_needling",))
        blocks = [Text(phrases.gap(topic.gap, clinic) if topic.gap else phrases.unanswered(topic.ask, clinic))]
        known = (name for name, _ in question.ranking if self._evidence.answered(name))
        general = next((name for name in known if name in topic.in_general), None)
        shown: list[str] = []
        if general and question.technique != DRY_NEEDLING:
            said, shown = self._in_general(general, question, search)
            blocks += [Text(phrases.IN_GENERAL), *said]
        elif topic.next:
            blocks.append(Text(phrases.nearest(self._library.topics[topic.next[0]].ask)))
        return _Part("not_covered", blocks, (topic.name,), topic.next, tuple(shown))

    def _in_general(self, topic: str, question: Question, search: Search) -> tuple[list[Block], list[str]]:
        """What holds in general, and what the articles say about the condition that the question names."""
        sections = self._evidence.sections(topic, None)
        known = [each.id for each in question.named(CONDITION) if self._evidence.names(each.id)]
        about = self._evidence.topic_for(known)[:1]
        if not about:
            return self._composer.first(sections, search.scores_with(sections))
        general, shown = self._composer.first(sections, search.scores_with(sections), words=SHORT_WORDS)
        of_condition = _nearest(self._evidence.sections(about[0], None), question)
        own, also = self._composer.first(of_condition, search.scores_with(of_condition), words=SHORT_WORDS)
        return [*general, *own], [*shown, *also]

    def _join(self, parts: Sequence[_Part], topics: tuple[str, ...], *, more: bool) -> Reply:
        """Put the parts together; one answered question makes the whole an answer."""
        blocks = tuple(dict.fromkeys(block for part in parts for block in part.blocks))
        verdicts = [part.verdict for part in parts]
        outcome: Outcome = "answer" if "answer" in verdicts else verdicts[0]
        offers = [offer for group in _in_turns([part.offers for part in parts]) for offer in group]
        offers = [offer for offer in dict.fromkeys(offers) if offer not in topics]
        return Reply(outcome, blocks, topics, self._buttons(offers, more=more))

    def _buttons(self, topics: Sequence[str], *, more: bool = False) -> tuple[Button, ...]:
        titles = [phrases.MORE] if more else []
        titles += [self._library.topics[name].ask for name in dict.fromkeys(topics)]
        return tuple(Button(title) for title in titles[:MAX_BUTTONS])

    def _still_true(self, memory: Memory) -> Memory:
        """What of a memory stands in the articles; they may have been changed since."""
        topics = tuple(topic for topic in memory.topics if topic in self._library.topics)
        return Memory(topics, tuple(key for key in memory.shown if self._stands(key)))

    def _stands(self, key: str) -> bool:
        section, _, index = key.rpartition("/")
        return section in self._library.sections and int(index) < len(self._library.sections[section].passages)

    def _has_more(self, memory: Memory) -> bool:
        return bool(self._composer.more(self._sections_of(memory), memory.shown)[1])

    def _sections_of(self, memory: Memory) -> list[Section]:
        """The sections of the last answer's topics, about the techniques it was about; without topics, its own."""
        shown = {section_key(key) for key in memory.shown}
        if not memory.topics:
            return [self._library.sections[key] for key in sorted(shown)]
        said = [self._library.sections[key] for key in sorted(shown)]
        sections = [section for topic in memory.topics for section in self._library.answering(topic)]
        sections += [section for section in said if section not in sections and {*section.topics} & {*memory.topics}]
        techniques = {section.technique for section in sections if section.key in shown}
        return [section for section in sections if not techniques or section.technique in techniques]

    def _credit(self, section: Section) -> str:
        article = self._library.article_of(section)
        source = article.source
        who = f"{source.author}, {source.role}," if source.author and source.role else source.author
        where = ", ".join(part for part in (source.publisher, source.date) if part)
        says = f"{who} says this" if who else "This is said, without an author's name,"
        reviewed = f"Reviewed {article.reviewed.isoformat()}" if article.reviewed else "Not reviewed yet"
        return f"{says} in “{source.title}”{f' ({where})' if where else ''}. {reviewed}."


def _nearest(sections: list[Section], question: Question) -> list[Section]:
    """The sections about a condition that the question names, else all."""
    conditions = {entity.id for entity in question.named(CONDITION)}
    return [section for section in sections if section.conditions & conditions] or sections


def _worth_saying(parts: list[_Part]) -> list[_Part]:
    """Drop what says nothing beside an answer: a remark off the subject, a question not understood."""
    covered = [part for part in parts if part.shown or (part.verdict in ("answer", "not_covered") and part.topics)]
    return covered or parts[:1]


def _in_turns(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Interleave: the first of each group, then the second of each."""
    longest = max((len(group) for group in groups), default=0)
    return [tuple(group[i] for group in groups if i < len(group)) for i in range(longest)]
