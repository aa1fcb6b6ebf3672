"""`acumen report` and `acumen topic`."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest

from acumen.answering.reply import Reply
from acumen.cli import main
from acumen.insights import sources
from acumen.storage.database import Database, shared_database
from acumen.storage.tables import CONVERSATIONS, conversations, events

pytestmark = pytest.mark.usefixtures("own_process")


MESSAGES = """\
version: "3.1"

nlu:
  - intent: cost
    examples: |
      - How much is it?
"""


@pytest.fixture
def clinic(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project with a few conversations of today, in which two people asked for the wifi."""
    for name in ("config.yml", "domain.yml"):
        shutil.copy(project / name, tmp_path)
    # Reading thousands of messages takes seconds, and one file of them shows as much.
    shutil.copytree(project / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu"))
    (tmp_path / "data" / "nlu").mkdir()
    (tmp_path / "data" / "nlu" / "clinic.yml").write_text(MESSAGES, encoding="utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "acumen_en").symlink_to(project / "models" / "acumen_en")
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/acumen.db"
    monkeypatch.setenv("ACUMEN_DATABASE", url)
    database = Database(url)
    database.create(CONVERSATIONS)
    for text in ("is there wifi in your waiting room", "wifi in the waiting room?", "xylophonists corner"):
        keep(database, text)
    database.close()
    return tmp_path


def keep(database: Database, text: str) -> None:
    """Keep a conversation of one question that got no answer."""
    now = time.time()
    parse = {"questions": [{"text": text, "ranking": []}]}
    said = [
        {"event": "user", "text": text, "parse_data": parse},
        {"event": "bot", "metadata": {"reply": Reply("not_covered", ()).to_dict()}},
    ]
    row = {"id": text, "channel": "website", "version": 1, "started": now, "last_active": now}
    rows = [
        {"conversation_id": text, "position": position, "type": each["event"], "at": now, "data": json.dumps(each)}
        for position, each in enumerate(said)
    ]
    with database.transaction() as connection:
        connection.execute(conversations.insert().values(**row))
        connection.execute(events.insert(), rows)


@pytest.fixture(autouse=True)
def own_database() -> None:
    """No test gets the database of another."""
    shared_database.cache_clear()


def test_report_is_written(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page and tables are written where they were asked for, in folders that are made."""
    assert main(["report", "-o", "out/report.html", "--csv", "out/tables", "--since", "7d"]) == 0

    out = capsys.readouterr().out
    assert "3 conversations, 3 messages" in out
    assert "3 questions left open" in out
    assert "waiting room" in (clinic / "out" / "report.html").read_text(encoding="utf-8")
    assert (clinic / "out" / "tables" / "unanswered.csv").exists()
    assert "xylophonist" not in (clinic / "out" / "report.html").read_text(encoding="utf-8")
    assert "xylophonist" not in out


def test_groups_are_listed(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Groups are printed with their ids; what one person asked only when that is asked for."""
    assert main(["report", "--groups"]) == 0
    listed = capsys.readouterr().out
    assert main(["report", "--groups", "--all"]) == 0
    everything = capsys.readouterr().out

    assert re.search(r"^  [0-9a-f]{8}     2  .*wifi", listed, re.MULTILINE)
    assert "xylophonist" not in listed
    assert "xylophonists corner" in everything


def test_group_becomes_a_topic(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The id of a group is all it takes to draft a topic; a second time it is refused."""
    main(["report", "--groups"])
    group = re.search(r"^  ([0-9a-f]{8})", capsys.readouterr().out, re.MULTILINE)[1]  # type: ignore[index]

    command = ["topic", "new", "waiting_room", "--from", group, "--gap", "anything about the waiting room"]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "with 2 messages" in out
    assert "      - wifi in the waiting room?" in (clinic / "data" / "nlu" / "clinic.yml").read_text(encoding="utf-8")
    assert main(command) == 1
    assert "ACU505" in capsys.readouterr().err


def test_file_becomes_a_topic_without_a_database(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Questions from a file need no conversations, and the question on the button can be given."""
    monkeypatch.setenv("ACUMEN_DATABASE", "mysql://nowhere")
    (clinic / "asked.txt").write_text("may my guide dog come in\n", encoding="utf-8")

    command = ["topic", "new", "guide_dogs", "--from", "asked.txt", "--ask", "May I bring a guide dog?"]
    assert main([*command, "--article", "acupuncture-for-pain"]) == 0
    assert 'ask: "May I bring a guide dog?"' in (clinic / "data" / "topics.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["report", "--since", "yesterday"], "ACU501"),
        (["report", "-o", "data"], "ACU502"),
        (["topic", "new", "wifi", "--from", "00000000", "--gap", "it"], "ACU503"),
        (["topic", "new", "Wifi", "--from", "00000000", "--gap", "it"], "ACU504"),
        (["topic", "new", "cost", "--from", "00000000", "--gap", "it"], "ACU505"),
    ],
)
def test_mistakes_have_a_code(
    clinic: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    """A mistake ends the command with one line that says what to do."""
    assert main(arguments) == 1
    assert f"{code} " in capsys.readouterr().err


@pytest.mark.parametrize(("url", "code"), [("mysql://x/y", "ACU302"), ("sqlite:////proc/nothing/acumen.db", "ACU303")])
def test_database_that_cannot_be_used_has_a_code(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, code: str
) -> None:
    """A database that is not there is told as for every other command."""
    monkeypatch.setenv("ACUMEN_DATABASE", url)

    assert main(["report"]) == 1
    assert code in capsys.readouterr().err


def test_encoder_that_does_not_load_has_a_code(tmp_path: Path) -> None:
    """Without the language pipeline the fault names its folder."""
    from acumen.errors import AcumenError

    with pytest.raises(AcumenError, match="ACU203"):
        sources._encoder(tmp_path / "nothing")


@pytest.mark.parametrize("arguments", [["topic", "new", "wifi", "--from", "x"], ["topic"], ["topic", "new"]])
def test_topic_needs_a_gap_or_an_article(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is left out is said by the command's own help."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert "required" in capsys.readouterr().err
