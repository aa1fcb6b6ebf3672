"""The clinic's own settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from acumen.content.clinic import Clinic, read_clinic
from acumen.errors import AcumenError

FULL = """\
name: Green Lane Clinic
phone: "01234 567890"
booking: https://clinic.example/book
address: 1 Green Lane
country: GB
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings stand."""
    return tmp_path / "clinic.yml"


def test_settings_are_read(file: Path):
    """Every setting comes back as it is written."""
    file.write_text(FULL, encoding="utf-8")

    assert read_clinic(file) == Clinic(
        "Green Lane Clinic", "01234 567890", "https://clinic.example/book", "1 Green Lane", "GB"
    )


@pytest.mark.parametrize(
    "text",
    [None, "", "# nothing yet\n", 'name: ""\n', "name:\n", 'name: "  "\n'],
    ids=["no file", "empty", "only a note", "empty text", "no value", "spaces"],
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
    ("text", "names"),
    [
        ("telephone: '1'\n", "`telephone`"),
        ("phone: 01234\n", "`phone`"),
        ("name: [Green, Lane]\n", "`name`"),
        ("country: true\n", "`country`"),
        ("name: a: b\n", ""),
        ("name: [\n", ""),
        ("- name\n", ""),
        ("Green Lane Clinic\n", ""),
    ],
    ids=["unknown", "number", "list", "yes or no", "colon", "open", "a list", "only a text"],
)
def test_setting_that_does_not_fit(file: Path, text: str, names: str):
    """A wrong setting is named, with the file it stands in."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(AcumenError) as caught:
        read_clinic(file)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file) == ("ACU131", file)
    assert names in fault.what


def test_file_in_another_encoding(file: Path):
    """A file that is no UTF-8 text is reported, not a trace."""
    file.write_bytes(b"name: caf\xe9\n")

    with pytest.raises(AcumenError) as caught:
        read_clinic(file)

    assert caught.value.problems[0].file == file
