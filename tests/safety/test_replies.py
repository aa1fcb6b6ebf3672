"""The fixed replies to what must not wait, in every country."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import textstat
from ruamel.yaml import YAML

from acumen.errors import AcumenError
from acumen.safety.categories import OUTCOMES, outcome_of
from acumen.safety.replies import SafetyReplies

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "data" / "safety" / "replies.yml"
DATA = YAML(typ="safe").load(FILE)
COUNTRIES = sorted(DATA["countries"])
INTENTS = [name for name in YAML(typ="safe").load(PROJECT / "domain.yml")["intents"] if outcome_of(name)]
CATEGORIES = [*OUTCOMES, *INTENTS]
CLINIC = "Green Lane Clinic on 01234 567890"
WORDS = {"emergency": 70, "crisis": 100, "caution": 70}


def outcome(category: str) -> str:
    """The outcome of a category, or of a general reply."""
    return outcome_of(category) or category


@pytest.fixture(scope="module")
def replies() -> dict[str, SafetyReplies]:
    """The replies of each country."""
    return {country: SafetyReplies.load(FILE, country, CLINIC) for country in COUNTRIES}


@pytest.fixture
def said(replies: dict[str, SafetyReplies]) -> Callable[[str, str], list[str]]:
    """The paragraphs for a category in a country."""
    return lambda category, country: replies[country].paragraphs(category, outcome(category))


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", CATEGORIES)
def test_reply_is_complete(said: Callable[[str, str], list[str]], category: str, country: str):
    """Each reply is a few paragraphs with every placeholder filled."""
    paragraphs = said(category, country)

    assert 2 <= len(paragraphs) <= 4
    for paragraph in paragraphs:
        assert paragraph.strip()
        assert not re.search(r"[{}]|\bNone\b|\bnull\b|  | [.,:]", paragraph)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", [each for each in CATEGORIES if outcome(each) != "caution"])
def test_alarm_names_the_emergency_number(said: Callable[[str, str], list[str]], category: str, country: str):
    """Every alarm says which number to call in that country, and an emergency says so first."""
    number = DATA["countries"][country]["emergency_text"]
    paragraphs = said(category, country)

    assert number in " ".join(paragraphs)
    if outcome(category) == "emergency":
        assert paragraphs[0].startswith(f"Call {number} now.")


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_plan_begins_with_the_emergency_number(said: Callable[[str, str], list[str]], country: str):
    """Where danger is near, a crisis reply leads with the number to call."""
    number = DATA["countries"][country]["emergency_text"]

    assert said("crisis_plan", country)[0].startswith(f"Call {number} now")


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", [each for each in CATEGORIES if outcome(each) == "crisis"])
def test_crisis_names_someone_to_talk_to(said: Callable[[str, str], list[str]], category: str, country: str):
    """Every crisis reply names the country's crisis lines with their numbers, or where to find one."""
    numbers = DATA["countries"][country]
    text = " ".join(said(category, country))

    assert all(f"{line['name']} on {line['number']}" in text for line in numbers["crisis"])
    assert numbers["crisis"] or numbers["crisis_none"] in text


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", [each for each in CATEGORIES if outcome(each) == "urgent"])
def test_urgent_names_clinic_and_doctor(said: Callable[[str, str], list[str]], category: str, country: str):
    """After needling both the practitioner and a doctor are named, and that it followed needling."""
    text = " ".join(said(category, country))

    assert CLINIC in text
    assert DATA["countries"][country]["doctor"] in text
    assert re.search(r"\bneedling\b", text)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", [each for each in CATEGORIES if outcome(each) == "caution"])
def test_caution_neither_allows_nor_forbids(said: Callable[[str, str], list[str]], category: str, country: str):
    """A decision for a clinician is left to one, and medicines go on as prescribed."""
    text = " ".join(said(category, country))

    assert text.startswith("I cannot say")
    assert re.search(r"\b(doctor|midwife|GP|team|specialist)\b", text)
    assert re.search(r"Keep (taking|giving|to) ", text)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("category", [each for each in CATEGORIES if outcome(each) in WORDS])
def test_reply_is_short(said: Callable[[str, str], list[str]], category: str, country: str):
    """Nobody in distress should have to read long."""
    assert len(" ".join(said(category, country)).split()) < WORDS[outcome(category)] + poison_words(category, country)


def poison_words(category: str, country: str) -> int:
    """The words that a poison line adds, where the country has one."""
    lines = DATA["replies"][category].get("text_poison", []) if DATA["countries"][country]["poison"] else []
    return len(" ".join(lines).split())


@pytest.mark.parametrize("country", COUNTRIES)
def test_poison_line_is_named_where_there_is_one(said: Callable[[str, str], list[str]], country: str):
    """After an overdose the poison line is named, in countries that have one for the public."""
    number = DATA["countries"][country]["poison"]
    text = " ".join(said("emergency_overdose", country))

    assert ("poison line" in text) is bool(number)
    assert not number or number in text


@pytest.mark.parametrize("country", COUNTRIES)
def test_failure_line(replies: dict[str, SafetyReplies], country: str):
    """The line that follows every failure names the country's number."""
    assert DATA["countries"][country]["emergency_text"] in replies[country].failure_line()


@pytest.mark.parametrize("category", CATEGORIES)
def test_texts_hold_no_number(category: str):
    """Numbers stand with the countries: a text with one would be wrong in all others."""
    reply = DATA["replies"][category]

    assert not re.search(r"\d", " ".join([*reply["text"], *reply.get("text_poison", [])]))


@pytest.mark.parametrize("category", CATEGORIES)
def test_texts_are_easy_to_read(said: Callable[[str, str], list[str]], category: str):
    """A reply can be read after eight years of school."""
    assert textstat.flesch_kincaid_grade(" ".join(said(category, "GB"))) <= 8


@pytest.mark.parametrize("category", [each for each in CATEGORIES if outcome(each) != "caution"])
def test_alarms_offer_no_treatment(said: Callable[[str, str], list[str]], category: str):
    """No alarm reassures, diagnoses or offers acupuncture as the answer."""
    text = " ".join(said(category, "unknown")).lower()

    assert not re.search(r"probably|healing crisis|good sign|acupuncture|herb|heat pack|aspirin|book ", text)


@pytest.mark.parametrize("country", ["XX", "gb?", "UK"])
def test_unlisted_country(country: str):
    """A country that the file does not know is reported, not passed over."""
    with pytest.raises(AcumenError) as caught:
        SafetyReplies.load(FILE, country, CLINIC)

    assert [fault.code for fault in caught.value.problems] == ["ACU131"]


@pytest.mark.parametrize("country", ["", "unknown"])
def test_no_country(country: str):
    """A clinic without a country gets what holds anywhere."""
    replies = SafetyReplies.load(FILE, country, CLINIC)

    assert DATA["countries"]["unknown"]["emergency_text"] in replies.paragraphs("emergency", "emergency")[0]


def test_category_without_a_reply_of_its_own():
    """A new category is answered with what is said in general for its outcome."""
    replies = SafetyReplies.load(FILE, "GB", CLINIC)

    assert replies.paragraphs("urgent_new", "urgent") == replies.paragraphs("urgent", "urgent")


def test_every_country_has_its_numbers():
    """Every country names its emergency number, whom to ask and whom to talk to."""
    for country, numbers in DATA["countries"].items():
        assert all(number in numbers["emergency_text"] for number in numbers["emergency"]), country
        assert numbers["emergency"], country
        assert numbers["doctor"], country
        assert numbers["crisis"] or numbers["crisis_none"], country


def test_every_text_names_its_guidance():
    """Each reply says which public guidance it rests on, and all of it is listed."""
    for category, reply in DATA["replies"].items():
        assert reply["sources"], category
        assert set(reply["sources"]) <= set(DATA["sources"]), category


def test_replies_are_those_of_the_domain():
    """There is a reply for each safety intent, and none that nothing can lead to."""
    assert set(DATA["replies"]) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("without", "names"),
    [(("replies", outcome), f"`{outcome}`") for outcome in OUTCOMES] + [(("countries", "unknown"), "`unknown`")],
    ids=[*OUTCOMES, "unknown country"],
)
def test_what_must_not_be_missing(tmp_path: Path, without: tuple[str, str], names: str):
    """A file that cannot answer everywhere and everything is refused, with what is missing."""
    group, name = without
    file = write(tmp_path, {**DATA, group: {key: value for key, value in DATA[group].items() if key != name}})

    with pytest.raises(AcumenError) as caught:
        SafetyReplies.load(file, "GB", CLINIC)

    (fault,) = caught.value.problems
    assert (fault.code, fault.file) == ("ACU141", file)
    assert names in fault.what


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: {key: value for key, value in data.items() if key != "failure_line"},
        lambda data: {**data, "replies": {**data["replies"], "crisis": {"sources": []}}},
        lambda data: {**data, "replies": {**data["replies"], "crisis": {"text": ["Call {emergancy}."]}}},
        lambda data: {**data, "countries": {**data["countries"], "GB": {"emergency_text": "999"}}},
        lambda data: [data],
    ],
    ids=["no failure line", "reply without text", "misspelt placeholder", "country without lines", "a list"],
)
def test_damage_is_found_when_the_file_is_read(tmp_path: Path, damage: Callable[[Any], Any]):
    """What would break a reply is reported at the start, not to a patient in need."""
    with pytest.raises(AcumenError):
        SafetyReplies.load(write(tmp_path, damage(DATA)), "GB", CLINIC)


def write(folder: Path, data: Any) -> Path:
    """Write replies to a file of their own."""
    file = folder / "replies.yml"
    with file.open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(data, stream)
    return file
