"""Drafting a topic in a copy of the project."""

from __future__ import annotations

import difflib
import os
import re
import shutil
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from ruamel.yaml import YAML

from acumen.content.library import Library
from acumen.errors import AcumenError
from acumen.insights.draft import Draft, add_topic, check_name, read_questions
from acumen.insights.training_files import TrainingFiles, replace_all

QUESTIONS = ("do you have free wifi", "Is there wifi in the waiting room?", "wifi password")
GAP = Draft("waiting_room", "", QUESTIONS, gap='anything about the "waiting room": wifi')


MESSAGES = """\
version: "3.1"

nlu:
  # what it costs
  - intent: cost
    examples: |
      - How much is it?
  - intent: greet
    examples:
      - text: |
          - hello
"""


@pytest.fixture
def whole_clinic(project: Path, tmp_path: Path) -> Path:
    """A copy of all that a topic stands in."""
    shutil.copytree(project / "data", tmp_path / "data")
    shutil.copy(project / "domain.yml", tmp_path)
    return tmp_path


@pytest.fixture
def clinic(whole_clinic: Path) -> Path:
    """The same with few messages, which are read in no time."""
    for file in [*whole_clinic.glob("data/nlu/**/*.yml"), *whole_clinic.glob("data/safety/*.yml")]:
        file.unlink()
    (whole_clinic / "data" / "nlu" / "clinic.yml").write_text(MESSAGES, encoding="utf-8")
    return whole_clinic


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder."""
    return {str(file.relative_to(folder)): file.read_text("utf-8") for file in folder.glob("**/*") if file.is_file()}


def read(file: Path) -> object:
    """A YAML file's content."""
    return YAML(typ="safe").load(file)


def test_only_lines_are_added(whole_clinic: Path) -> None:
    """No line of any file is changed or lost, and no file is touched that is not named."""
    clinic = whole_clinic
    before = contents(clinic)

    added = add_topic(TrainingFiles(clinic), GAP, "here")

    after = contents(clinic)
    assert {name for name in after if after[name] != before.get(name)} == {str(file) for file in added.files}
    for name, text in before.items():
        changes = difflib.unified_diff(text.splitlines(), after[name].splitlines(), n=0, lineterm="")
        assert not [line for line in changes if re.match(r"-(?!--)", line)], name


def test_gap_stands_everywhere(clinic: Path) -> None:
    """Topic, intent, rule and messages are there, as the library and Rasa read them."""
    add_topic(TrainingFiles(clinic), GAP, "here")

    topic = Library.load(clinic / "data").topics["waiting_room"]
    assert (topic.ask, topic.gap) == ("Do you have free wifi?", 'anything about the "waiting room": wifi')
    intents = read(clinic / "domain.yml")["intents"]  # type: ignore[index]
    assert intents.index("waiting_room") < intents.index("off_topic")
    rules = read(clinic / "data" / "rules" / "answers.yml")["rules"]  # type: ignore[index]
    assert {"intent": "waiting_room"} in rules[1]["steps"][0]["or"]
    messages = RasaYAMLReader().read(str(clinic / "data" / "nlu" / "clinic.yml")).intent_examples
    assert [each.get("text") for each in messages if each.get("intent") == "waiting_room"] == list(QUESTIONS)


def test_answered_topic_gets_a_section_to_write(clinic: Path) -> None:
    """The article has the section's head, which holds the start up with a fault until somebody writes the text."""
    draft = Draft(
        "guide_dogs", "May I bring my guide dog?", ("can i bring my guide dog",), article="acupuncture-for-pain"
    )

    added = add_topic(TrainingFiles(clinic), draft, "here")

    with pytest.raises(AcumenError, match="ACU108 section 'guide-dogs' has no text"):
        Library.load(clinic / "data")
    assert any("write the section guide-dogs in data/articles/acupuncture-for-pain.md" in line for line in added.told())
    article = clinic / "data" / "articles" / "acupuncture-for-pain.md"
    article.write_text(article.read_text("utf-8") + "\nYes.\n", encoding="utf-8")
    (section,) = Library.load(clinic / "data").answering("guide_dogs")
    assert (section.heading, section.lead) == ("May I bring my guide dog?", "Yes.")
    rules = read(clinic / "data" / "rules" / "answers.yml")["rules"]  # type: ignore[index]
    assert {"intent": "guide_dogs"} in rules[0]["steps"][0]["or"]


def test_second_time_is_refused(clinic: Path) -> None:
    """A draft that was made is not made again, and nothing changes."""
    add_topic(TrainingFiles(clinic), GAP, "here")
    before = contents(clinic)

    with pytest.raises(AcumenError, match=r"data/topics.yml: ACU505 'waiting_room'"):
        add_topic(TrainingFiles(clinic), GAP, "here")
    assert contents(clinic) == before


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cost", "topics.yml: ACU505"),
        ("greet", "domain.yml: ACU505"),
        ("emergency_new", "ACU504"),
        ("caution_wifi", "ACU504"),
        ("nlu_fallback", "ACU504"),
        ("Wifi", "ACU504"),
        ("wi-fi", "ACU504"),
        ("wifi room", "ACU504"),
        ("../wifi", "ACU504"),
        ("", "ACU504"),
    ],
)
def test_names_that_cannot_be_used(clinic: Path, name: str, code: str) -> None:
    """A name that is taken, that is none, or that would raise an alarm is refused."""
    with pytest.raises(AcumenError, match=code):
        check_name(TrainingFiles(clinic), name)


def test_messages_are_clean_and_new(clinic: Path) -> None:
    """Known messages and repeats are left out, and nothing in the rest means something to Rasa."""
    questions = (
        "How much is it?",
        "",
        "  ",
        "/wifi{'a': 1}",
        "is [wifi](name) here",
        "IS WIFI(NAME) here?",
        "x" * 1000,
    )

    add_topic(TrainingFiles(clinic), Draft("wifi", "", questions, gap="it"), "here")

    read_back = RasaYAMLReader().read(str(clinic / "data" / "nlu" / "clinic.yml"))
    messages = [each for each in read_back.intent_examples if each.get("intent") == "wifi"]
    assert [each.get("text") for each in messages] == ["wifi{'a': 1}", "is wifi(name) here"]
    assert not [each for each in messages if each.get("entities")]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (Draft("wifi", "", ("how much is it", "?!"), gap="it"), "ACU506"),
        (Draft("wifi", "", QUESTIONS, article="nothing"), "ACU507"),
        (Draft("wifi", "", QUESTIONS, article="../topics"), "ACU507"),
        (Draft("wifi", "", QUESTIONS, article="*"), "ACU507"),
        (Draft("wifi", "What does it cost?", QUESTIONS, gap="it"), "ACU505"),
        (Draft("does_hurt", "", QUESTIONS, article="chronic-pain-relief"), None),
        (Draft("what_is__it", "", QUESTIONS, gap="it"), "ACU504"),
    ],
)
def test_draft_that_cannot_be_added_changes_nothing(clinic: Path, draft: Draft, code: str | None) -> None:
    """Whatever is wrong is told with its code, and every file is as it was."""
    before = contents(clinic)
    if code is None:
        assert add_topic(TrainingFiles(clinic), draft, "here").messages == 3
        return

    with pytest.raises(AcumenError, match=code):
        add_topic(TrainingFiles(clinic), draft, "here")
    assert contents(clinic) == before


def test_section_of_that_name_is_refused(clinic: Path) -> None:
    """An anchor that the article has already is not set a second time."""
    draft = Draft("about_the_source", "", QUESTIONS, article="chronic-pain-relief")
    before = contents(clinic)

    with pytest.raises(AcumenError, match=r"chronic-pain-relief.md: ACU508 .* section about-the-source already"):
        add_topic(TrainingFiles(clinic), draft, "here")
    assert contents(clinic) == before


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("domain.yml", "intents: [greet]\n"),
        ("domain.yml", "intents:\n"),
        ("data/rules/answers.yml", "rules: []\n"),
        ("data/nlu/clinic.yml", "nlu: [{intent: a, examples: '- b'}]\n"),
        ("data/topics.yml", "{cost: {ask: Cost?}}\n"),
        ("data/topics.yml", "a: [\n"),
    ],
)
def test_file_of_another_shape_is_left_alone(clinic: Path, file: str, text: str) -> None:
    """A file that cannot be added to by a line is named, and no other is changed."""
    (clinic / file).write_text(text, encoding="utf-8")
    before = contents(clinic)

    with pytest.raises(AcumenError, match=f"{file}: ACU508"):
        add_topic(TrainingFiles(clinic), GAP, "here")
    assert contents(clinic) == before


def test_missing_file_of_messages_is_made(clinic: Path) -> None:
    """A project without the clinic's file of messages gets one."""
    (clinic / "data" / "nlu" / "clinic.yml").unlink()

    add_topic(TrainingFiles(clinic), GAP, "here")

    messages = RasaYAMLReader().read(str(clinic / "data" / "nlu" / "clinic.yml")).intent_examples
    assert [each.get("text") for each in messages] == list(QUESTIONS)


def test_all_files_are_replaced_or_none(tmp_path: Path) -> None:
    """Where one cannot be written the others stay, and nothing is left lying about; rights are kept."""
    good = tmp_path / "good"
    good.write_text("old", encoding="utf-8")
    good.chmod(0o640)

    with pytest.raises(AcumenError, match="ACU502"):
        replace_all({good: "new", tmp_path / "no_folder" / "bad": "new"})
    assert contents(tmp_path) == {"good": "old"}

    replace_all({good: "new"})
    assert contents(tmp_path) == {"good": "new"}
    assert os.stat(good).st_mode & 0o777 == 0o640  # noqa: PTH116


def test_questions_are_lines_of_a_file(tmp_path: Path) -> None:
    """A file has a question a line; one that is no text is refused."""
    file = tmp_path / "questions.txt"
    file.write_text("one\ntwo\n", encoding="utf-8")
    assert read_questions(file) == ["one", "two"]

    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(AcumenError, match="ACU506"):
        read_questions(file)


def test_next_steps_are_told(clinic: Path) -> None:
    """Whoever drafts a topic reads what was added, how many messages are missing, and what to do next."""
    told = "\n".join(add_topic(TrainingFiles(clinic), GAP, "here").told())

    assert "Added the topic waiting_room, with 3 messages" in told
    assert "data/rules/answers.yml" in told
    assert "write 27 more of them" in told
    assert "acumen train" in told
