"""Writing an imported article, so that a later import knows whether somebody has changed it."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from acumen.content.article import ACUPUNCTURE, BOTH, DRY_NEEDLING
from acumen.content.importing.document import Document

_MARK = re.compile(
    r"<!-- Imported from (?P<name>\S+) \(source (?P<source>[0-9a-f]{64}), text (?P<text>[0-9a-f]{64})\)\. -->\n\n"
)
ANCHOR_WORDS, NAME_WORDS = 6, 8


@dataclass(frozen=True)
class PageSection:
    """A section as it is written."""

    anchor: str
    heading: str
    passages: tuple[str, ...]
    topics: tuple[str, ...]
    conditions: tuple[str, ...]
    technique: str


@dataclass(frozen=True)
class Mark:
    """What an imported file says of its import."""

    name: str
    source: str
    edited: bool


def write_page(document: Document, sections: Iterable[PageSection], source_name: str, source: bytes) -> str:
    """The article as Markdown: a draft, as nobody has reviewed it, with a mark of its import."""
    head = _front_matter(document)
    body = f"# {document.title}\n" + "".join(_section(section) for section in sections)
    hashes = f"source {sha256(source)}, text {sha256((head + body).encode())}"
    return f"{head}<!-- Imported from {mark_name(source_name)} ({hashes}). -->\n\n{body}"


def read_mark(text: str) -> Mark | None:
    """The mark of an imported article; None where it was not imported."""
    text = text.replace("\r\n", "\n")
    found = _MARK.search(text)
    if found is None:
        return None
    rest = text[: found.start()] + text[found.end() :]
    return Mark(found["name"], found["source"], edited=sha256(rest.encode()) != found["text"])


def mark_name(file: str) -> str:
    """A file's name as it can stand in a remark."""
    return re.sub(r"[^\w.]+", "-", file)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def slug(text: str, words: int) -> str:
    """`text` as a name in an address: its first words, lower-case, with hyphens."""
    found = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return "-".join(found[:words]) or "section"


def anchors(headings: Sequence[str]) -> list[str]:
    """An anchor for each heading, no two the same."""
    found: list[str] = []
    for heading in headings:
        anchor = name = slug(heading, ANCHOR_WORDS)
        number = 1
        while anchor in found:
            number += 1
            anchor = f"{name}-{number}"
        found.append(anchor)
    return found


def technique_of(heading: str, text: str) -> str:
    """What a section's facts hold for, by what it names."""
    for part in (heading.lower(), text.lower()):
        dry, acupuncture = "dry needl" in part, "acupunct" in part
        if dry and acupuncture:
            return BOTH if part == heading.lower() else ACUPUNCTURE
        if dry or acupuncture:
            return DRY_NEEDLING if dry else ACUPUNCTURE
    return ACUPUNCTURE


def _front_matter(document: Document) -> str:
    source = {
        "title": document.title,
        "author": document.author,
        "role": document.role,
        "publisher": document.publisher,
        "date": document.date,
    }
    settings = {
        "title": document.title,
        "source": {name: value for name, value in source.items() if value},
        "reviewed": None,
        "review_by": None,
    }
    stream = io.StringIO()
    yaml: Any = YAML(typ="rt")
    yaml.width = 10_000
    yaml.dump(settings, stream)
    return f"---\n{stream.getvalue()}---\n\n"


def _section(section: PageSection) -> str:
    given = [("topics", section.topics), ("conditions", section.conditions)]
    attributes = [f"#{section.anchor}", *(f'{name}="{" ".join(values)}"' for name, values in given if values)]
    attributes += [f'technique="{section.technique}"'] if section.technique != ACUPUNCTURE else []
    text = "\n\n".join(section.passages)
    return f"\n{{{' '.join(attributes)}}}\n## {section.heading}\n\n{text}\n"
