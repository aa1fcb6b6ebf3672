"""Choosing passages."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.answering import phrases
from acumen.answering.compose import FIRST_ANSWER_WORDS, MORE_WORDS, Composer
from acumen.answering.passages import passage_key
from acumen.answering.reply import Block, Citation, Table, Text
from acumen.content.article import Article, Section, Source
from acumen.content.library import Library


def section(*passages: str, article: str = "a", anchor: str = "s", topics: tuple[str, ...] = ("t",)) -> Section:
    """A section of passages."""
    return Section(article, anchor, f"About {anchor}", topics, passages)


def words(count: int, mark: str = "word") -> str:
    """A passage of so many words."""
    return " ".join([mark] * count) + "."


def composer(*sections: Section) -> Composer:
    """A composer over sections, grouped into their articles."""
    names = dict.fromkeys(each.article for each in sections)
    articles = [
        Article(
            name,
            name,
            Source(f"Title of {name}", author=f"Author of {name}"),
            None,
            None,
            tuple(each for each in sections if each.article == name),
        )
        for name in names
    ]
    return Composer(Library(articles, {}))


def passages(blocks: Iterable[Block]) -> list[str]:
    """The passages among blocks."""
    return [block.passage for block in blocks if isinstance(block, Citation)]


def keys(*sections: Section) -> set[str]:
    """The addresses of all passages of sections."""
    return {passage_key(each, index) for each in sections for index in range(len(each.passages))}


def test_citation_names_its_source():
    """A passage is cited word for word, with article, section, printed title and author."""
    one = section("It is a passage.", "Another.")

    assert composer(one).cite(one, 1) == Citation(
        "a", "s", "Another.", "About s", "Title of a", author="Author of a", date=None
    )


def test_the_lead_answers_when_nothing_speaks_for_another_passage():
    """Without better knowledge the lead is said first."""
    one = section("The lead.", words(FIRST_ANSWER_WORDS))

    blocks, shown = composer(one).first([one], {})

    assert passages(blocks) == ["The lead."]
    assert shown == ["a#s/0"]


def test_a_passage_that_fits_clearly_better_comes_first():
    """Where a detail is what was asked about, it is said instead of the lead."""
    one = section(words(40, "lead"), words(40, "detail"))

    blocks, _ = composer(one).first([one], {"a#s/0": 0.3, "a#s/1": 0.8})

    assert passages(blocks) == [words(40, "detail")]


@pytest.mark.parametrize("lengths", [(10,), (10, 20, 30, 40), (30, 30, 30), (59, 1, 1), (20,) * 8])
def test_first_answer_is_short(lengths: tuple[int, ...]):
    """Passages are added only while the answer stays within its words."""
    one = section(*(words(length) for length in lengths))

    blocks, shown = composer(one).first([one], {})

    assert sum(len(passage.split()) for passage in passages(blocks)) <= FIRST_ANSWER_WORDS
    assert len(shown) == len(set(shown)) == len(passages(blocks))


def test_a_long_passage_is_shown_alone():
    """A passage is never cut: one longer than an answer should be stands by itself."""
    one = section(words(FIRST_ANSWER_WORDS + 20), "Short.")

    blocks, _ = composer(one).first([one], {})

    assert passages(blocks) == [words(FIRST_ANSWER_WORDS + 20)]


@pytest.mark.parametrize("padding", [0, 50], ids=["short", "long"])
def test_both_figures_are_shown(padding: int):
    """Where leads of two articles differ, both are said, whatever the length, and that they differ comes first."""
    one = section("It takes 6 to 8 sessions. " + words(padding), article="a")
    other = section("It takes 8 to 12 visits. " + words(padding), article="b")

    blocks, shown = composer(one, other).first([one, other], {})

    assert blocks[0] == Text(phrases.DIFFERENT_FIGURES)
    assert {block.article for block in blocks if isinstance(block, Citation)} == {"a", "b"}
    assert set(shown) == {"a#s/0", "b#s/0"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It takes 6 to 8 sessions.", "It takes six to eight treatments."),
        ("It takes 6 to 8 sessions.", "It takes 20 minutes."),
        ("It takes 6 to 8 sessions.", "It takes some sessions."),
    ],
    ids=["same figure", "another unit", "no figure"],
)
def test_figures_that_agree_are_not_called_different(first: str, second: str):
    """Nothing is said about a difference where there is none."""
    one, other = section(first, article="a"), section(second, article="b")

    blocks, _ = composer(one, other).first([one, other], {})

    assert Text(phrases.DIFFERENT_FIGURES) not in blocks


def test_a_list_is_shown_with_the_line_that_announces_it():
    """A passage that ends in a colon and what follows it stand and fall together."""
    one = section(words(30, "lead"), "They name:", "- one\n- two", words(30, "more"))

    blocks, shown, _ = composer(one).more([one], ["a#s/0"])

    assert passages(blocks)[:2] == ["They name:", "- one\n- two"]
    assert {"a#s/1", "a#s/2"} <= set(shown)


def test_a_list_waits_for_those_who_want_more():
    """The first answer is prose, however well a list would fit the question."""
    one = section("The lead.", "They name:", "- one\n- two")

    blocks, _ = composer(one).first([one], {"a#s/2": 0.9})

    assert passages(blocks) == ["The lead."]


def test_a_colon_at_the_end_announces_nothing():
    """A section that ends in a colon still shows its last passage."""
    one = section("The lead.", "They name:")

    blocks, _ = composer(one).first([one], {})

    assert passages(blocks) == ["The lead.", "They name:"]


def test_more_goes_on_with_what_was_begun():
    """The rest of a section that was shown comes before sections not yet opened."""
    other, begun = section("Other.", article="a"), section("Begun.", "Rest.", article="b")

    blocks, _, left = composer(other, begun).more([other, begun], ["b#s/0"])

    assert passages(blocks) == ["Rest.", "Other."]
    assert not left


def test_more_says_when_there_is_more():
    """A long rest comes in pieces, and each piece says whether another follows."""
    one = section("The lead.", *(words(MORE_WORDS - 10, mark) for mark in ("one", "two")))

    _, shown, left = composer(one).more([one], ["a#s/0"])
    _, _, left_after = composer(one).more([one], ["a#s/0", *shown])

    assert (left, left_after) == (True, False)


def test_more_of_nothing():
    """Where all was shown, there are no blocks and nothing is left."""
    one = section("The lead.")

    assert composer(one).more([one], ["a#s/0"]) == ([], [], False)


passage = st.integers(1, 120).map(words) | st.just("They name:") | st.just("It takes 6 to 8 sessions.")
sections = st.lists(st.lists(passage, min_size=1, max_size=6), min_size=1, max_size=4).map(
    lambda drafts: [section(*draft, article=f"a{number}") for number, draft in enumerate(drafts)]
)


@given(sections, st.data())
def test_asking_for_more_ends_with_everything_said_once(drafts: list[Section], data: st.DataObject):
    """First answer and more together say every passage, none twice, and then come to an end."""
    scores = {key: data.draw(st.floats(0, 1)) for key in sorted(keys(*drafts))}
    one = composer(*drafts)
    _, said = one.first(drafts, scores)
    left = True
    while left:
        blocks, shown, left = one.more(drafts, said)
        assert [(block.article, block.passage) for block in blocks if isinstance(block, Citation)] == [
            (key.split("#")[0], one.cite(drafts[int(key[1 : key.index("#")])], int(key.rsplit("/", 1)[1])).passage)
            for key in shown
        ]
        said += shown
        assert shown or not left

    assert sorted(said) == sorted(keys(*drafts))


@given(sections, st.data())
def test_first_answer_always_says_something(drafts: list[Section], data: st.DataObject):
    """Whatever the scores, something is said, each passage with its source."""
    scores = {key: data.draw(st.floats(0, 1)) for key in sorted(keys(*drafts))}

    blocks, shown = composer(*drafts).first(drafts, scores)

    assert passages(blocks)
    assert set(shown) <= keys(*drafts)
    assert len(passages(blocks)) == len(shown)


TABLE = "| | Acupuncture | Dry needling |\n|---|---|---|\n| Aim | balance | a loose muscle |"


def test_a_lead_comes_with_the_comparison():
    """Who asks in general sees the two side by side, each cell cited word for word."""
    one = section("They differ.", "A detail.", TABLE)

    blocks, shown = composer(one).first([one], {passage_key(one, 0): 0.9})

    lead, table = blocks
    assert isinstance(lead, Citation)
    assert isinstance(table, Table)
    assert table.columns == ("Acupuncture", "Dry needling")
    assert [cell.passage for row in table.rows for cell in row.cells] == ["balance", "a loose muscle"]
    assert {cell.source for row in table.rows for cell in row.cells} == {lead.source}
    assert shown == [passage_key(one, 0), passage_key(one, 2)]


def test_a_detail_comes_without_the_comparison():
    """Who asks for one thing gets that, and no table."""
    one = section("They differ.", "A detail.", TABLE)

    blocks, _ = composer(one).first([one], {passage_key(one, 1): 0.9})

    assert passages(blocks)[0] == "A detail."
    assert not any(isinstance(block, Table) for block in blocks)
