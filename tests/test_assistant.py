"""What an action needs, loaded from a project folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from acumen.answering.question import Memory, Message, Question
from acumen.answering.reply import Reply, plain_text
from acumen.assistant import LAST_RESORT, SAFETY_REPLIES, Assistant, failure_reply
from acumen.content.library import Library
from acumen.errors import AcumenError

WriteFile = Callable[[str, str], None]
CLINIC = "name: Green Lane Clinic\nphone: '01234'\ncountry: GB\n"


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Writes a file of a project in `tmp_path`."""

    def write(name: str, text: str) -> None:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    return write


def asking(topic: str) -> Message:
    """A message that asks about a topic."""
    return Message("can i have it", (Question("can i have it", ((topic, 0.95),)),))


def answered(library: Library) -> str:
    """Any topic that the articles answer."""
    return next(name for name in library.topics if library.answering(name))


def gap(library: Library) -> str:
    """Any topic that the articles leave open."""
    return next(name for name in library.topics if not library.answering(name))


@pytest.mark.parametrize("category", ["emergency_heart", "crisis_plan", "urgent_needle", "caution_pregnancy"])
def test_reply_to_what_must_not_wait(assistant: Assistant, library: Library, category: str):
    """The reply is the fixed text for the category and nothing is remembered but what was."""
    memory = Memory(("a",), ("b#c/0",))
    reply, after = assistant.urgent(category, asking(gap(library)), memory)
    outcome = category.split("_", maxsplit=1)[0]

    assert reply.outcome == outcome
    assert [block.text for block in reply.blocks] == assistant.safety.paragraphs(category, outcome)
    assert after == memory


@pytest.mark.parametrize("category", ["emergency_heart", "crisis_plan", "urgent_needle"])
def test_nothing_stands_beside_an_alarm(assistant: Assistant, library: Library, category: str):
    """A question that came with an alarm is not answered, and no button leads away from it."""
    reply, _ = assistant.urgent(category, asking(answered(library)), Memory())

    assert (reply.citations, reply.topics, reply.buttons) == ((), (), ())


def test_an_ordinary_question_beside_a_caution_is_answered(assistant: Assistant, library: Library):
    """What the articles say follows the advice to ask a clinician, and is remembered."""
    topic = answered(library)
    reply, memory = assistant.urgent("caution_pregnancy", asking(topic), Memory())
    advice = assistant.safety.paragraphs("caution_pregnancy", "caution")

    assert (reply.outcome, reply.topics, memory.topics) == ("caution", (topic,), (topic,))
    assert [block.text for block in reply.blocks[: len(advice)]] == advice
    assert reply.citations
    assert reply.buttons


def test_an_unsure_question_beside_a_caution_is_not_answered(assistant: Assistant, library: Library):
    """Words that are only about the caution bring no passage beside it, and leave nothing behind."""
    question = Question("is that bad", ((answered(library), 0.5),))
    reply, memory = assistant.urgent("caution_blood_thinners", Message(question.text, (question,)), Memory())

    assert (reply.outcome, reply.citations, memory) == ("caution", (), Memory())


def text_of(reply: Reply) -> str:
    """All that a patient reads of the reply to a failure, which asks back and cites nothing."""
    assert (reply.outcome, reply.citations, reply.buttons) == ("clarify", (), ())
    return plain_text(reply)


def test_failure_reply_names_clinic_and_number(project: Path, tmp_path: Path, write: WriteFile):
    """A failure is owned up to, with whom to ask and the country's emergency number."""
    write("data/clinic.yml", CLINIC)
    write(str(SAFETY_REPLIES), (project / SAFETY_REPLIES).read_text(encoding="utf-8"))

    text = text_of(failure_reply(tmp_path))

    assert "went wrong" in text
    assert "Green Lane Clinic on 01234" in text
    assert "call 999 now" in text


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"data/clinic.yml": CLINIC},
        {"data/clinic.yml": "name: [\n", str(SAFETY_REPLIES): "replies: {}\n"},
        {str(SAFETY_REPLIES): "replies: {}\n"},
        {str(SAFETY_REPLIES): ""},
        {str(SAFETY_REPLIES): "replies: [\n"},
        {str(SAFETY_REPLIES): "- a list\n"},
    ],
    ids=[
        "empty project",
        "no replies",
        "broken settings",
        "replies without texts",
        "empty replies",
        "replies that are no YAML",
        "replies that are a list",
    ],
)
def test_failure_reply_needs_nothing(tmp_path: Path, write: WriteFile, files: dict[str, str]):
    """Whatever is broken, a patient still reads what to do in an emergency."""
    for name, text in files.items():
        write(name, text)

    assert LAST_RESORT in text_of(failure_reply(tmp_path))


def test_project_without_a_language_pipeline(project: Path, tmp_path: Path):
    """A missing pipeline is reported as such, not as a trace."""
    (tmp_path / "data").symlink_to(project / "data")

    with pytest.raises(AcumenError) as caught:
        Assistant.load(tmp_path)

    assert [fault.code for fault in caught.value.problems] == ["ACU203"]


def test_project_with_bad_articles(project: Path, tmp_path: Path, write: WriteFile):
    """Faults of the articles come before the language pipeline is even looked for."""
    write(str(SAFETY_REPLIES), (project / SAFETY_REPLIES).read_text(encoding="utf-8"))
    write("data/topics.yml", "does_it_hurt:\n  ask: Does it hurt?\n")
    write("data/articles/bad.md", "no settings\n")

    with pytest.raises(AcumenError) as caught:
        Assistant.load(tmp_path)

    assert [fault.code for fault in caught.value.problems] == ["ACU101"]
