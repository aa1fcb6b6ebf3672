"""Making sections of a text's blocks: by its headings, and by its topics where it has none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from acumen.content.figures import figures
from acumen.content.importing.document import Block, Document, Heading, Items, Paragraph
from acumen.content.importing.passages import passages, plain, sentences
from acumen.content.importing.suggest import Encode, TopicSuggester

# A paragraph this near to a topic of its own becomes a section of its own, if it is no nearer to another.
OWN_TOPIC, OWN_MARGIN = 0.54, 0.06
# Near enough for a topic's question to be the heading of what has none.
NAMES_HEADING = 0.45
LONG_PARAGRAPHS = 4
LABEL_WORDS, LABELLED_WORDS = 6, 8
_LABELLED = re.compile(r"(?P<label>[^:.!?]{3,60}):\s+(?P<text>\S.*)", re.DOTALL)


@dataclass
class Draft:
    """A section being made: its heading, whether that was guessed, and its blocks."""

    heading: str
    guessed: bool = False
    blocks: list[Paragraph | Items] = field(default_factory=list)

    @property
    def passages(self) -> list[str]:
        """The blocks as passages of Markdown."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, Items):
                lines = [plain(text) for text in block.texts]
                found += ["\n".join(f"- {line}" for line in lines if line)] if any(lines) else []
            else:
                found += passages(block.text)
        return found


def drafts_of(document: Document, suggester: TopicSuggester, encode: Encode) -> list[Draft]:
    """The sections of a document, each with text; paragraphs on a topic of their own are taken out."""
    drafts = _by_headings(document)
    if len(drafts[0].blocks) > LONG_PARAGRAPHS and len(drafts) <= len(drafts[0].blocks) / LONG_PARAGRAPHS:
        drafts[:1] = _by_meaning(drafts[0], suggester, encode)
    drafts = [each for draft in drafts for each in _own_topics(draft, suggester)]
    return _merged(draft for draft in drafts if draft.passages)


def _by_headings(document: Document) -> list[Draft]:
    """One section a heading, and one for each item of a list whose items explain a name."""
    drafts = [Draft(plain(document.title or "About this article"))]
    section = drafts[0]
    for block in document.blocks:
        if isinstance(block, Heading):
            section = Draft(plain(block.text) or section.heading)
            drafts.append(section)
        elif isinstance(block, Items) and (labelled := _labelled(block)):
            drafts += [Draft(plain(label), blocks=[Paragraph(text)]) for label, text in labelled]
            section.blocks.append(Items(tuple(label for label, _ in labelled)))
        else:
            section.blocks.append(block)
    return drafts


def _labelled(items: Items) -> list[tuple[str, str]]:
    """The names and explanations of a list, if all of it is such."""
    matches = [_LABELLED.fullmatch(text) for text in items.texts]
    found = [(match["label"].strip(), match["text"]) for match in matches if match]
    fits = all(len(name.split()) <= LABEL_WORDS and len(text.split()) >= LABELLED_WORDS for name, text in found)
    return found if len(found) == len(items.texts) and fits else []


def _by_meaning(draft: Draft, suggester: TopicSuggester, encode: Encode) -> list[Draft]:
    """Cut a long text without headings where neighbouring paragraphs speak of different things."""
    vectors = encode([_text(block) for block in draft.blocks])
    alike = np.sum(vectors[1:] * vectors[:-1], axis=1)
    cuts = alike < alike.mean()
    parts = [Draft(draft.heading, blocks=[draft.blocks[0]])]
    for block, cut in zip(draft.blocks[1:], cuts, strict=True):
        if cut and not _announces(parts[-1].blocks):
            parts.append(Draft(_heading_for(block, suggester), guessed=True))
        parts[-1].blocks.append(block)
    return parts


def _announces(blocks: Sequence[Block]) -> bool:
    return isinstance(blocks[-1], Paragraph) and blocks[-1].text.endswith(":")


def _heading_for(block: Paragraph | Items, suggester: TopicSuggester) -> str:
    """The question of the nearest topic, else the first words of the text."""
    text = _text(block)
    name, score = suggester.rank(text)[0]
    if score >= NAMES_HEADING:
        return suggester.question(name)
    first = re.split(r"[,;:–—(]", sentences(plain(text))[0])[0].split()
    return " ".join(first[:9]).rstrip(".!") + (" …" if len(first) > 9 else "")


def _own_topics(draft: Draft, suggester: TopicSuggester) -> list[Draft]:
    """Take paragraphs out that are clearly about another topic than their section."""
    about = {name for name, score in suggester.rank(draft.heading)[:3] if score >= NAMES_HEADING}
    kept = Draft(draft.heading, draft.guessed)
    taken: list[Draft] = []
    blocks = [part for block in draft.blocks for part in _figures_apart(block, suggester)]
    for block in blocks:
        topic = _clear_topic(_text(block), suggester)
        if topic and topic not in about and len(blocks) > 1 and isinstance(block, Paragraph) and block.text[-1] != ":":
            taken.append(Draft(suggester.question(topic), guessed=True, blocks=[block]))
        else:
            kept.blocks.append(block)
    return [kept, *taken]


def _figures_apart(block: Paragraph | Items, suggester: TopicSuggester) -> list[Paragraph | Items]:
    """A paragraph without the figures that it gives on another topic, and each of those by itself.

    Patients ask for figures, and an answer shows the first passage of a section.
    """
    if isinstance(block, Items):
        return [block]
    said = sentences(block.text)
    around = " ".join(each for each in said if not figures(each))
    about = suggester.rank(around)[0][0] if around else None
    apart = [each for each in said if about and figures(each) and _clear_topic(each, suggester) not in (None, about)]
    rest = " ".join(each for each in said if each not in apart)
    return [Paragraph(text) for text in (rest, *apart) if text]


def _clear_topic(text: str, suggester: TopicSuggester) -> str | None:
    """The topic that a text is clearly about."""
    (best, score), (_, second) = suggester.rank(text)[:2]
    return best if score >= OWN_TOPIC and score - second >= OWN_MARGIN else None


def _text(block: Paragraph | Items) -> str:
    return block.text if isinstance(block, Paragraph) else " ".join(block.texts)


def _merged(drafts: Iterable[Draft]) -> list[Draft]:
    """Put sections of the same heading together."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        before = found.setdefault(draft.heading, draft)
        if before is not draft:
            before.blocks += draft.blocks
    return list(found.values())
