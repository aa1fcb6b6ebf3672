"""The model, the language pipeline, and what the clinic wrote."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from acumen.assistant import CACHE, Assistant
from acumen.content.clinic import read_clinic
from acumen.content.library import Library
from acumen.errors import AcumenError, Problem, problem
from acumen.runtime.training import latest_model
from acumen.safety.checking import check_patterns


def model(project: Path) -> Iterator[str | Problem]:
    """The trained model is there, whole, newer than its data and made by this Rasa; it is not loaded.

    Raises:
        AcumenError: ACU201, ACU202 or ACU204.
    """
    file = latest_model(project)
    try:
        made_by = _rasa_of(file)
    except (OSError, EOFError, KeyError, ValueError, zlib.error, tarfile.TarError) as error:
        raise AcumenError(problem("ACU204", model=file, detail=error)) from error
    if made_by != version("rasa"):
        raise AcumenError(problem("ACU204", model=file, detail=f"it was made by Rasa {made_by}"))
    yield f"{file.name}, made by Rasa {made_by}"


def articles(project: Path) -> Iterator[str | Problem]:
    """Articles, topics, safety replies and patterns, and the language pipeline load as they do at a start.

    Raises:
        AcumenError: with all that is wrong.
    """
    check_patterns(project)
    Assistant.load(project)
    library = Library.load(project / "data", project / CACHE)
    yield f"{len(library.articles)} articles, {len(library.sections)} sections, {len(library.topics)} topics"
    today = date.today()
    due = sum(each.review_by is None or each.review_by < today for each in library.articles.values())
    if due:
        yield problem("ACU343", count=due)


def clinic(project: Path) -> Iterator[str | Problem]:
    """What patients need of the clinic is filled in.

    Raises:
        AcumenError: ACU131 or ACU133.
    """
    file = project / "data" / "clinic.yml"
    settings = read_clinic(file)
    missing = [name for name in ("name", "phone", "country") if not getattr(settings, name)]
    if missing:
        yield problem("ACU344", file=file, missing=", ".join(f"`{name}`" for name in missing))
    yield f"conversations are kept for {settings.keep_days} days"


def _rasa_of(file: Path) -> str:
    with tarfile.open(file) as archive:
        # All of it is read, so that one that was cut off is noticed.
        names = archive.getnames()
        metadata = archive.extractfile("metadata.json") if "metadata.json" in names else None
        if metadata is None:
            raise ValueError("it has no metadata")
        return str(json.load(metadata)["rasa_open_source_version"])
