"""Numbers that belong to one person: phones, cards, health and other numbers, full dates, addresses."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

from acumen.privacy.words import words

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d"
    rf"|[0-3]?\d(?P<by>[-/.])[0-3]?\d(?P=by)(?:19|20)\d\d"
    rf"|[0-3]?\d(?P<in>[/.])[0-3]?\d(?P=in)\d\d"
    rf"|(?:the )?{DAY}(?: of)? {MONTH},? (?:19|20)\d\d"
    rf"|{MONTH} {DAY},? (?:19|20)\d\d"
    rf")(?![\w/-])",
    re.IGNORECASE,
)
# After words like these a day without a year, or a row of digits, is a day of birth too.
_BIRTH = re.compile(
    rf"\b((?:born(?: on)?|birth ?day|birth ?date|date of birth|d\.?o\.?b\.?)(?: is| was|:)?(?: on| the)? *)"
    rf"(?:the )?({DAY}(?: of)? {MONTH}|{MONTH} {DAY}\b|\d{{6,8}}\b)",
    re.IGNORECASE,
)
# Health numbers that mix letters and digits: Ontario, Quebec, Medicare (US), New Zealand, and the tax
# numbers that the United Kingdom and Ireland use for health as well.
_COUNTRY_NUMBERS = re.compile(
    r"\b(?:\d{4}[ -]?\d{3}[ -]?\d{3}[ -]?[A-Z]{2}"
    r"|[A-Z]{4} ?\d{4} ?\d{4}"
    r"|[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d\d"
    r"|[A-HJ-NP-Z]{3}\d{4}"
    r"|[A-CEGHJ-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]"
    r"|\d{7}[A-W][A-IW]?)\b"
)
# "policy number BX-44917": the words say what it is.
_NAMED_NUMBER = re.compile(
    r"\b((?:policy|member(?:ship)?|patient|claim|record|mrn|nhs|medicare|medicaid|insurance|passport|licen[cs]e"
    r"|health card|account|booking|hospital|sort code)"
    r"(?: (?:id|no|nr|num|number|ref|reference|code))?(?:\.|#)?(?: is|:|=)? *#?)"
    r"(\d{2,4}(?:[ -]\d{2,5}){1,4}(?: ?-?\d)?(?-i:[ -]?[A-Z]{2}\b)?"
    r"|(?=[A-Z0-9-]*\d[A-Z0-9-]*\d[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{4,19}(?: \d{3,8})?)(?![\w%£$€])",
    re.IGNORECASE,
)
_SORT_CODE = re.compile(r"(sort code(?: is|:)? *)\d\d-\d\d-\d\d\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w./£$€-])[+(]{0,2}\d(?:[ ().\u00a0\u2010\u2011-]{0,3}\d){5,24}(?!\w)(?!\.\d)")
_PHONE_BEFORE = re.compile(
    r"\b(?:call|ring|phone|tel|telephone|text|mobile|cell|landline|whatsapp|reach"
    r"|(?:my|her|his|our|phone|contact) number)\b[^.?!\d]{0,25}$",
    re.IGNORECASE,
)
_PHONE_AFTER = re.compile(r"^[,: ]{0,2}(?:call|ring|phone|my (?:phone|mobile|cell|number))\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|close|court|crescent|terrace|boulevard|blvd|way|place|square"
    r"|gardens|grove|hill|mews|parade|row)"
)
_ADDRESS = re.compile(
    r"(?:(?i:\b(?:flat|apartment|apt|unit) \d{1,4}[a-z]?,? ))?\b\d{1,5}[A-Za-z]?,? "
    rf"(?:(?:[A-Z][\w’'.-]* ){{1,3}}(?i:{_STREET})"
    r"|(?P<way>(?:[a-z’'-]+ ){1,3})(?:street|road|avenue|lane|crescent|terrace|boulevard))\b"
)
_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
    r"|[a-z]{1,2}\d[a-z\d]? \d(?!st|nd|rd|th)[abd-hjlnp-uw-z]{2}"
    r"|[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d|[abceghj-nprstvxy]\d[a-z] \d[a-z]\d"
    r"|(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"
    r",? \d{5}(?:-\d{4})?"
    r"|(?i:eircode:? )[A-Z]\d[\dW] ?[A-Z\d]{4}"
    r"|(?i:p\.?o\.? box) \d+)\b"
)
REGIONS = ("GB", "US", "IE", "AU", "NZ", "FR", "DE", "IN", "ZA")
# Longer than any phone number is written, shorter than a card's.
LEAST_PRIVATE = 9


def without_figures(text: str) -> str:
    """Mask the numbers of persons in a text."""
    if not any(character.isdigit() for character in text):
        return text
    text = _DATE.sub("[date]", text)
    text = _BIRTH.sub(r"\1[date]", text)
    text = _SORT_CODE.sub(r"\1[number]", text)
    text = _NAMED_NUMBER.sub(_named_number, text)
    text = _COUNTRY_NUMBERS.sub("[number]", text)
    text = _POSTCODE.sub("[address]", _ADDRESS.sub(_address, text))
    return _DIGITS.sub(_digits, text)


def _named_number(match: re.Match[str]) -> str:
    """Mask what follows the words, unless it may be an amount: "insurance 20000"."""
    said, number = match.groups()
    digits = re.sub("[ -]", "", number)
    if digits.isdigit() and len(digits) < LEAST_PRIVATE and not said.strip().lower().endswith(_SAYS_NUMBER):
        return match[0]
    return f"{said}[number]"


_SAYS_NUMBER = ("number", "no", "no.", "nr", "num", "id", "ref", "reference", "code", "mrn", "is", ":", "=", "#")


def _digits(match: re.Match[str]) -> str:
    written = match[0]
    digits = re.sub(r"\D", "", written)
    if _is_figure(re.findall(r"\d+", written)):
        return written
    opening = "(" if written.startswith("(") and written.count("(") > written.count(")") else ""
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return f"{opening}[card]"
    before, after = match.string[: match.start()], match.string[match.end() :]
    spoken_of = _PHONE_BEFORE.search(before[-40:]) or _PHONE_AFTER.search(after[:25])
    if (spoken_of and len(digits) >= 7) or _is_phone(written):
        return f"{opening}[phone]"
    return f"{opening}[number]" if len(digits) >= LEAST_PRIVATE else written


def _is_figure(groups: list[str]) -> bool:
    """True for years, and for a count from one figure to the next."""
    if all(_YEAR.fullmatch(group) for group in groups):
        return True
    numbers = [int(group) for group in groups]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    thousands = len(groups) > 1 and all(group.endswith("00") for group in groups[1:])
    return thousands or (len(groups) > 2 and steps == {1})


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total % 10 == 0


def _is_phone(written: str) -> bool:
    phonenumbers = _phonenumbers()
    for region in (None,) if written.startswith("+") else REGIONS:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


@cache
def _phonenumbers() -> Any:
    import phonenumbers

    return phonenumbers


def _address(match: re.Match[str]) -> str:
    way = match["way"]
    return match[0] if way and not words("no_street").isdisjoint(way.split()) else "[address]"
