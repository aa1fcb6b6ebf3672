"""A reply as the pieces that a channel can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from acumen.answering.links import article_url
from acumen.answering.reply import Block, Citation, ClinicAnswer, Reply, Table, Text, attribution, describe
from acumen.channels.messaging.adapter import Capabilities, Choice, Form, Piece
from acumen.channels.messaging.prose import Prose, Run, joined, pack, written

ALARMS = ("emergency", "crisis", "urgent", "caution")
OFFER = "You could also ask:"
NUMBERED_OFFER = "Reply with a number to ask:"


@dataclass(frozen=True)
class Rendered:
    """The pieces of a turn, in order, and what they offer; `numbered` when numbers stand for the choices."""

    pieces: tuple[Piece, ...]
    choices: tuple[Choice, ...] = ()
    numbered: bool = False


class Renderer:
    """Makes pieces of replies for one channel."""

    def __init__(self, capabilities: Capabilities, site: str = "") -> None:
        """Creates the renderer.

        Args:
            capabilities: what the channel can show.
            site: the public address of the bot, for links to the articles; without it, sources are only named.
        """
        self._capabilities = capabilities
        self._site = site

    def render(self, replies: Sequence[Reply], token: Callable[[str], str]) -> Rendered:
        """The pieces of a turn's replies: alarms first and, where they fit, in one piece each.

        Args:
            replies: the replies, in the order they were made.
            token: signs the title of a button.
        """
        replies = sorted(replies, key=lambda reply: reply.outcome not in ALARMS)
        paragraphs = [paragraph for reply in replies for paragraph in self._paragraphs(reply)]
        titles = dict.fromkeys(button.title for reply in replies for button in reply.buttons)
        choices = tuple(Choice(title, token(title)) for title in titles)
        if not choices:
            return Rendered(self._pieces(paragraphs))
        form = next((form for form in self._capabilities.forms if self._fits_form(choices, form)), None)
        if form is None:
            return Rendered(self._pieces([*paragraphs, _numbered(choices)]), choices, numbered=True)
        return Rendered(self._with_form(self._pieces(paragraphs), choices, form), choices)

    def _paragraphs(self, reply: Reply) -> list[Prose]:
        numbers = reply.numbers()
        blocks = [(block, _prose(block, numbers)) for block in reply.blocks]
        paragraphs = [prose for _, prose in blocks]
        if reply.outcome in ALARMS:
            own = next((n for n, (block, _) in enumerate(blocks) if not isinstance(block, Text)), len(blocks))
            alarm = [
                (replace(run, bold=True) for run in prose) if n == 0 else prose
                for n, prose in enumerate(paragraphs[:own])
            ]
            paragraphs[:own] = [joined([tuple(prose) for prose in alarm], "\n\n")] if own else []
        sources = [self._source(number, each) for number, each in enumerate(reply.sources().values(), 1)]
        if sources:
            paragraphs.append(joined([(Run("Sources:", bold=True),), *sources], "\n"))
        return [prose for prose in paragraphs if "".join(run.text for run in prose).strip()]

    def _source(self, number: int, citation: Citation) -> Prose:
        url = self._site + article_url(citation) if self._site else ""
        return Run(f"[{number}] "), Run(describe(citation), url=url)

    def _pieces(self, paragraphs: Sequence[Prose]) -> tuple[Piece, ...]:
        return tuple(Piece(self._write(prose)) for prose in pack(paragraphs, self._fits))

    def _with_form(self, pieces: tuple[Piece, ...], choices: tuple[Choice, ...], form: Form) -> tuple[Piece, ...]:
        """The buttons go below the last piece, or below a short one of their own where that one is too long."""
        *before, last = pieces or (Piece(OFFER),)
        if self._capabilities.size(last.text) <= form.text:
            return (*before, replace(last, choices=choices, form=form.name))
        return (*before, last, Piece(self._capabilities.markup.escape(OFFER), choices, form.name))

    def _fits_form(self, choices: Sequence[Choice], form: Form) -> bool:
        size = self._capabilities.size
        return len(choices) <= form.most and all(
            size(choice.title) <= max(form.title, form.detail) for choice in choices
        )

    def _fits(self, prose: Prose) -> bool:
        return self._capabilities.size(self._write(prose)) <= self._capabilities.text_limit

    def _write(self, prose: Prose) -> str:
        return written(prose, self._capabilities.markup)


def shortened(title: str, limit: int) -> str:
    """A title for a place that is too short for it; the whole of it stands beside that place."""
    return title if len(title) <= limit else title[: limit - 1].rstrip() + "…"


def _prose(block: Block, numbers: dict[tuple[str, str], int]) -> Prose:
    if isinstance(block, Text):
        return (Run(block.text),)
    if isinstance(block, ClinicAnswer):
        return Run(attribution(block), bold=True), Run(f"\n{block.text}")
    if isinstance(block, Table):
        return joined([_row(block.columns, row.heading, row.cells, numbers) for row in block.rows], "\n\n")
    return (Run(f"{block.passage} [{numbers[block.source]}]"),)


def _row(columns: Sequence[str], heading: str, cells: Sequence[Citation], numbers: dict[tuple[str, str], int]) -> Prose:
    lines = [(Run(f"{name}: "), *_prose(cell, numbers)) for name, cell in zip(columns, cells, strict=True)]
    return joined([(Run(f"{heading}:", bold=True),), *lines], "\n")


def _numbered(choices: Sequence[Choice]) -> Prose:
    lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)]
    return (Run("\n".join([NUMBERED_OFFER, *lines])),)
