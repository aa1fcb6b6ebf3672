"""What a report is made from, opened from a project's folder."""

from __future__ import annotations

from pathlib import Path

from acumen.content.library import Library
from acumen.errors import AcumenError, problem
from acumen.insights.grouping import Encode
from acumen.insights.remembered import RememberedVectors
from acumen.insights.report import Reporter
from acumen.storage.database import database_url, shared_database
from acumen.storage.tables import CONVERSATIONS

ENCODER = Path("models/acumen_en/acumen_encoder")


def open_reporter(project: Path) -> Reporter:
    """Make a reporter for the database of `ACUMEN_DATABASE` and the articles as they are now.

    Raises:
        AcumenError: with every problem of the articles and topics, ACU203 when the sentence encoder does not load,
            ACU302 and ACU303 when the database cannot be used.
    """
    library = Library.load(project / "data")
    database = shared_database(database_url())
    database.create(CONVERSATIONS)
    return Reporter(database, library, RememberedVectors(_encoder(project / ENCODER)))


def _encoder(folder: Path) -> Encode:
    from acumen.language.encoder import SentenceEncoder

    try:
        return SentenceEncoder(folder).encode
    except OSError as error:
        raise AcumenError(problem("ACU203", folder=folder.parent, detail=error)) from error
