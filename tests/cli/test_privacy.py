"""`acumen privacy`: what is kept of conversations."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from acumen.cli import main
from acumen.privacy.reference import reference
from acumen.storage.database import ADDRESS, shared_database
from acumen.storage.tables import CONVERSATIONS, conversations, events

pytestmark = pytest.mark.usefixtures("own_process")
DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project folder and a database with a conversation of ten days ago."""
    url = f"sqlite:///{tmp_path}/kept.db"
    monkeypatch.setenv(ADDRESS, url)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yml").touch()
    (tmp_path / "data").mkdir()
    database, at = shared_database(url), time.time() - 10 * DAY
    database.create(CONVERSATIONS)
    with database.transaction() as connection:
        connection.execute(
            sa.insert(conversations).values(id="website-1", channel="website", version=1, started=at, last_active=at)
        )
        connection.execute(
            sa.insert(events).values(conversation_id="website-1", position=0, type="user", at=at, data='{"text": "hi"}')
        )


def test_list_export_and_delete(capsys: pytest.CaptureFixture[str]):
    """A clinic finds a patient's conversation by its reference, hands it out and deletes it."""
    assert main(["privacy", "list"]) == 0
    assert reference("website-1") in (listed := capsys.readouterr().out)
    assert "hi" not in listed.split()

    assert main(["privacy", "export", reference("website-1")]) == 0
    assert json.loads(capsys.readouterr().out)["events"] == [{"text": "hi"}]

    assert main(["privacy", "delete", reference("website-1").lower()]) == 0
    assert main(["privacy", "delete", reference("website-1")]) == 1
    assert "ACU321" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "settings", "count"),
    [([], "", 0), (["--days", "9"], "", 1), ([], "privacy: {keep_days: 9}", 1), (["--days", "11"], "", 0)],
    ids=["a month by default", "days of the command", "days of the clinic", "not yet"],
)
def test_purge(*, capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], settings: str, count: int):
    """What is older than the clinic keeps it is deleted, and the number told."""
    (tmp_path / "data" / "clinic.yml").write_text(settings, encoding="utf-8")

    assert main(["privacy", "purge", *options]) == 0
    assert f"Deleted: {count} conversations" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "-1", "soon"])
def test_days_that_cannot_be(days: str):
    """Nobody deletes everything by a slip."""
    with pytest.raises(SystemExit):
        main(["privacy", "purge", "--days", days])
