"""The clinic's own settings."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from acumen.content.clinic import Clinic, read_clinic
from acumen.content.topics import read_topics
from acumen.errors import AcumenError

FULL = """\
name: Green Lane Clinic
phone: "01234 567890"
booking: https://clinic.example/book
address: 1 Green Lane
country: GB
hours: Monday to Friday 9 to 6
answers:
  cost: |
    A visit costs £60.
    Cards are welcome.
  parking: ""
privacy:
  keep_days: 7
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings stand."""
    return tmp_path / "clinic.yml"


def test_settings_are_read(file: Path):
    """Every setting comes back as it is written."""
    file.write_text(FULL, encoding="utf-8")

    assert read_clinic(file) == Clinic(
        "Green Lane Clinic",
        "01234 567890",
        "https://clinic.example/book",
        "1 Green Lane",
        "GB",
        "Monday to Friday 9 to 6",
        {"cost": "A visit costs £60.\nCards are welcome."},
        keep_days=7,
    )


@pytest.mark.parametrize(
    "text",
    [None, "", "# nothing yet\n", 'name: ""\n', "name:\n", 'name: "  "\n', "answers:\n  cost:\nprivacy:\n"],
    ids=["no file", "empty", "only a note", "empty text", "no value", "spaces", "no answers"],
)
def test_all_may_stay_empty(file: Path, text: str | None):
    """A clinic that says nothing about itself is still one that can be spoken of."""
    if text is not None:
        file.write_text(text, encoding="utf-8")

    assert read_clinic(file) == Clinic()
    assert read_clinic(file).contact == "the clinic"


@pytest.mark.parametrize(
    ("clinic", "contact"),
    [
        (Clinic(name="Green Lane Clinic", phone="01234"), "Green Lane Clinic on 01234"),
        (Clinic(name="Green Lane Clinic"), "Green Lane Clinic"),
        (Clinic(phone="01234"), "the clinic on 01234"),
    ],
    ids=["name and phone", "name", "phone"],
)
def test_how_to_speak_of_the_clinic(clinic: Clinic, contact: str):
    """The name stands for the clinic, and the phone number follows where there is one."""
    assert clinic.contact == contact


@pytest.mark.parametrize(
    ("clinic", "topic", "expected"),
    [
        (Clinic(answers={"cost": "£60."}), "cost", "£60."),
        (Clinic(answers={"cost": "£60."}), "aftercare", ""),
        (Clinic(phone="01234"), "booking", ""),
        (Clinic(phone="01234", hours="9 to 6"), "booking", "Phone: 01234\nOpening hours: 9 to 6"),
        (Clinic(address="1 Green Lane"), "booking", "Address: 1 Green Lane"),
        (Clinic(phone="01234", answers={"booking": "Park behind us."}), "booking", "Park behind us.\nPhone: 01234"),
        (Clinic(hours="9 to 6"), "cost", ""),
    ],
    ids=["own answer", "another topic", "only a phone", "hours", "address", "answer and phone", "facts elsewhere"],
)
def test_what_the_clinic_says_itself(clinic: Clinic, topic: str, expected: str):
    """Its own words answer their topic; hours, address and booking page answer the topic that asks for them."""
    assert clinic.answer(topic) == expected


@pytest.mark.parametrize(
    ("text", "names", "line"),
    [
        ("name: Green\ntelephone: '1'\n", "`telephone`", 2),
        ("phone: 01234\n", "`phone`", 1),
        ("name: [Green, Lane]\n", "`name`", 1),
        ("country: true\n", "`country`", 1),
        ("hours: 2020-01-01\n", "`hours`", 1),
        ("answers: none\n", "`answers`", 1),
        ("answers:\n  cost: 60\n", "`answers.cost`", 2),
        (f"answers:\n  cost: {'pounds ' * 200}\n", "`answers.cost`", 2),
        ("privacy:\n  keep_days: 0\n", "`privacy.keep_days`", 2),
        ("privacy:\n  keep_days: forever\n", "`privacy.keep_days`", 2),
        ("privacy:\n  keep_day: 3\n", "`keep_day`", 2),
        ("- name\n", "", None),
        ("Green Lane Clinic\n", "", None),
    ],
    ids=[
        "unknown",
        "number",
        "list",
        "yes or no",
        "a day",
        "answers that are none",
        "answer that is a number",
        "a wall of text",
        "no day at all",
        "days in words",
        "unknown below",
        "a list",
        "only a text",
    ],
)
def test_setting_that_does_not_fit(file: Path, text: str, names: str, line: int | None):
    """A wrong setting is named, with the file and line it stands in."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(AcumenError) as caught:
        read_clinic(file)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU131", file, line)
    assert names in fault.what


@pytest.mark.parametrize(
    ("text", "line"), [("phone: '1'\nname: a: b\n", 2), ("name: [\n", 2), ("name: a\nname: b\n", 2)]
)
def test_file_that_is_no_yaml(file: Path, text: str, line: int):
    """Broken YAML is reported with the line it breaks at."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(AcumenError) as caught:
        read_clinic(file)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU133", file, line)


def test_answer_to_an_unknown_topic(file: Path):
    """An answer that no question could ever get is reported, where the topics are known."""
    file.write_text("answers:\n  cost: '£60'\n  costs: '£60'\n", encoding="utf-8")

    with pytest.raises(AcumenError) as caught:
        read_clinic(file, {"cost"})

    (fault,) = caught.value.problems
    assert (fault.code, fault.line) == ("ACU132", 3)
    assert read_clinic(file).answers.keys() == {"cost", "costs"}


def test_the_schema_fits_the_settings(project: Path):
    """Editors that follow the file's first line know every setting and nothing else, and the file names topics only."""
    clinic, topics = project / "data" / "clinic.yml", read_topics(project / "data" / "topics.yml")
    named = clinic.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
    schema = json.loads((clinic.parent / named).read_text(encoding="utf-8"))
    settings = YAML(typ="safe").load(clinic)

    assert set(settings) == set(schema["properties"])
    assert {each.name for each in fields(Clinic)} == {*schema["properties"], "keep_days"} - {"privacy"}
    assert read_clinic(clinic, topics) == Clinic()


def test_file_in_another_encoding(file: Path):
    """A file that is no UTF-8 text is reported, not a trace."""
    file.write_bytes(b"name: caf\xe9\n")

    with pytest.raises(AcumenError) as caught:
        read_clinic(file)

    assert caught.value.problems[0].file == file
