"""The `acumen` command."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rasa.core.agent import Agent

from acumen.cli import main
from acumen.content.library import Library

pytestmark = pytest.mark.usefixtures("own_process")

PRIVATE = "xylophonist"
KEYS = {"outcome", "text", "topics", "citations", "buttons"}
OUTCOMES = {
    "answer",
    "clarify",
    "not_covered",
    "off_topic",
    "emergency",
    "crisis",
    "urgent",
    "caution",
    "chitchat",
}


@pytest.fixture
def ready(agent: Agent, model: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with a model that fits its data, and loads at once."""
    monkeypatch.chdir(project)
    monkeypatch.setattr("acumen.runtime.training.latest_model", lambda folder: model)
    monkeypatch.setattr("acumen.runtime.asking.load_agent", lambda folder, model: agent)


@pytest.fixture
def untrained(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project that has no model, and cannot train one."""
    for name in ("config.yml", "domain.yml", "endpoints.yml"):
        (tmp_path / name).symlink_to(project / name)
    shutil.copytree(project / "data", tmp_path / "data")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "acumen_en").symlink_to(project / "models" / "acumen_en")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rasa.model_training.train", lambda **_: pytest.fail("trained in spite of the fault"))
    return tmp_path


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What stands on standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


slots = pytest.mark.filterwarnings("ignore:Slot auto-fill has been removed:UserWarning")


@pytest.mark.model
@slots
def test_ask_prints_a_reply_for_a_person(ready: None, capsys: pytest.CaptureFixture[str]):
    """A question on the command line is answered as a person would like to read it."""
    assert main(["ask", "does", "it", "hurt?"]) == 0

    out = capsys.readouterr().out
    assert "Sources:\n[1] " in out
    assert "You could ask: " in out


@pytest.mark.model
@slots
def test_ask_keeps_the_contract(
    ready: None, library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Each line is answered by one object of the agreed shape, in order, with passages word for word."""
    lines = [
        "does it hurt?",
        "hello",
        "what does a session cost?",
        "i have crushing chest pain",
        "tell me more",
        "\u0007",
    ]
    typed(monkeypatch, *lines)

    assert main(["ask", "--json"]) == 0

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["outcome"] for each in printed] == [
        "answer",
        "chitchat",
        "not_covered",
        "emergency",
        "clarify",
        "clarify",
    ]
    for each in printed:
        assert set(each) == KEYS
        assert each["outcome"] in OUTCOMES
        assert each["text"]
        assert set(each["topics"]) <= set(library.topics)
        assert all(set(button) == {"title"} for button in each["buttons"])
        for citation in each["citations"]:
            section = library.sections[f"{citation['article']}#{citation['section']}"]
            assert citation["passage"] in section.passages
            assert citation["passage"] in each["text"]


@pytest.mark.model
@slots
def test_ask_in_a_dialogue(ready: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Lines are turns of one conversation until an empty line begins another."""
    typed(monkeypatch, "does it hurt?", "tell me more", "", "tell me more")

    assert main(["ask", "--json", "--dialogue"]) == 0

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["topics"] for each in printed] == [["does_it_hurt"], ["does_it_hurt"], []]


@pytest.mark.model
@slots
def test_shell_talks_until_an_empty_line(
    ready: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The shell answers each line and ends with an empty one."""
    typed(monkeypatch, "does it hurt?", "", "never read")

    assert main(["shell"]) == 0

    assert "[1]" in capsys.readouterr().out
    assert sys.stdin.readline() == "never read\n"


@pytest.mark.model
def test_command_of_its_own_process(project: Path, model: Path, tmp_path: Path):
    """Started as people start it, the command prints nothing but answers and logs no word of a patient."""
    for path in project.iterdir():
        if path.suffix == ".yml" or path.name in ("data", "actions"):
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "acumen_en").symlink_to(project / "models" / "acumen_en")
    # Newer than all data, whoever works on that now.
    shutil.copy(model, tmp_path / "models")

    done = subprocess.run(
        [sys.executable, "-m", "acumen.cli", "ask", "--json"],
        input=f"Does it hurt? I am a {PRIVATE}.\n/emergency_heart{{}} {PRIVATE}\n",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0
    assert [set(json.loads(line)) for line in done.stdout.splitlines()] == [KEYS, KEYS]
    assert PRIVATE not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["ask", "hello"], ["shell"], ["train"], ["train", "--if-needed"], ["serve", "--port", "0"]]
)
def test_outside_of_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
):
    """Run elsewhere, a command says where to run it and fails."""
    monkeypatch.chdir(tmp_path)

    assert main(arguments) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("ACU205 ")


@pytest.mark.parametrize("arguments", [["ask", "hello"], ["train"], ["train", "--if-needed"]])
def test_faults_of_articles_come_before_training(
    untrained: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
):
    """What is wrong with the articles is said at once, file and line, and nothing is trained."""
    article = untrained / "data" / "articles" / "new.md"
    article.write_text("no settings\n", encoding="utf-8")

    assert main(arguments) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "articles/new.md:1: ACU101 " in printed.err


def test_training_that_fails(untrained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A fault that only Rasa finds ends the command with a sentence, not a trace."""

    def fail(**_: object) -> None:
        raise ValueError("config.yml names a component that is not there")

    monkeypatch.setattr("rasa.model_training.train", fail)

    assert main(["train"]) == 1

    err = capsys.readouterr().err
    assert "ACU206 training failed: config.yml names a component that is not there" in err
    assert "Traceback" not in err


def test_training_is_left_out_where_the_model_fits(untrained: Path, capsys: pytest.CaptureFixture[str]):
    """With --if-needed a model newer than its data is kept."""
    (untrained / "models" / "acumen.tar.gz").write_bytes(b"")

    assert main(["train", "--if-needed"]) == 0

    assert "models/acumen.tar.gz" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["ask", "--loud"], ["serve", "--port", "http"]])
def test_commands_that_do_not_exist(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    """A command or option that does not exist is refused with the usage."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert "usage: acumen" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "ask", "shell", "train"])
def test_every_command_is_in_the_help(command: str, capsys: pytest.CaptureFixture[str]):
    """The help lists every command, and each has a help of its own."""
    for arguments in (["--help"], [command, "--help"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert command in capsys.readouterr().out


def test_interrupted_command(untrained: Path, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C ends a command quietly, with the status that shells expect."""

    def interrupt(folder: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr("acumen.runtime.training.latest_model", interrupt)

    assert main(["ask", "hello"]) == 130
