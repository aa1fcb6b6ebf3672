"""`acumen import` and `acumen check`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from acumen.cli import main

pytestmark = pytest.mark.usefixtures("own_process")

TEXT = """What happens before your visit
By Ada Example

We send you a letter with the day and the time of the visit, and with a map that shows you the way to the house.
Where can I park?
You can leave your car in the car park behind the clinic, and parking there is free for all of our patients.
How long do the needles stay in?
The needles stay in for 33 minutes, says Ada Example, and you can sleep in that time if you like to.
"""


@pytest.fixture
def copy(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project without a model, with the working folder in it."""
    shutil.copytree(project / "data", tmp_path / "data")
    (tmp_path / "config.yml").symlink_to(project / "config.yml")
    (tmp_path / "models").symlink_to(project / "models")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_project_has_nothing_to_correct(copy: Path, capsys: pytest.CaptureFixture[str]):
    """The project's own articles have no errors and no warnings; the figures that differ between them are notes."""
    assert main(["check", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert (report["errors"], report["warnings"]) == (0, 0)
    units = [each["what"] for each in report["findings"] if each["code"] == "ACU167"]
    assert any("6-8" in what and "8-12" in what for what in units)
    assert any("15-30" in what and "20-40" in what for what in units)


def test_only_errors_fail(copy: Path, capsys: pytest.CaptureFixture[str]):
    """A warning is told and passes; an error makes the exit status 1."""
    article = copy / "data" / "articles" / "how-acupuncture-works.md"
    text = article.read_text("utf-8")

    article.write_text(text.replace("review_by: 2", "review_by: 1"), "utf-8")
    assert main(["check", str(article)]) == 0
    assert "warning: data/articles/how-acupuncture-works.md:" in capsys.readouterr().out

    article.write_text(text + "\nYou can stop taking your tablets now.\n", "utf-8")
    assert main(["check"]) == 1
    assert "ACU169" in capsys.readouterr().out


def test_sarif_is_printed(copy: Path, capsys: pytest.CaptureFixture[str]):
    """Code review tools get a log with the places relative to the project."""
    assert main(["check", "--sarif"]) == 0

    (run,) = json.loads(capsys.readouterr().out)["runs"]
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]
    assert uris
    assert all(uri.startswith("data/articles/") for uri in uris)


def test_import_check_and_import_again(copy: Path, capsys: pytest.CaptureFixture[str]):
    """A text is imported with its topics, is reported as a draft, and is left alone the second time."""
    (copy / "texts").mkdir()
    (copy / "texts" / "visit.txt").write_text(TEXT, "utf-8")
    (copy / "texts" / "empty.txt").write_text("", "utf-8")

    assert main(["import", "texts"]) == 1
    told = capsys.readouterr()
    assert "texts/visit.txt: written, data/articles/what-happens-before-your-visit.md" in told.out
    assert "texts/empty.txt: ACU183" in told.err
    article = copy / "data" / "articles" / "what-happens-before-your-visit.md"
    written = article.read_text("utf-8")
    assert '{#how-long-do-the-needles-stay topics="session_length"}' in written

    assert main(["check", str(article)]) == 0
    assert "ACU160" in capsys.readouterr().out

    assert main(["import", "texts/visit.txt"]) == 0
    assert "unchanged" in capsys.readouterr().out
    assert article.read_text("utf-8") == written


def test_missing_encoder(copy: Path, capsys: pytest.CaptureFixture[str]):
    """Without the language pipeline the message says what to restore."""
    (copy / "models").unlink()

    assert main(["check"]) == 1
    assert "ACU203" in capsys.readouterr().err


@pytest.mark.model
def test_imported_figures_are_answered(
    copy: Path, project: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """After an import in place of all articles, a question is answered from two texts, with the figures of both."""
    shutil.rmtree(copy / "data" / "articles")
    (copy / "texts").mkdir()
    (copy / "texts" / "one.txt").write_text(TEXT, "utf-8")
    (copy / "texts" / "two.txt").write_text(TEXT.replace("33", "44").replace("your visit", "a visit"), "utf-8")
    for name in ("domain.yml", "endpoints.yml", "actions"):
        (copy / name).symlink_to(project / name)
    monkeypatch.setattr("acumen.runtime.training.latest_model", lambda folder: model)
    # Actions keep what they loaded first, which may be another project's.
    monkeypatch.setattr("actions.support._in_use.assistant", None)

    assert main(["import", "texts"]) == 0
    capsys.readouterr()
    assert main(["ask", "--json", "how long do the needles stay in"]) == 0

    reply = json.loads(capsys.readouterr().out)
    assert reply["outcome"] == "answer"
    assert "33 minutes" in reply["text"]
    assert "44 minutes" in reply["text"]
