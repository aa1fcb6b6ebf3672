"""Which store of passages serves: a file beside the bot, or PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path

from acumen.answering.embedded import EmbeddedStore
from acumen.answering.passages import PassageStore

ADDRESS = "ACUMEN_INDEX"


def open_store(folder: Path, made_with: str) -> PassageStore:
    """The store that `ACUMEN_INDEX` names, a PostgreSQL address; without it, a file in `folder`.

    Args:
        folder: where the file is.
        made_with: names the encoder; passages encoded by another are forgotten.

    Raises:
        AcumenError: ACU221 when PostgreSQL cannot be used.
    """
    address = os.environ.get(ADDRESS)
    if not address:
        return EmbeddedStore(folder, made_with)
    from acumen.answering.postgres import PostgresStore

    return PostgresStore(address, made_with)
