"""Names of persons, found by the words that introduce them: no list of names knows every patient."""

from __future__ import annotations

import re

from acumen.privacy.words import words

_CAPITAL = r"[A-Z\u00c0-\u00de\u0100-\u017f]"
_LETTERS = r"[^\W\d_]"
# A word in capitals throughout is an abbreviation.
_NAME = rf"{_CAPITAL}(?=\S{{0,20}}[a-z\u00df-\u00ff])(?:{_LETTERS}|[’'-](?={_LETTERS})){{1,30}}"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,2}}"
_ANY = rf"(?:{_LETTERS}|(?<={_LETTERS})[’'-](?={_LETTERS})){{1,30}}"
_HELLO = r"(?:(?i:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?[,.!]* )"
_KIN = (
    r"(?:husband|wife|partner|son|daughter|mum|mom|mother|dad|father|brother|sister|friend|boss|doctor|gp|physio"
    r"|acupuncturist|therapist|neighbou?r|aunt|uncle|nan|gran|grandma|grandad|boyfriend|girlfriend|colleague|cousin"
    r"|baby|child|niece|nephew|carer)"
)
# Where the words before leave no doubt, a name may be written in any way, and ends where the sentence goes on.
_TOLD = re.compile(
    r"\b((?i:my (?:full |first |last |middle |sur)?name(?:[’']?s| is|:)|name:|(?:i am|i[’']?m) (?:called|named)"
    rf"|(?:people|they|friends) call me|i go by) +)((?:{_ANY})(?: {_ANY}){{0,2}})"
)
# Elsewhere it has to begin with a capital.
_INTRODUCED = re.compile(
    rf"(?:\b(?i:call me|i am|i[’']?m|i,|it is|it[’']?s|this is|my {_KIN}(?:[’']s name is| called| named|,)?"
    rf"|signed,?)) ({_NAMES})"
)
_TITLED = re.compile(rf"\b(?i:mr|mrs|ms|miss|mx|dr|prof(?:essor)?|sister|nurse)\.? ({_NAMES})")
_SPEAKING = re.compile(rf"(?:^|[.!?\n] *){_HELLO}?({_NAMES}) (?:here|speaking|again)\b")
_INTRODUCED_SMALL = re.compile(rf"^({_HELLO}?(?i:i[’']?m|i am) )({_LETTERS}{{3,}})(?= (?:and|here)\b)")
_SIGNED = re.compile(
    rf"((?i:regards|wishes|thanks|thank you|cheers|sincerely|faithfully|love|best|yours)[,.!]*\s+|\n\s*[-–—]\s*)"
    rf"({_NAMES})(?=[.!]?\s*(?:$|\n|\[))"
)
# A name at the very beginning, before what only a person has.
_BEFORE_NUMBER = re.compile(rf"^({_NAMES})(?=,? \[(?:date|phone|email|number)\])")
# A text with this share of capitals at its words' beginnings tells nothing by them.
_TITLE_CASE = 0.6


def without_names(text: str) -> str:
    """Mask the names that a text introduces."""
    text = _TOLD.sub(_told, text)
    text = _INTRODUCED_SMALL.sub(_small, text)
    if _shouts(text):
        return text
    for pattern in (_BEFORE_NUMBER, _SPEAKING, _TITLED, _INTRODUCED, _SIGNED):
        text = pattern.sub(_introduced, text)
    return text


def _told(match: re.Match[str]) -> str:
    found = match[2].split()
    name = _until(found, words("goes_on"))
    return match[0] if not name else " ".join([f"{match[1]}[name]", *found[len(name) :]])


def _small(match: re.Match[str]) -> str:
    word = match[2].lower()
    # "I'm worried and", "I'm aching and" tell of no name.
    other = word in words("goes_on") or word in words("no_name") or word.endswith(("ed", "ing"))
    return match[0] if other else f"{match[1]}[name]"


def _introduced(match: re.Match[str]) -> str:
    group = match.lastindex or 1
    found = match[group].split()
    name = _until(found, words("no_name"))
    if not name:
        return match[0]
    start, end = (place - match.start() for place in match.span(group))
    return match[0][:start] + " ".join(["[name]", *found[len(name) :]]) + match[0][end:]


def _until(found: list[str], stop: frozenset[str]) -> list[str]:
    """The words before the first that is no name."""
    ends = (place for place, word in enumerate(found) if re.split("[’']", word.lower())[0] in stop)
    return found[: next(ends, len(found))]


def _shouts(text: str) -> bool:
    written = re.findall(rf"{_LETTERS}{{3,}}", text)
    return len(written) > 4 and sum(word[0].isupper() for word in written) > _TITLE_CASE * len(written)
