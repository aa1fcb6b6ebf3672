"""What tests of every part share: the project's own data, and small files of articles and topics."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import spacy
import structlog
from hypothesis import settings
from spacy.language import Language

from acumen.assistant import PIPELINE, Assistant
from acumen.content.library import Library
from benchmarks.servers import Postgres, RabbitMQ, Redis, Server, opened

if TYPE_CHECKING:
    from rasa.core.agent import Agent

# The machine may be busy, and a check that passes should pass again.
settings.register_profile("acumen", deadline=None, derandomize=True)
settings.load_profile("acumen")

FRONT_MATTER = """\
---
title: Needles and pain
source:
  title: Understanding Needles
  author: Ada Example
  publisher: Example Press
  date: 1 May 2020
reviewed: 2026-01-02
review_by: 2027-01-02
---
"""
SECTION = """\
{#does-it-hurt topics="does_it_hurt"}
## Does it hurt?

Most people feel little.
"""
TOPICS = """\
does_it_hurt:
  ask: Does it hurt?
"""

WriteArticle = Callable[..., Path]


@pytest.fixture(autouse=True)
def _own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gives each test a database of its own: what a test keeps is no other's, and not the project's."""
    from acumen.storage.database import ADDRESS, shared_database

    url = f"sqlite:///{tmp_path}/own.db"
    monkeypatch.setenv(ADDRESS, url)
    yield
    if shared_database.cache_info().currsize:
        shared_database(url).close()
        shared_database.cache_clear()


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of this project."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def nlp(project: Path) -> Language:
    """The committed language pipeline."""
    return spacy.load(project / PIPELINE)


@pytest.fixture(scope="session")
def library(project: Path) -> Library:
    """The project's articles and topics."""
    return Library.load(project / "data")


@pytest.fixture(scope="session")
def assistant(project: Path) -> Assistant:
    """The project's answering engine and safety replies."""
    return Assistant.load(project)


@pytest.fixture
def write_article(tmp_path: Path) -> WriteArticle:
    """Writes an article below `tmp_path/articles`, with good settings and one good section unless told otherwise."""

    def write(body: str = SECTION, *, name: str = "needles", front_matter: str = FRONT_MATTER) -> Path:
        file = tmp_path / "articles" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(front_matter + body, encoding="utf-8")
        return file

    return write


@pytest.fixture
def write_topics(tmp_path: Path) -> Callable[..., Path]:
    """Writes `tmp_path/topics.yml`, with the topic of the good section unless told otherwise."""

    def write(text: str = TOPICS) -> Path:
        file = tmp_path / "topics.yml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets a test prepare the process as a command does, and leaves paths and logs as they were."""
    levels = {handler: handler.level for handler in logging.getLogger().handlers}
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("RASA_TELEMETRY_ENABLED", "true")
    yield
    for handler, level in levels.items():
        handler.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def model(project: Path) -> Path:
    """The trained model; tests that use it are marked `model`."""
    models = sorted((project / "models").glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not models:
        pytest.fail("no trained model: run `make train`, or leave these tests out with -m 'not model'")
    return models[-1]


@pytest.fixture(scope="session")
def agent(project: Path, model: Path) -> Agent:
    """The bot itself, in this process; tests that use it are marked `model`."""
    from acumen.runtime.agent import load_agent

    with pytest.MonkeyPatch.context() as patch:
        # The language pipeline is named relative to the project's folder.
        patch.chdir(project)
        return load_agent(project, model)


def _running(kind: type[Server]) -> Iterator[Server]:
    if kind.missing():
        pytest.skip(f"{kind.missing()} is not installed")
    # Not among pytest's own folders, where PostgreSQL's user cannot go.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = opened(kind, Path(folder) / "server")
        yield server
        server.kill()


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    """A Redis of one's own; tests that use it are marked `servers`."""
    yield from _running(Redis)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of one's own; tests that use it are marked `servers`."""
    yield from _running(Postgres)


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[Server]:
    """A RabbitMQ of one's own; tests that use it are marked `servers`."""
    yield from _running(RabbitMQ)
