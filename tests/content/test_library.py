"""All articles together, and the project's own ones."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
import textstat

from acumen.content.library import Library
from acumen.errors import AcumenError

WriteArticle = Callable[..., Path]
WriteTopics = Callable[..., Path]


def section(anchor: str, topics: str) -> str:
    """A section that answers `topics`."""
    return f'{{#{anchor} topics="{topics}"}}\n## About {anchor}\n\nThe text of {anchor}.\n\n'


def test_articles_and_topics_are_loaded(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """Every Markdown file is an article, in folders of the folder too; other files are left alone."""
    write_article(name="pain")
    write_article(name="more/sleep")
    (tmp_path / "articles" / "notes.txt").write_text("no article", encoding="utf-8")
    write_topics()

    library = Library.load(tmp_path)

    assert set(library.articles) == {"pain", "sleep"}
    assert set(library.topics) == {"does_it_hurt"}
    assert set(library.sections) == {"pain#does-it-hurt", "sleep#does-it-hurt"}


def test_sections_answering_a_topic(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """Sections that name a topic first come before those that name it beside others."""
    write_article(section("beside", "b a") + section("first", "a"), name="one")
    write_article(section("only", "a") + section("other", "b"), name="two")
    write_topics("a:\n  ask: A?\nb:\n  ask: B?\nc:\n  ask: C?\n  gap: anything about c\n")

    library = Library.load(tmp_path)

    assert [each.key for each in library.answering("a")] == ["one#first", "two#only", "one#beside"]
    assert library.answering("c") == []


def test_article_of_a_section(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """From a section one gets back to its article."""
    write_article()
    write_topics()

    library = Library.load(tmp_path)

    assert library.article_of(library.sections["needles#does-it-hurt"]) is library.articles["needles"]


def test_folder_without_articles(tmp_path: Path, write_topics: WriteTopics):
    """An empty library is refused: it could answer nothing."""
    write_topics()

    with pytest.raises(AcumenError) as caught:
        Library.load(tmp_path)

    (fault,) = caught.value.problems
    assert fault.code == "ACU110"
    assert str(tmp_path / "articles") in fault.what


def test_section_about_an_unknown_topic(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """An unknown topic is reported with the section, at its line."""
    file = write_article(section("pain", "does_it_hurt cost"))
    write_topics()
    line = file.read_text(encoding="utf-8").splitlines().index("## About pain") + 1

    with pytest.raises(AcumenError) as caught:
        Library.load(tmp_path)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file, fault.line) == ("ACU107", file, line)
    assert "pain" in fault.what
    assert "cost" in fault.what


def test_topic_that_nothing_answers(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """A topic that the articles leave open does not keep the bot from answering the others."""
    write_article()
    write_topics("does_it_hurt:\n  ask: Hurt?\ncost:\n  ask: Cost?\n")

    assert Library.load(tmp_path).answering("cost") == []


def test_what_can_be_read_is_read(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """Beside the faults of one article, the others are there."""
    write_article(name="good")
    write_article("## No anchor\n\nText.\n", name="bad")
    write_topics()

    library, problems = Library.read(tmp_path)

    assert set(library.articles) == {"good"}
    assert [fault.code for fault in problems] == ["ACU104"]


def test_faults_of_all_articles_are_reported_together(
    tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics
):
    """One bad article does not hide what is wrong with the next."""
    first = write_article("## No anchor\n\nText.\n", name="one")
    second = write_article(section("pain", "cost"), name="two")
    write_topics()

    with pytest.raises(AcumenError) as caught:
        Library.load(tmp_path)

    assert {(fault.code, fault.file) for fault in caught.value.problems} == {("ACU104", first), ("ACU107", second)}


def test_two_articles_of_one_name(tmp_path: Path, write_article: WriteArticle, write_topics: WriteTopics):
    """Two files of one name cannot both be cited by it: neither may vanish without a word."""
    write_article(name="one/pain")
    write_article(name="two/pain")
    write_topics()

    with pytest.raises(AcumenError):
        Library.load(tmp_path)


# --- The project's own articles


def words(text: str) -> list[str]:
    """The words of a text as one hears them, without marks."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def test_every_topic_is_answered_or_named_as_a_gap(library: Library):
    """There is no topic about which the bot would have nothing to say."""
    silent = [name for name, topic in library.topics.items() if not library.answering(name) and not topic.gap]

    assert silent == []


def test_answers_in_general_come_from_answered_topics(library: Library):
    """What is said in general beside a gap stands in an article."""
    empty = [
        (topic.name, name)
        for topic in library.topics.values()
        for name in topic.in_general
        if not library.answering(name)
    ]

    assert empty == []


def test_topics_have_texts_of_their_own(library: Library):
    """No two topics show the same button."""
    asks = [topic.ask for topic in library.topics.values()]

    assert len(set(asks)) == len(asks)


def test_leads_are_short(library: Library):
    """The first answer to a heading takes no more than 50 words."""
    long = {key: len(section.lead.split()) for key, section in library.sections.items()}

    assert {key: count for key, count in long.items() if count > 50} == {}


def test_reading_grade_of_leads(library: Library):
    """Most leads can be read after eight years of school, and none is far harder."""
    grades = {key: textstat.flesch_kincaid_grade(section.lead) for key, section in library.sections.items()}

    assert statistics.median(grades.values()) <= 8
    assert {key: each for key, each in grades.items() if each > 9.5} == {}


def test_reading_grade_of_passages(library: Library):
    """What follows the leads is no harder to read than they are."""
    grades = [
        textstat.flesch_kincaid_grade(passage) for section in library.sections.values() for passage in section.details
    ]

    assert statistics.median(grades) <= 8


def test_leads_answer_in_sentences(library: Library):
    """A lead is a paragraph that ends, or that announces the list below it."""
    odd = [
        key for key, section in library.sections.items() if not re.match(r"[\w“].*[.!?:”)]$", section.lead, re.DOTALL)
    ]

    assert odd == []
