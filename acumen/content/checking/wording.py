"""Wording: claims that belong to nobody, advice that could do harm, text that is hard to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from acumen.content.article import Article, Source
from acumen.content.checking.findings import Finding
from acumen.content.checking.texts import Passage, Texts
from acumen.errors import problem

MAX_GRADE = 8
HARDEST = 3
# A grade says little of a few words.
MIN_WORDS = 8
SHOWN_WORDS = 8


def _any_of(*patterns: str) -> re.Pattern[str]:
    """A pattern for any of these, as whole words, in capitals or not."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


_DENIED = _any_of(r"no|not|never|nor|neither|cannot|hardly|rather than|\w+n['’]t")
_CLAIM = _any_of(
    r"cures?|cured|curing|heals?\s(?:your|the|any|all|every)|reverses|rewires|detox\w*|permanent(?:ly)?",
    r"proven|proves|scientifically|guarantee\w*|miracles?|miraculous\w*|eliminat(?:es?|ed|ing)",
    r"releas(?:es?|ing)\s(?:[\w'’]+\s){0,4}endorphins?|boosts?\s(?:your\s|the\s)?immun\w+|root\scauses?",
    r"(?:no|without|free\sof)\s(?:any\s)?side[-\s]effects|(?:completely|perfectly|totally|100\s?%)\ssafe",
    r"always\s(?:works|helps)|never\sfails|works\swhen\snothing|(?:is|are)\s(?:very\s|highly\s)?effective",
    r"(?:has|have)\sbeen\sshown\sto|(?:research|studies|science)\s(?:confirms?|shows?|proves?)",
)
_SAID = _any_of("article|author|according to|(?:is|are|was|were) (?:said|thought|believed|claimed)")
_DRUGS = "medicines?|medications?|meds|tablets|pills|drugs|painkillers|insulin|inhaler|antidepressants|chemotherapy"
_YOUR = r"(?:your\s|the\s|a\s|any\s|all\s)?"
_DOCTOR = "(?:doctor|gp|physician)"
_UNSAFE = _any_of(
    r"stop\s(?:taking|using)",
    rf"(?:stop|quit|come\soff|throw\saway|give\sup|skip)\s{_YOUR}(?:{_DRUGS})",
    rf"(?:reduce|lower|halve|skip|cut\sdown|change|double)\s(?:on\s)?(?:your|the|all)\s(?:dose|dosage|{_DRUGS})",
    rf"instead\sof\s(?:\w+ing\s(?:to\s)?)?{_YOUR}(?:{_DOCTOR}|hospital|ambulance|surgery|{_DRUGS})",
    rf"(?:no\sneed\sto|need\snot|needn['’]t|(?:do\snot|don['’]t)\s(?:need|have)\sto)\s\w+\s{_YOUR}{_DOCTOR}",
    rf"without\s(?:seeing|asking|telling)\s{_YOUR}{_DOCTOR}",
    rf"replaces?\s{_YOUR}(?:{_DOCTOR}|{_DRUGS})|ignore\s{_YOUR}(?:{_DOCTOR}|pain|symptoms|advice)",
    r"safe\s(?:for\severyone|in\spregnancy|during\spregnancy)|needle\syourself",
)
_CARE = _any_of(
    r"no|not|never|cannot|unless|\w+n['’]t|only (?:with|under|after)|supervis\w+",
    "ask|talk|speak|check with|before you",
)


def check_review(article: Article, texts: Texts, today: date) -> Iterator[Finding]:
    """A draft, and an article whose review is overdue."""
    file = texts.files[article.id]
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next((number for number, each in enumerate(lines, 1) if each.startswith("review_by:")), 1)
    if article.review_by is None or article.reviewed is None:
        yield Finding(problem("ACU160", file=file, line=line))
    elif article.review_by < today:
        yield Finding(problem("ACU161", file=file, line=line, day=article.review_by.isoformat()))


def check_reading(article: Article, texts: Texts) -> Iterator[Finding]:
    """An article that is harder to read than eight years of school prepare for."""
    import textstat

    told = [passage for passage in texts.of(article) if not passage.is_table]
    sentences = [(_ended(sentence), passage) for passage in told for sentence in passage.sentences]
    grade = textstat.flesch_kincaid_grade(" ".join(sentence for sentence, _ in sentences))
    if grade <= MAX_GRADE:
        return
    long = [each for each in sentences if len(each[0].split()) >= MIN_WORDS] or sentences
    hardest = sorted(long, key=lambda each: -textstat.flesch_kincaid_grade(each[0]))[:HARDEST]
    shown = ", ".join(f"“{_beginning(sentence)}” (line {passage.place.line})" for sentence, passage in hardest)
    place = hardest[0][1].place
    yield Finding(problem("ACU162", file=place.file, line=place.line, grade=f"{grade:.1f}", sentences=shown))


def check_claims(article: Article, texts: Texts) -> Iterator[Finding]:
    """Strong words on an effect in a passage that names nobody who says so."""
    told = texts.of(article)
    for before, passage in zip([None, *told], told, strict=False):
        # A list is shown below the line that announces it, and is said by the same.
        announced = before and before.section == passage.section and before.text.endswith(":")
        text = f"{before.text} {passage.text}" if before and announced else passage.text
        claims = dict.fromkeys(_matches(_CLAIM, _DENIED, passage, before=True))
        if claims and not _attributed(text, article.source):
            yield _at(passage, "ACU168", words="”, “".join(claims))


def check_advice(article: Article, texts: Texts) -> Iterator[Finding]:
    """Words that could lead a patient away from medicines or doctors."""
    for passage in texts.of(article):
        for words in _matches(_UNSAFE, _CARE, passage, before=False):
            yield _at(passage, "ACU169", words=words)


def _matches(words: re.Pattern[str], denied: re.Pattern[str], passage: Passage, *, before: bool) -> Iterator[str]:
    """What the pattern finds in a sentence that does not take it back, before it or anywhere."""
    for sentence in passage.sentences:
        for match in words.finditer(sentence):
            rest = sentence[: match.start()] + ("" if before else " " + sentence[match.end() :])
            if not denied.search(rest):
                yield match.group()


def _attributed(text: str, source: Source) -> bool:
    names = [name for name in (source.author or "").replace("(", " ").split() if len(name) > 2]
    named = any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)
    return named or bool(_SAID.search(text))


def _at(passage: Passage, code: str, **details: object) -> Finding:
    return Finding(problem(code, file=passage.place.file, line=passage.place.line, **details))


def _ended(sentence: str) -> str:
    """The sentence with an end: items of a list have none, and would be read as one."""
    return sentence if sentence[-1] in ".!?…" else f"{sentence}."


def _beginning(sentence: str) -> str:
    words = sentence.rstrip(".").split()
    return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")
