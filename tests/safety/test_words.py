"""Named sets of words, and where a message has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from acumen.safety.words import WordSets

SETS = {
    "cannot": "can't, not able to",
    "breath": "breathe, <air>",
    "air": "air, puff",
    "misspelt": "breathe",
    "not_misspelt": "breather",
}


@pytest.fixture(scope="module")
def words(nlp: Language) -> WordSets:
    """A few sets, and a phrase besides."""
    return WordSets(nlp.vocab, SETS, ["red line"])


def found(words: WordSets, nlp: Language, text: str) -> dict[str, list[str]]:
    """The words of `text` that each set found."""
    doc = nlp(text)
    return {
        use: [doc[start:end].text for start, end in places] for use, places in words.places(words.reading(doc)).items()
    }


@pytest.mark.parametrize(
    "text", ["I can't breathe", "i cant breathe", "I cannot breathe", "I CAN NOT BREATHE", "i can’t braethe"]
)
def test_ways_of_writing(words: WordSets, nlp: Language, text: str):
    """With or without an apostrophe, in any case, and with a slip, a phrase is the same."""
    assert set(words.places(words.reading(nlp(text)))) == {"<cannot>", "<breath>"}


def test_a_set_may_hold_another(words: WordSets, nlp: Language):
    """The words of a set within a set count for both."""
    assert found(words, nlp, "out of puff") == {"<air>": ["puff"], "<breath>": ["puff"]}


def test_a_phrase_stands_for_itself(words: WordSets, nlp: Language):
    """What is no set's name is looked for as it is."""
    assert found(words, nlp, "a red line, a red, line") == {"red line": ["red line"]}


def test_look_alikes_are_other_words(words: WordSets, nlp: Language):
    """A word that is listed as its own is not taken for a slip."""
    assert found(words, nlp, "take a breather") == {}


def test_reading_keeps_tokens_and_sentences(words: WordSets, nlp: Language):
    """What was found can be looked up in the message itself, and sentences stay."""
    doc = nlp("I've had it. Cant braethe in 1987!")
    reading = words.reading(doc)

    assert [doc.text[start:end] for start, end in reading.user_data["offsets"]] == [token.text for token in doc]
    assert [sent.start for sent in reading.sents] == [sent.start for sent in doc.sents]
    assert [token.text for token in reading][5:] == ["can", "not", "breathe", "in", "someyear", "!"]


@pytest.mark.parametrize("sets", [{"a": "<b>"}, {"a": "<a>"}, {"a": "<b>", "b": "x, <a>"}])
def test_names_of_no_set(nlp: Language, sets: dict[str, str]):
    """A name that stands for nothing, or for itself, is a mistake in the file."""
    with pytest.raises(ValueError, match="names no set"):
        WordSets(nlp.vocab, sets)


def test_no_file_is_no_sets(tmp_path: Path):
    """Patterns of plain words need no sets."""
    assert WordSets.read(tmp_path / "words.yml") == {}


def test_words_of_the_project_can_match(project: Path, nlp: Language):
    """Each phrase of the project's sets is found in a message that is that phrase, and stands in small letters."""
    sets = WordSets.read(project / "data" / "safety" / "words.yml")
    words = WordSets(nlp.vocab, sets)
    lines = [line for name, line in sets.items() if "misspelt" not in name]
    phrases = {phrase.strip() for line in lines for phrase in line.split(",")}
    plain = {phrase for phrase in phrases if phrase and not phrase.startswith("<")}

    assert {phrase for phrase in plain if phrase != phrase.lower()} == set()
    with nlp.select_pipes(enable=["sentencizer"]):
        assert {phrase for phrase in plain if not words.places(words.reading(nlp(phrase)))} == set()
