"""The answering engine: questions in, one reply out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from acumen.answering import phrases
from acumen.answering.engine import MAX_BUTTONS, MAX_CHARACTERS, STARTERS, Engine
from acumen.answering.question import Entity, Memory, Message, Question
from acumen.answering.reply import ClinicAnswer, Reply, Text, plain_text
from acumen.assistant import Assistant
from acumen.content.clinic import Clinic
from acumen.content.library import Library
from acumen.content.topics import Topic

MakeMessage = Callable[..., Message]
MakeQuestion = Callable[..., Question]
Steer = Callable[[Engine, Memory], Reply]

NOTHING = Memory()


def sections(reply: Reply) -> list[str]:
    """The sections that a reply cites, in order."""
    return list(dict.fromkeys(f"{each.article}#{each.section}" for each in reply.citations))


def titles(reply: Reply) -> list[str]:
    """The texts of a reply's buttons."""
    return [button.title for button in reply.buttons]


def zeros(texts: Sequence[str]) -> np.ndarray:
    """Vectors that say nothing."""
    return np.zeros((len(texts), 4), dtype=np.float32)


def test_answer_is_the_articles_own_words(engine: Engine, small: Library, message: MakeMessage):
    """An answered question gets passages word for word, its topic, and is remembered."""
    reply, memory = engine.answer(message(("does it help back pain", "back_pain")), NOTHING)

    assert (reply.outcome, reply.topics) == ("answer", ("back_pain",))
    assert [citation.passage for citation in reply.citations] == [small.sections["bru#back"].lead]
    assert memory == Memory(("back_pain",), ("bru#back/0",))


def test_differing_figures_are_both_said(engine: Engine, message: MakeMessage):
    """Where articles differ both figures are shown, each with its source, below a line that says so."""
    reply, _ = engine.answer(message(("how many sessions", "how_many_sessions")), NOTHING)

    assert reply.blocks[0] == Text(phrases.DIFFERENT_FIGURES)
    assert set(sections(reply)) == {"bru#sessions", "loyer#visits"}


def test_what_the_articles_leave_out_follows_the_answer(engine: Engine, message: MakeMessage):
    """An answer in part ends with what is missing."""
    reply, _ = engine.answer(message(("does it hurt", "does_it_hurt")), NOTHING)

    assert reply.blocks[-1] == Text(phrases.leaves_out("how deep the needles go"))


def test_buttons_offer_what_comes_next(engine: Engine, message: MakeMessage):
    """After an answer that says all, a patient can go on to the topics next to it."""
    reply, _ = engine.answer(message(("how many sessions", "how_many_sessions")), NOTHING)

    assert titles(reply) == ["Does it hurt?", "What does it cost?"]


def test_every_question_is_answered(engine: Engine, message: MakeMessage):
    """Several questions are answered in one reply, in their order."""
    reply, memory = engine.answer(message(("does it hurt", "does_it_hurt"), ("how many", "how_many_sessions")), NOTHING)

    assert reply.topics == memory.topics == ("does_it_hurt", "how_many_sessions")
    assert sections(reply)[0] == "bru#hurt"
    assert {"bru#sessions", "loyer#visits"} <= set(sections(reply))
    assert len(reply.buttons) <= MAX_BUTTONS
    assert not {"Does it hurt?", "How many sessions will I need?"} & set(titles(reply))


def test_what_is_asked_twice_is_said_once(engine: Engine, message: MakeMessage):
    """Two questions about one topic get one answer."""
    once, _ = engine.answer(message(("does it hurt", "does_it_hurt")), NOTHING)
    twice, _ = engine.answer(message(("does it hurt", "does_it_hurt"), ("does it hurt much", "does_it_hurt")), NOTHING)

    assert twice.blocks == once.blocks


@pytest.mark.parametrize("turned", [False, True], ids=["answer first", "answer last"])
def test_an_answer_beside_a_gap(engine: Engine, message: MakeMessage, turned: bool):
    """One answered question makes the reply an answer; what is not covered is still said."""
    asked = [("does it hurt", "does_it_hurt"), ("what does it cost", "cost")]
    reply, _ = engine.answer(message(*(asked[::-1] if turned else asked)), NOTHING)

    assert reply.outcome == "answer"
    assert set(reply.topics) == {"does_it_hurt", "cost"}
    assert "what a treatment costs" in plain_text(reply)


def test_remarks_off_the_subject_are_passed_over(engine: Engine, message: MakeMessage):
    """Beside an answered question, another subject is not worth a word."""
    alone, _ = engine.answer(message(("does it hurt", "does_it_hurt")), NOTHING)
    reply, _ = engine.answer(message(("who won the match", "off_topic"), ("does it hurt", "does_it_hurt")), NOTHING)

    assert reply.blocks == alone.blocks


def test_gap_names_what_is_missing_and_whom_to_ask(engine: Engine, message: MakeMessage):
    """What the articles leave open is said, with the clinic's phone and the nearest topic."""
    reply, memory = engine.answer(message(("what does it cost", "cost")), NOTHING)

    assert (reply.outcome, reply.topics, reply.citations) == ("not_covered", ("cost",), ())
    assert "what a treatment costs" in plain_text(reply)
    assert "Green Lane Clinic on 01234 567890" in plain_text(reply)
    assert "How many sessions will I need?" in plain_text(reply)
    assert phrases.MORE not in titles(reply)
    assert memory == NOTHING


def test_gap_without_anything_near(engine: Engine, message: MakeMessage):
    """A gap that no topic stands next to is said without one."""
    reply, _ = engine.answer(message(("where can i park", "parking")), NOTHING)

    assert reply.outcome == "not_covered"
    assert len(reply.blocks) == 1


def test_a_gap_keeps_what_was_remembered(engine: Engine, message: MakeMessage):
    """After a gap, asking for more still goes on with the last answer."""
    _, memory = engine.answer(message(("does it hurt", "does_it_hurt")), NOTHING)
    _, after = engine.answer(message(("what does it cost", "cost")), memory)

    assert after == memory


def test_what_holds_in_general_follows_the_gap(engine: Engine, question: MakeQuestion):
    """A gap for one condition is followed by what the articles say in general, and about that condition."""
    asked = question("how many sessions for migraine", "condition_details", "how_many_sessions")
    reply, memory = engine.answer(Message(asked.text, (asked,)), NOTHING)

    assert reply.outcome == "not_covered"
    assert Text(phrases.IN_GENERAL) in reply.blocks
    assert set(sections(reply)) == {"bru#sessions", "loyer#visits", "loyer#head"}
    assert reply.blocks.index(Text(phrases.IN_GENERAL)) < reply.blocks.index(reply.citations[0])
    assert memory.shown


def test_nothing_in_general_is_said_for_dry_needling(engine: Engine, question: MakeQuestion):
    """Figures of acupuncture do not follow a gap about dry needling."""
    asked = question("how many sessions of dry needling for migraine", "condition_details", "how_many_sessions")
    reply, _ = engine.answer(Message(asked.text, (asked,)), NOTHING)

    assert (reply.outcome, reply.citations) == ("not_covered", ())


@pytest.mark.parametrize(
    ("text", "topic", "named", "offered"),
    [
        ("does it help Tinnitus", "back_pain", "tinnitus", "What can it help with?"),
        ("how many dry needling sessions", "how_many_sessions", "dry needling", "What is dry needling?"),
    ],
    ids=["condition", "technique"],
)
def test_unknown_thing_is_named(
    *, engine: Engine, message: MakeMessage, text: str, topic: str, named: str, offered: str
):
    """What the articles say nothing of is named back, with the clinic and a way on."""
    reply, _ = engine.answer(message((text, topic)), NOTHING)

    assert (reply.outcome, reply.citations) == ("not_covered", ())
    assert named in plain_text(reply)
    assert "01234 567890" in plain_text(reply)
    assert offered in titles(reply)


def test_off_topic(engine: Engine, small: Library, message: MakeMessage):
    """Another subject is declined, with what the bot can be asked instead."""
    reply, memory = engine.answer(message(("who won the match", "off_topic")), NOTHING)

    assert reply.outcome == "off_topic"
    assert reply.blocks == (Text(phrases.OFF_TOPIC),)
    assert titles(reply) == [small.topics[name].ask for name in STARTERS]
    assert memory == NOTHING


def test_uncertain_question_is_asked_back(engine: Engine, question: MakeQuestion):
    """Where it is not clear what is meant, the likeliest topics are the buttons."""
    asked = Question("hurt cost", (("does_it_hurt", 0.2), ("cost", 0.19), ("back_pain", 0.18), ("headaches", 0.17)))
    reply, _ = engine.answer(Message(asked.text, (asked,)), NOTHING)

    assert (reply.outcome, reply.topics) == ("clarify", ())
    assert titles(reply) == ["Does it hurt?", "What does it cost?", "Does it help back pain?"]


def test_question_not_understood(engine: Engine, question: MakeQuestion):
    """Where no topic is likely at all, the clinic is named and nothing is guessed."""
    asked = question("mumble", "does_it_hurt", chance=0.01)
    reply, _ = engine.answer(Message(asked.text, (asked,)), NOTHING)

    assert (reply.outcome, reply.topics, reply.citations) == ("not_covered", (), ())
    assert "Green Lane Clinic on 01234 567890" in plain_text(reply)


@pytest.mark.parametrize(
    "message",
    [Message("", ()), Message("a" * (MAX_CHARACTERS + 1), (Question("a", (("does_it_hurt", 0.9),)),))],
    ids=["empty", "too long"],
)
def test_messages_that_ask_nothing(engine: Engine, message: Message):
    """A message without words, or with far too many, is asked back about and forgotten."""
    memory = Memory(("sleep",), ("x#y/0",))
    reply, after = engine.answer(message, memory)

    assert (reply.outcome, reply.citations) == ("clarify", ())
    assert len(reply.buttons) == MAX_BUTTONS
    assert after == memory


def test_more_goes_on_until_all_is_said(engine: Engine, small: Library, message: MakeMessage):
    """Asking for more says the rest of the topic once, and then that there is no more."""
    reply, memory = engine.answer(message(("does it hurt", "does_it_hurt")), NOTHING)
    said = [citation.passage for citation in reply.citations]
    for _ in range(10):
        reply, memory = engine.more(memory)
        if not reply.citations:
            break
        assert (reply.outcome, reply.topics) == ("answer", ("does_it_hurt",))
        said += [citation.passage for citation in reply.citations]

    assert sorted(said) == sorted(small.sections["bru#hurt"].passages)
    assert (reply.outcome, reply.blocks) == ("chitchat", (Text(phrases.NO_MORE),))
    assert phrases.MORE not in titles(reply)


def test_more_offers_itself_while_there_is_more(small: Library, message: MakeMessage):
    """The button for more is there exactly as long as something is left."""
    rest = tuple(f"Passage {number}. " + "word " * 60 for number in range(3))
    section = replace(small.sections["bru#visit"], passages=("The lead.", *rest))
    article = replace(small.articles["bru"], sections=(section,))
    engine = Engine(Library([article], small.topics), Clinic(), lambda text: [], zeros)

    reply, memory = engine.answer(message(("what happens", "what_to_expect")), NOTHING)
    offered = [phrases.MORE in titles(reply)]
    for _ in range(4):
        reply, memory = engine.more(memory)
        offered.append(phrases.MORE in titles(reply))

    assert offered == [True, True, True, False, False]


def test_more_keeps_to_the_technique(small: Library):
    """After an answer about dry needling, more is not about acupuncture."""
    about = replace(small.sections["loyer#both"], anchor="acu", technique="acupuncture", passages=("Of acupuncture.",))
    dry = replace(about, anchor="dry2", technique="dry-needling", passages=("Of dry needling.", "More of it."))
    library = Library([replace(small.articles["loyer"], sections=(about, dry))], small.topics)
    engine = Engine(library, Clinic(), lambda text: [], zeros)

    reply, _ = engine.more(Memory(("difference",), ("loyer#dry2/0",)))

    assert [citation.passage for citation in reply.citations] == ["More of it."]


STEERING: dict[str, Steer] = {
    "more": lambda engine, memory: engine.more(memory)[0],
    "sources": Engine.sources,
    "differences": Engine.differences,
}


@pytest.mark.parametrize("steer", STEERING.values(), ids=STEERING)
def test_nothing_was_said_yet(engine: Engine, steer: Steer):
    """More of nothing, the source of nothing, or why nothing differs, is asked back about."""
    reply = steer(engine, NOTHING)

    assert (reply.outcome, reply.blocks) == ("clarify", (Text(phrases.WHAT),))
    assert len(reply.buttons) == MAX_BUTTONS


@pytest.mark.parametrize("steer", STEERING.values(), ids=STEERING)
def test_what_was_said_is_no_longer_there(engine: Engine, steer: Steer):
    """A conversation that goes on after the articles were changed does not break on what is gone."""
    gone = Memory(("a_topic_of_yesterday",), ("yesterday#gone/0",))

    reply = steer(engine, gone)

    assert (reply.outcome, reply.citations) == ("clarify", ())


def test_sources_name_author_title_and_review(engine: Engine, message: MakeMessage):
    """Asked who says that, the bot names each source and says the passage again."""
    _, memory = engine.answer(message(("how many sessions", "how_many_sessions")), NOTHING)
    reply = engine.sources(memory)
    text = plain_text(reply)

    assert reply.outcome == "answer"
    assert {citation.passage for citation in reply.citations} == {
        "Bru suggests 6 to 8 sessions.",
        "Loyer says 8 to 12 sessions.",
    }
    for part in ("Bru", "“The article of bru”", "Example Press", "1 May 2020", "2026-01-02", "“The article of loyer”"):
        assert part in text


def test_sources_admit_a_draft(small: Library, encoder, reader, message: MakeMessage):
    """Of an article that nobody has reviewed, the bot says so when asked for its source."""
    drafts = [replace(article, reviewed=None, review_by=None) for article in small.articles.values()]
    engine = Engine(Library(drafts, small.topics), Clinic(), reader, encoder)
    _, memory = engine.answer(message(("how many sessions", "how_many_sessions")), NOTHING)

    assert "Not reviewed yet." in plain_text(engine.sources(memory))


def test_topic_without_an_article_or_a_gap(small: Library, encoder, reader, message: MakeMessage):
    """A topic that nothing answers is said to be open, by the question it stands for."""
    topics = {**small.topics, "parking": Topic("parking", "Where can I park?")}
    engine = Engine(Library(small.articles.values(), topics), Clinic("Green Lane Clinic"), reader, encoder)

    reply, _ = engine.answer(message(("where can i park", "parking")), NOTHING)

    assert (reply.outcome, reply.citations) == ("not_covered", ())
    assert "“Where can I park?” Please ask Green Lane Clinic." in plain_text(reply)


def test_differences_are_set_side_by_side(engine: Engine, message: MakeMessage):
    """Asked why articles differ, the bot repeats each with who says it, and leaves the choice to the clinic."""
    _, memory = engine.answer(message(("how many sessions", "how_many_sessions")), NOTHING)
    reply = engine.differences(memory)
    text = plain_text(reply)

    assert (reply.outcome, reply.topics) == ("answer", ("how_many_sessions",))
    assert reply.blocks[0] == Text(phrases.differing("Green Lane Clinic on 01234 567890"))
    assert {citation.passage for citation in reply.citations} == {
        "Bru suggests 6 to 8 sessions.",
        "Loyer says 8 to 12 sessions.",
    }
    for part in ("Green Lane Clinic on 01234 567890", "Bru says this", "Loyer says this"):
        assert part in text


def test_one_article_does_not_differ_from_itself(engine: Engine, message: MakeMessage):
    """Where the last answer came from one article, that is said, with the clinic for what was read elsewhere."""
    reply, memory = engine.answer(message(("does it hurt", "does_it_hurt")), NOTHING)
    again = engine.differences(memory)

    assert len(reply.citations) > 1
    assert (again.outcome, again.topics) == ("answer", ("does_it_hurt",))
    assert again.blocks[0] == Text(phrases.one_source("Green Lane Clinic on 01234 567890"))
    assert again.citations == reply.citations


def test_differences_after_a_gap(engine: Engine, message: MakeMessage):
    """What the articles leave open has no two sides: the answer before it is the one that may differ."""
    _, memory = engine.answer(message(("how many sessions", "how_many_sessions")), NOTHING)
    _, after = engine.answer(message(("what does it cost", "cost")), memory)

    assert engine.differences(after) == engine.differences(memory)


def test_source_without_an_author(small: Library):
    """An article without an author is not given one."""
    article = small.articles["bru"]
    library = Library([replace(article, source=replace(article.source, author=None))], small.topics)
    engine = Engine(library, Clinic(), lambda text: [], zeros)

    text = plain_text(engine.sources(Memory(("back_pain",), ("bru#back/0",))))

    assert "None" not in text
    assert "“The article of bru”" in text


@pytest.mark.parametrize(
    ("clinic", "parts"),
    [
        (
            Clinic("Green Lane Clinic", "01234", "https://clinic.example", "1 Green Lane"),
            ["Green Lane Clinic on 01234", "https://clinic.example", "1 Green Lane"],
        ),
        (Clinic(), ["the clinic"]),
    ],
    ids=["all settings", "no settings"],
)
def test_contact(small: Library, clinic: Clinic, parts: list[str]):
    """A person can be reached by whatever the clinic has given."""
    reply = Engine(small, clinic, lambda text: [], zeros).contact()

    assert reply.outcome == "chitchat"
    assert all(part in plain_text(reply) for part in parts)


# --- The project's own articles


@pytest.fixture(scope="module")
def answers(assistant: Assistant, library: Library) -> dict[str, Reply]:
    """The reply to each topic of the project, asked by its own button."""
    return {
        topic.name: assistant.engine.answer(Message(topic.ask, (Question(topic.ask, ((topic.name, 0.95),)),)), NOTHING)[
            0
        ]
        for topic in library.topics.values()
    }


def test_every_topic_gets_its_outcome(answers: dict[str, Reply], library: Library):
    """Every topic with a section is answered, every other is named as not covered."""
    expected = {name: "answer" if library.answering(name) else "not_covered" for name in library.topics}

    assert {name: reply.outcome for name, reply in answers.items()} == expected


def test_every_citation_stands_in_its_article(answers: dict[str, Reply], library: Library):
    """No reply cites a passage that is not in the article it names, word for word."""
    for reply in answers.values():
        for citation in reply.citations:
            section = library.sections[f"{citation.article}#{citation.section}"]
            assert any(citation.passage == text or f"| {citation.passage} |" in text for text in section.passages)


def test_every_reply_offers_a_way_on(answers: dict[str, Reply]):
    """Each reply has buttons, three at most, none of them twice and none leading back to itself."""
    for name, reply in answers.items():
        assert 0 < len(titles(reply)) <= MAX_BUTTONS, name
        assert len(set(titles(reply))) == len(titles(reply)), name


def test_differences_add_nothing_to_an_answer(assistant: Assistant, library: Library):
    """Whatever the project's articles answered, asking why they differ repeats those passages and no other."""
    for name in library.topics:
        question = Question("please tell", ((name, 0.95),))
        reply, memory = assistant.engine.answer(Message(question.text, (question,)), NOTHING)
        again = assistant.engine.differences(memory)
        assert {each.passage for each in again.citations} == {each.passage for each in reply.citations}, name


def test_no_topic_gives_acupuncture_for_dry_needling(assistant: Assistant, library: Library):
    """Asked about dry needling alone, no topic of the project is answered with what holds for acupuncture only."""
    dry = Entity("technique", "dry-needling", "dry needling")
    wrong = []
    for name in library.topics:
        question = Question("and with dry needling?", ((name, 0.95),), (dry,))
        reply, _ = assistant.engine.answer(Message(question.text, (question,)), NOTHING)
        cited = {f"{each.article}#{each.section}" for each in reply.citations}
        wrong += [(name, key) for key in cited if not library.sections[key].covers("dry-needling")]

    assert wrong == []


COST = ClinicAnswer("A visit costs £60.", "Green Lane Clinic")


@pytest.fixture(scope="module")
def own_answers(
    small: Library, reader: Callable[[str], list[Entity]], encoder: Callable[[Sequence[str]], np.ndarray]
) -> Engine:
    """An engine for a clinic with answers of its own."""
    answers = {"cost": "A visit costs £60.", "does_it_hurt": "We go gently.", "what_is_dry_needling": "Ask Jo."}
    return Engine(small, Clinic("Green Lane Clinic", answers=answers), reader, encoder)


def test_the_clinic_answers_what_the_articles_leave_open(own_answers: Engine, message: MakeMessage):
    """A clinic's own answer takes the place of the gap, says whose it is, and cites no article."""
    reply, memory = own_answers.answer(message(("what does it cost", "cost")), NOTHING)

    assert (reply.outcome, reply.blocks, reply.topics, reply.citations) == ("answer", (COST,), ("cost",), ())
    assert plain_text(reply) == "From Green Lane Clinic:\nA visit costs £60."
    assert titles(reply) == ["How many sessions will I need?"]
    assert own_answers.sources(memory).blocks == (COST,)


def test_the_clinic_speaks_before_the_articles(own_answers: Engine, message: MakeMessage):
    """Where both answer, the clinic's words come first, and nothing is said to be left out after them."""
    reply, _ = own_answers.answer(message(("does it hurt", "does_it_hurt")), NOTHING)

    assert reply.blocks[0] == ClinicAnswer("We go gently.", "Green Lane Clinic")
    assert sections(reply) == ["bru#hurt"]
    assert "The articles do not say" not in plain_text(reply)


def test_a_clinic_answers_beside_another_question(own_answers: Engine, message: MakeMessage):
    """Two questions of a message are answered from the clinic and from the articles."""
    reply, _ = own_answers.answer(message(("what does it cost", "cost"), ("does it hurt", "does_it_hurt")), NOTHING)

    assert reply.topics == ("cost", "does_it_hurt")
    assert [type(block) for block in reply.blocks][:2] == [ClinicAnswer, ClinicAnswer]
    assert sections(reply) == ["bru#hurt"]


def test_a_clinic_answer_is_not_stretched(own_answers: Engine, message: MakeMessage):
    """What the clinic says of one thing is not said of a technique that the question names instead."""
    reply, _ = own_answers.answer(message(("does dry needling hurt", "does_it_hurt")), NOTHING)

    assert reply.outcome == "not_covered"
    assert not any(isinstance(block, ClinicAnswer) for block in reply.blocks)


def test_more_after_a_clinic_answer(own_answers: Engine, message: MakeMessage):
    """There is no more to a clinic's answer than what it said."""
    _, memory = own_answers.answer(message(("what does it cost", "cost")), NOTHING)
    reply, _ = own_answers.more(memory)

    assert plain_text(reply) == phrases.NO_MORE


def test_opening_hours_answer_the_question_how_to_book(small: Library, message: MakeMessage):
    """Hours, address and booking page answer without the clinic writing them twice."""
    library = Library(small.articles.values(), {**small.topics, "booking": Topic("booking", "How?", gap="that")})
    clinic = Clinic(phone="01234", hours="9 to 6")

    reply, _ = Engine(library, clinic, lambda text: [], zeros).answer(
        message(("when are you open", "booking")), NOTHING
    )
    unknown, _ = Engine(library, Clinic(), lambda text: [], zeros).answer(
        message(("when are you open", "booking")), NOTHING
    )

    assert plain_text(reply) == "From the clinic:\nPhone: 01234\nOpening hours: 9 to 6"
    assert unknown.outcome == "not_covered"
