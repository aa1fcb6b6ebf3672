"""Texts as pages show them: paragraphs and lists, with numbers and addresses that can be tapped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

_ITEM = re.compile(r"(?:(?P<bullet>[-*+])|\d{1,3}[.)])[ \t]+(?P<text>\S.*)")

# What is part of a longer word, a price, a range, a date or an e-mail address is no link.
_BEFORE, _AFTER = r"(?<![\w@£$€+./-])(?<!\d[ ,])", r"(?![\w@%]|[.,/:-]\d| \d)"
_ADDRESS = (
    r"https://[^\s<>\"')]+[\w/]"
    r"|(?:[A-Za-z0-9-]+\.)+(?:com|org|net|uk|ie|eu|au|nz|ca)\b(?:/[\w./-]*[\w/])?"
)
# Numbers as emergency services, help lines and clinics write them. A short one is a
# number to dial only where its paragraph speaks of calling.
_NUMBER = (
    r"\+\d{1,3}(?:[ -]?\(?\d{1,5}\)?){2,6}"  # +44 20 7946 0000
    r"|(?:1-)?(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}"  # 1-800-222-1222
    r"|1[38]00 \d{3} \d{3}|13 \d\d \d\d|116 \d{3}"  # 1800 022 222, 13 11 14, 116 123
    r"|\(?0\d{1,4}\)?(?: \d{3,6}){1,3}|0\d{9,10}"  # 01234 567890
    r"|000|111|112|911|988|999|1737"
)
_LINK = re.compile(f"{_BEFORE}(?:(?P<address>{_ADDRESS})|(?P<number>{_NUMBER})){_AFTER}")
_SHORT = frozenset({"000", "111", "112", "911", "988", "999", "1737"})
_CALLING = re.compile(r"\b(?:call|dial|ring|phone|talk|contact|emergency|line|nhs)\b", re.IGNORECASE)
_SHORTEST, _SHORTEST_WITH_PREFIX = 6, 8


@dataclass(frozen=True)
class Part:
    """A paragraph, which is one line, or a list of several."""

    tag: Literal["p", "ul", "ol"]
    lines: tuple[str, ...]


def passage_parts(text: str) -> list[Part]:
    """The parts of a passage as it stands in its file; line breaks within a paragraph mean nothing there."""
    parts: list[Part] = []
    open_paragraph = False
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            open_paragraph = False
        elif item := _ITEM.fullmatch(line):
            tag: Literal["ul", "ol"] = "ul" if item["bullet"] else "ol"
            before = parts.pop().lines if parts and parts[-1].tag == tag else ()
            parts.append(Part(tag, (*before, item["text"])))
            open_paragraph = True
        elif open_paragraph:
            last = parts.pop()
            parts.append(Part(last.tag, (*last.lines[:-1], f"{last.lines[-1]} {line}")))
        else:
            parts.append(Part("p", (line,)))
            open_paragraph = True
    return parts


def own_parts(text: str) -> list[Part]:
    """The parts of what the bot says in its own voice, where each line stands by itself."""
    return passage_parts("\n\n".join(text.splitlines()))


def linked(text: str) -> Markup:
    """The text as markup, with a link on each phone number and web address in it."""
    calling = bool(_CALLING.search(text))
    result, end = Markup(), 0
    for match in _LINK.finditer(text):
        if match["address"]:
            address = match[0] if match[0].startswith("https://") else f"https://{match[0]}"
            link = Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, match[0])
        elif _is_dialled(dialled(match[0]), calling):
            link = Markup('<a class="tel" href="tel:{}">{}</a>').format(dialled(match[0]), match[0])
        else:
            continue
        result += escape(text[end : match.start()]) + link
        end = match.end()
    return result + escape(text[end:])


def dialled(number: str) -> str:
    """A phone number without the spaces and signs that make it readable."""
    return re.sub(r"[^+\d]", "", number)


def _is_dialled(digits: str, calling: bool) -> bool:
    if digits in _SHORT:
        return calling
    return len(digits) >= (_SHORTEST_WITH_PREFIX if digits.startswith(("0", "+")) else _SHORTEST)
