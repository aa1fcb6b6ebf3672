"""Articles kept as they were read."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from acumen.content import catalogue as module
from acumen.content.catalogue import FILE, Catalogue
from acumen.content.library import MANY, Library
from acumen.content.reader import read_article

Write = Callable[..., Path]
SECTION = '{{#{anchor} topics="does_it_hurt"}}\n## Does it hurt?\n\n{text}\n'


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read from now on."""
    names: list[str] = []

    def note(file: Path) -> object:
        names.append(file.name)
        return read_article(file)

    monkeypatch.setattr(module, "read_article", note)
    return names


def opened(folder: Path) -> Catalogue:
    """The catalogue of a folder's articles, brought up to date."""
    catalogue = Catalogue(folder / "var")
    assert catalogue.update(folder / "articles") == []
    return catalogue


def test_an_article_is_kept_whole(project: Path, tmp_path: Path):
    """What comes out of the catalogue is what was read."""
    catalogue = Catalogue(tmp_path)
    catalogue.update(project / "data" / "articles")

    for file in (project / "data" / "articles").glob("*.md"):
        assert catalogue[file.stem] == read_article(file)
    assert list(catalogue) == sorted(file.stem for file in (project / "data" / "articles").glob("*.md"))


def test_only_what_has_changed_is_read(tmp_path: Path, write_article: Write, read: list[str]):
    """The second start reads nothing; after an edit, one file."""
    write_article(name="a")
    write_article(name="b")
    opened(tmp_path)
    assert sorted(read) == ["a.md", "b.md"]
    read.clear()

    opened(tmp_path)
    assert read == []

    write_article(SECTION.format(anchor="x", text="New."), name="b")
    catalogue = opened(tmp_path)
    assert read == ["b.md"]
    assert catalogue["b"].sections[0].lead == "New."


def test_an_edit_that_keeps_size_and_date_is_noticed(tmp_path: Path, write_article: Write):
    """A file put in place with an old date is read all the same."""
    file = write_article(SECTION.format(anchor="x", text="Old."))
    facts = file.stat()
    opened(tmp_path)
    write_article(SECTION.format(anchor="x", text="New."))
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert opened(tmp_path)["needles"].sections[0].lead == "New."


def test_what_is_gone_is_forgotten(tmp_path: Path, write_article: Write):
    """A removed or renamed file leaves nothing behind."""
    write_article(name="a")
    old = write_article(name="b")
    opened(tmp_path)
    old.rename(old.with_name("c.md"))

    catalogue = opened(tmp_path)

    assert list(catalogue) == ["a", "c"]
    assert catalogue.answering("does_it_hurt", 10) == ["a#does-it-hurt", "c#does-it-hurt"]


def test_a_broken_article_is_reported_at_each_start(tmp_path: Path, write_article: Write):
    """A fault does not pass because the file was read before."""
    write_article(name="a")
    write_article("no section", name="b")

    for _ in range(2):
        problems = Catalogue(tmp_path / "var").update(tmp_path / "articles")
        assert {each.code for each in problems} == {"ACU109", "ACU115"}


def test_a_fault_in_an_article_that_was_good(tmp_path: Path, write_article: Write):
    """What stood in a file before it broke is not served instead."""
    write_article(name="a")
    opened(tmp_path)
    write_article("no section", name="a")

    catalogue = Catalogue(tmp_path / "var")
    assert catalogue.update(tmp_path / "articles")
    assert list(catalogue) == []


def test_digest_follows_the_content(tmp_path: Path, write_article: Write):
    """A new date changes no digest, a new word does."""
    file = write_article()
    before = opened(tmp_path).digests()
    os.utime(file, (1, 1))
    assert opened(tmp_path).digests() == before

    write_article(SECTION.format(anchor="x", text="Other."))
    assert opened(tmp_path).digests() != before


def test_topics_and_conditions_are_looked_up(tmp_path: Path, write_article: Write):
    """The main topics of sections about a condition, the most frequent first, and whether a topic speaks about it."""
    head = '{{#{} topics="{}" conditions="{}"}}\n## Heading\n\nText.\n\n'
    sections = (("a", "one two", "back"), ("b", "three", "back head"), ("c", "three", "back"))
    write_article("".join(head.format(*each) for each in sections))
    catalogue = opened(tmp_path)

    assert catalogue.about("two", "back")
    assert not catalogue.about("one", "head")
    assert catalogue.topics_about(["back", "head"]) == ["three", "one"]
    assert catalogue.topics_about([]) == []


def test_of_many_sections_the_first_are_looked_at(tmp_path: Path, write_article: Write, write_topics: Write):
    """However many sections answer a topic, an answer looks at a fixed number of them."""
    write_topics()
    write_article("\n".join(SECTION.format(anchor=f"s-{n:03}", text=f"Text {n}.") for n in range(MANY + 5)))

    found = Library.load(tmp_path).answering("does_it_hurt")

    assert [section.anchor for section in found] == [f"s-{n:03}" for n in range(MANY)]


def test_a_library_does_not_change(tmp_path: Path, write_article: Write, write_topics: Write):
    """Who has loaded a library keeps it as it was, though another process reads newer articles."""
    write_topics()
    write_article(SECTION.format(anchor="x", text="Old."))
    library = Library.load(tmp_path, tmp_path / "var")
    write_article(SECTION.format(anchor="x", text="New."))
    newer = Library.load(tmp_path, tmp_path / "var")

    assert library.sections["needles#x"].lead == "Old."
    assert newer.sections["needles#x"].lead == "New."


def test_two_processes_at_once(tmp_path: Path, write_article: Write):
    """Two first starts at the same time do not disturb each other."""
    for number in range(30):
        write_article(name=f"a{number:02}")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=opened, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    assert len(opened(tmp_path)) == 30


def test_a_broken_catalogue_is_made_again(tmp_path: Path, write_article: Write):
    """Articles are read anew where what was kept of them is damaged."""
    write_article()
    opened(tmp_path)
    (tmp_path / "var" / FILE).write_bytes(b"nonsense" * 1000)

    assert list(opened(tmp_path)) == ["needles"]
