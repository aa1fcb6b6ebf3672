"""Taking out of a text what tells who wrote it, measured on messages written for it.

`personal.txt` has messages with personal data between double braces, `impersonal.txt` has some without any, among
them what is easily taken for such data. The odd lines of both (the first, the third …) were looked at while the
rules were written; the even ones never were.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.importers.importer import TrainingDataImporter

from acumen.content.library import Library
from acumen.privacy.mask import masked, masked_event

MASKS = re.compile(r"\[(?:name|phone|email|card|number|date|address)\]")
PIECE = re.compile(r"\{\{(.*?)\}\}")
# Shares, as docs/privacy.md tells them in percent.
LEAST_RECALL, LEAST_RECALL_UNSEEN, MOST_FALSE, MOST_FALSE_IN_TRAINING = 0.98, 0.95, 0.02, 0.001


def lines(name: str) -> list[str]:
    """The messages of a file."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line.replace("\\n", "\n") for line in text.splitlines()]


def words(text: str) -> Counter[str]:
    """The words of a text, without masks."""
    return Counter(re.findall(r"\w+", MASKS.sub(" ", text)))


def found(line: str) -> list[bool]:
    """For each piece of personal data whether nothing of it is left."""
    left, others = words(masked(PIECE.sub(r"\1", line))), words(PIECE.sub(" ", line))
    return [all(left[word] <= others[word] for word in words(piece)) for piece in PIECE.findall(line)]


def share(results: list[bool]) -> float:
    return sum(results) / len(results)


def test_personal_data_are_found():
    """Almost all of it is masked, in the messages that nobody looked at too."""
    personal = lines("personal.txt")

    assert share([each for line in personal for each in found(line)]) >= LEAST_RECALL
    assert share([each for line in personal[1::2] for each in found(line)]) >= LEAST_RECALL_UNSEEN


def test_other_messages_stay_as_they_are():
    """Figures, titles and capitals that belong to nobody stay."""
    impersonal = lines("impersonal.txt")

    assert share([masked(line) != line for line in impersonal]) <= MOST_FALSE


def test_training_messages_stay_as_they_are(project: Path):
    """Of thousands of messages about everything that patients ask, hardly one is touched."""
    files = [str(project / "data" / "nlu"), str(project / "data" / "safety")]
    importer = TrainingDataImporter.load_from_config(str(project / "config.yml"), None, files)
    texts = [str(example.get("text")) for example in importer.get_nlu_data().intent_examples]

    assert len(texts) > 5000
    assert share([masked(text) != text for text in texts]) <= MOST_FALSE_IN_TRAINING


def test_articles_stay_as_they_are(library: Library):
    """What the articles say holds no personal data: no passage is touched but one that quotes a date."""
    passages = [passage for section in library.sections.values() for passage in section.passages]
    changed = [passage for passage in passages if masked(passage) != passage]

    assert len(changed) <= 1
    assert all("[date]" in masked(passage) for passage in changed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My name is Jane Smith, does it hurt?", "My name is [name], does it hurt?"),
        ("mail jane@example.com or ring 07700 900123", "mail [email] or ring [phone]"),
        ("pay with 4111 1111 1111 1111 today", "pay with [card] today"),
        ("NHS number 943 476 5919", "NHS number [number]"),
        ("born on 12 March 1980", "born on [date]"),
        ("I live at 12 Green Lane, SW1A 1AA", "I live at [address], [address]"),
        ("20-40 minutes, 8 sessions, 75 mg, in 2019", "20-40 minutes, 8 sessions, 75 mg, in 2019"),
        ("4111 1111 1111 1112 is no card", "[number] is no card"),
        ("", ""),
    ],
)
def test_what_stands_in_its_place(text: str, expected: str):
    """A mask says what kind of thing stood there, and the rest of the sentence stays."""
    assert masked(text) == expected


@given(st.sampled_from([PIECE.sub(r"\1", line) for line in lines("personal.txt") + lines("impersonal.txt")]))
def test_masking_twice_changes_nothing(text: str):
    """What was masked when it was stored stays as it is when it is stored again."""
    assert masked(masked(text)) == masked(text)


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str):
    """No text fails, and one without letters or digits stays."""
    result = masked(text)

    assert isinstance(result, str)
    if not re.search(r"\w", text):
        assert result == text


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "A a ", "Aa-", "a.b-", "a@", "@", "my name is ", "12 green ", "born ", "ring 1234567 ", "- \n"],
)
def test_a_flood_is_masked_too(piece: str):
    """Twelve thousand characters of anything end: no pattern grows faster than the text by much."""
    started = time.process_time()
    masked(piece * (12_000 // len(piece)))

    # A pattern that runs away takes minutes; the longest of these takes a third of a second.
    assert time.process_time() - started < 10


def test_stored_message_is_masked_throughout():
    """Of a patient's message the text, its questions and its entities are masked; what Rasa needs stays."""
    event = {
        "event": "user",
        "text": "My name is Jane Smith. Does it hurt?",
        "parse_data": {
            "intent": {"name": "does_it_hurt", "confidence": 0.9},
            "text": "My name is Jane Smith. Does it hurt?",
            "questions": [{"text": "My name is Jane Smith", "ranking": [{"name": "cost", "confidence": 0.5}]}],
            "entities": [{"entity": "condition", "value": "migraine", "text": "migraine", "start": 1, "end": 2}],
            "text_tokens": [(0, 2)],
        },
        "message_id": "07700900123",
        "timestamp": 1700000000.123,
    }
    kept = masked_event(event)

    assert "Jane" not in str(kept)
    assert "Jane" in event["text"]
    assert kept["text"] == "My name is [name]. Does it hurt?"
    assert kept["parse_data"]["intent"] == {"name": "does_it_hurt", "confidence": 0.9}
    assert kept["parse_data"]["entities"][0]["value"] == "migraine"
    assert (kept["message_id"], kept["timestamp"]) == ("07700900123", 1700000000.123)


@pytest.mark.parametrize("event", [{"event": "bot", "text": "Ask us on 01234 567890."}, {"event": "slot"}, {}])
def test_the_bots_own_words_are_kept(event: dict[str, str]):
    """The clinic's phone number in a reply is no patient's."""
    assert masked_event(event) == event
