"""All passages of a library with their places, as checks go through them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from acumen.content.article import Article, Section
from acumen.content.checking.findings import Place
from acumen.content.library import Library, article_files

Array = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Array]
# The key of the section that a question is answered from, without a topic; None where none fits.
Find = Callable[[str], str | None]

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n")


@dataclass(frozen=True)
class Passage:
    """A passage where it stands."""

    section: Section
    text: str
    place: Place

    @property
    def is_table(self) -> bool:
        return self.text.startswith("|")

    @property
    def sentences(self) -> list[str]:
        """Its sentences; each item of a list counts as one."""
        parts = [re.sub(r"^(?:[-*]|\d+\.) ", "", part.strip()) for part in _SENTENCE.split(self.text)]
        return [part for part in parts if part]


class Texts:
    """A library's articles with their files, and their passages with their lines."""

    def __init__(self, library: Library, data: Path) -> None:
        self.library = library
        self.data = data
        self.files = {file.stem: file for file in reversed(article_files(data))}
        self.passages = [each for article in library.articles.values() for each in self._passages(article)]

    def of(self, article: Article) -> list[Passage]:
        return [passage for passage in self.passages if passage.section.article == article.id]

    def place(self, section: Section) -> Place:
        """The line of a section's heading."""
        return Place(self.files[section.article], section.line)

    def _passages(self, article: Article) -> Iterator[Passage]:
        file = self.files[article.id]
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        for section in article.sections:
            line = section.line
            for text in section.passages:
                first = text.split("\n", 1)[0].strip()
                line = lines.index(first, line) + 1 if first in lines[line:] else line
                yield Passage(section, text, Place(file, line))
