"""`acumen channels`."""

from __future__ import annotations

from pathlib import Path

import pytest

from acumen.channels.messaging import outbox
from acumen.channels.messaging.adapter import Call, Verdict
from acumen.channels.messaging.keys import Keys
from acumen.channels.messaging.lanes import claim
from acumen.channels.messaging.tables import MESSAGING
from acumen.cli import main
from acumen.storage import database

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
