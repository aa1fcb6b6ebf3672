"""Content that changes while the bot runs."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from spacy.language import Language

from acumen.answering.question import Memory, Message, Question
from acumen.assistant import Assistant
from acumen.runtime.live import LiveContent, snapshot
from acumen.site.pages import Edition

POLL_SECONDS = 0.05
# Loading takes about a second; a busy machine may need many.
PATIENCE_SECONDS = 60
ARTICLE = """\
---
title: Parking
source:
  title: How to find us
reviewed: 2026-01-02
review_by: 2027-01-02
---

{#where-to-park topics="what_to_wear"}
## What should I wear?

Wear green socks.
"""


@dataclass
class Published:
    """What was published, and how to wait for the next."""

    loaded: list[tuple[Assistant, Edition]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)

    def take(self, assistant: Assistant, edition: Edition) -> None:
        self.loaded.append((assistant, edition))
        self.came.set()

    def next(self) -> tuple[Assistant, Edition]:
        assert self.came.wait(PATIENCE_SECONDS), "nothing was published"
        self.came.clear()
        return self.loaded[-1]


@pytest.fixture
def folder(project: Path, tmp_path: Path, nlp: Language, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of its own, with the real content; the language pipeline is loaded once for all tests."""
    shutil.copytree(project / "data", tmp_path / "data")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "acumen_en").symlink_to(project / "models" / "acumen_en")
    monkeypatch.setattr("acumen.assistant._pipeline", lambda _: nlp)
    return tmp_path


@pytest.fixture
def published() -> Published:
    """What is published."""
    return Published()


@pytest.fixture
def live(folder: Path, published: Published) -> Iterator[LiveContent]:
    """The folder, watched."""
    content = LiveContent(folder, published.take, POLL_SECONDS)
    content.start()
    yield content
    content.stop()


def asked(assistant: Assistant, topic: str) -> str:
    """The blocks of an answer about a topic, as text."""
    question = Question("what about it", ((topic, 0.9),))
    reply, _ = assistant.engine.answer(Message(question.text, (question,)), Memory())
    return str(reply.blocks)


def test_new_article_is_used(folder: Path, live: LiveContent, published: Published):
    """An article that is put into the folder answers and has its page, without a restart."""
    (folder / "data" / "articles" / "parking.md").write_text(ARTICLE, encoding="utf-8")
    assistant, edition = published.next()

    assert "Wear green socks." in asked(assistant, "what_to_wear")
    assert "parking" in edition.library.articles


def test_clinic_settings_are_used(folder: Path, live: LiveContent, published: Published):
    """What the clinic fills in is said, and its name stands on the pages."""
    (folder / "data" / "clinic.yml").write_text("name: Green Lane\nanswers: {cost: £60}\n", encoding="utf-8")
    assistant, edition = published.next()

    assert "£60" in asked(assistant, "cost")
    assert edition.site.name == "Green Lane"


def test_file_replaced_by_its_editor_is_used(folder: Path, live: LiveContent, published: Published):
    """Editors that write a new file and rename it are noticed, even where time and size stay the same."""
    file = folder / "data" / "clinic.yml"
    before = file.stat()
    text = file.read_text(encoding="utf-8")
    copy = folder / "copy"
    copy.write_text(text.replace('name: ""', "name: AB", 1), encoding="utf-8")
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))
    copy.replace(file)

    assert published.next()[1].site.name == "AB"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("articles/new.md", "no front matter", "new.md:1: ACU101"),
        ("clinic.yml", "nmae: Green Lane\n", "clinic.yml:1: ACU131"),
        ("topics.yml", "", "ACU120"),
        ("safety/replies.yml", "a: [", "ACU141"),
    ],
)
def test_broken_content_is_refused(
    *,
    folder: Path,
    live: LiveContent,
    published: Published,
    caplog: pytest.LogCaptureFixture,
    name: str,
    text: str,
    says: str,
):
    """A fault is logged with its place, what was in use stays, and the corrected file is used."""
    file = folder / "data" / name
    before = file.read_text(encoding="utf-8") if file.exists() else ARTICLE
    file.write_text(text, encoding="utf-8")
    until = time.monotonic() + PATIENCE_SECONDS
    while "ACU320" not in caplog.text and time.monotonic() < until:
        time.sleep(POLL_SECONDS)

    assert says in caplog.text
    assert "ACU320" in caplog.text
    assert not published.loaded

    file.write_text(before, encoding="utf-8")
    assert published.next()


def test_what_cannot_be_foreseen_is_refused_too(
    folder: Path,
    live: LiveContent,
    published: Published,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    """A fault of our own while loading ends neither the bot nor the watch, and its words are not logged."""
    with monkeypatch.context() as patch:
        patch.setattr(Assistant, "load", lambda _: 1 / 0)
        (folder / "data" / "clinic.yml").write_text("name: A\n", encoding="utf-8")
        until = time.monotonic() + PATIENCE_SECONDS
        while "ACU320" not in caplog.text and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
    (folder / "data" / "clinic.yml").write_text("name: Green Lane\n", encoding="utf-8")

    assert published.next()[1].site.name == "Green Lane"
    assert "changed content could not be loaded: ZeroDivisionError" in caplog.text


def test_file_that_is_still_being_written_is_left_alone(
    folder: Path, published: Published, monkeypatch: pytest.MonkeyPatch
):
    """As long as each look sees something else, nothing is loaded."""
    looks = iter(range(10_000))
    seen = threading.Event()

    def look(_: Path) -> dict[Path, tuple[int, int, int]]:
        size = next(looks)
        if size > 20:
            seen.set()
        return {folder: (0, size, 0)}

    monkeypatch.setattr("acumen.runtime.live.snapshot", look)
    monkeypatch.setattr(Assistant, "load", lambda _: pytest.fail("it was loaded"))
    content = LiveContent(folder, published.take, 0.001)
    content.start()
    assert seen.wait(PATIENCE_SECONDS)
    content.stop()

    assert not published.loaded


@pytest.mark.parametrize("make", [Path.touch, lambda file: file.write_text("x", encoding="utf-8")])
def test_other_files_do_not_matter(folder: Path, make: Callable[[Path], object]):
    """Editors' own files beside the articles are no content."""
    before = snapshot(folder)
    make(folder / "data" / "articles" / ".parking.md.swp")
    make(folder / "data" / "articles" / "parking.md~")

    assert snapshot(folder) == before


def test_folder_that_is_gone(folder: Path):
    """A folder that disappears leaves nothing to see, and nothing fails."""
    shutil.rmtree(folder / "data")

    assert snapshot(folder) == {}
