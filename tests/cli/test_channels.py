"""`acumen channels`."""

from __future__ import annotations

from pathlib import Path

import pytest

from acumen.channels.messaging import outbox
from acumen.channels.messaging.adapter import Call, Verdict
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import claim
from acumen.cli import main
from acumen.storage import database
from acumen.storage.messaging import MESSAGING

pytestmark = pytest.mark.usefixtures("own_process")


@pytest.fixture
def shared(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> database.Database:
    """A new database that the command uses too."""
    monkeypatch.chdir(project)
    monkeypatch.setenv(database.ADDRESS, f"sqlite:///{tmp_path}/acumen.db")
    opened = database.Database(database.database_url())
    opened.create(MESSAGING)
    return opened


def give_up(shared: database.Database) -> None:
    """Give one message up."""
    with shared.transaction() as connection:
        outbox.add(connection, "whatsapp", Keys("whatsapp", "secret"), "whatsapp-1", [Call("https://x.example", "k")])
        lane = claim(connection, "send", "whatsapp")
        letter = outbox.first(connection, lane, 0.0)
        outbox.settle(connection, lane, letter, Verdict("dead", "status 400"))
        lane.release(connection, None)


def test_nothing_was_given_up(shared: database.Database, capsys: pytest.CaptureFixture[str]):
    """With nothing to tell, the exit status is good."""
    assert main(["channels", "dead"]) == 0
    assert capsys.readouterr().out == "None were given up.\n"


def test_dead_letters_are_listed_and_sent_again(shared: database.Database, capsys: pytest.CaptureFixture[str]):
    """What was given up is listed with its reason, and can be put back."""
    give_up(shared)

    assert main(["channels", "dead"]) == 1
    listed = capsys.readouterr().out
    assert "whatsapp" in listed
    assert "1 attempts  status 400" in listed

    assert main(["channels", "dead", "--resend"]) == 0
    assert main(["channels", "dead"]) == 0
    with shared.transaction() as connection:
        assert claim(connection, "send", "whatsapp")
    shared.close()


@pytest.fixture
def credentials(shared: database.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the channels in a folder of its own, where the command runs."""
    monkeypatch.chdir(tmp_path)
    # By this file a command knows the project's folder.
    (tmp_path / "config.yml").touch()
    return tmp_path / "credentials.yml"


TELEGRAM = """\
acumen.channels.messaging.telegram.TelegramChannel:
  site: https://chat.clinic.example/
  token: "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
"""
SECRET = "  webhook_secret: a-secret-1234\n"


def test_check_names_what_is_missing(credentials: Path, capsys: pytest.CaptureFixture[str]):
    """A messenger that lacks a setting is closed, others are ready, and what is no messenger is left out."""
    others = "rest:\nacumen.site.ArticleReader:\nacumen.channels.messaging.twilio.TwilioSMSChannel:\n"
    credentials.write_text(TELEGRAM + SECRET + others)

    assert main(["channels", "check"]) == 1
    ready, closed, *faults = capsys.readouterr().out.splitlines()
    assert ready == "telegram: ready, at https://chat.clinic.example/webhooks/telegram/webhook"
    assert closed == "twilio_sms: closed"
    assert all(f"`{name}` is missing" in "".join(faults) for name in ("site", "account_sid", "auth_token"))
    assert len(faults) == 3


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (TELEGRAM + SECRET, 0, "telegram: ready"),
        (TELEGRAM, 1, "`webhook_secret` is missing"),
        (TELEGRAM + "  webhook_secret: ${NOT_SET_ANYWHERE}\n", 1, "NOT_SET_ANYWHERE"),
        ("acumen.channels.messaging.telegramm.TelegramChannel:\n", 1, "there is no such channel"),
        ("rest:\n", 0, "No messenger stands in"),
        ("- a list\n", 1, "ACU407"),
        ("a: [\n", 1, "ACU407"),
        (None, 1, "ACU407"),
    ],
)
def test_check(content: str | None, status: int, said: str, credentials: Path, capsys: pytest.CaptureFixture[str]):
    """What is wrong is said in a line with its code, whatever it is."""
    if content is not None:
        credentials.write_text(content)

    assert main(["channels", "check"]) == status
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert "a-secret-1234" not in shown.out + shown.err


def test_check_tries_the_database(
    credentials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A messenger that could not keep its messages is not ready."""
    credentials.write_text(TELEGRAM + SECRET)
    monkeypatch.setenv(database.ADDRESS, "mysql://localhost/acumen")

    assert main(["channels", "check"]) == 1
    assert "ACU302" in capsys.readouterr().out
