"""A conversation as the plain form shows it: each turn with its replies, blocks and numbered sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from acumen.answering.reply import ClinicAnswer, attribution
from acumen.channels.website.conversation import Conversation, Turn
from acumen.site.prose import Part, own_parts, passage_parts

# What stands above a reply that must not be read as an ordinary answer.
HEADINGS = {
    "emergency": "Emergency: act now",
    "crisis": "Support is there for you now",
    "urgent": "Get this checked today",
    "caution": "A question for your own clinician",
}
# Nobody is asked for an opinion where something must not wait, nor about small talk.
RATED = frozenset({"answer", "not_covered", "caution"})


@dataclass(frozen=True)
class Passage:
    """A cited passage, with the number of its source and the address where it stands."""

    parts: list[Part]
    number: int
    url: str
    kind: str = "passage"


@dataclass(frozen=True)
class OwnWords:
    """What the bot says in its own voice."""

    parts: list[Part]
    kind: str = "own"


@dataclass(frozen=True)
class ClinicWords:
    """What the clinic itself says, below whose words they are."""

    said_by: str
    parts: list[Part]
    kind: str = "clinic"


@dataclass(frozen=True)
class Comparison:
    """Passages side by side: a heading and a passage for each column."""

    columns: list[str]
    rows: list[tuple[str, list[Passage]]]
    kind: str = "table"


Block = Passage | OwnWords | ClinicWords | Comparison


@dataclass(frozen=True)
class ReplyView:
    """A reply, and what the patient thought of it."""

    id: str
    outcome: str
    heading: str | None
    blocks: list[Block]
    sources: list[dict[str, Any]]
    buttons: list[str]
    rated: bool

    @property
    def can_be_rated(self) -> bool:
        """True where the patient is asked whether it helped."""
        return self.outcome in RATED


@dataclass(frozen=True)
class TurnView:
    """A message and what came of it; `trouble` says why nothing did."""

    text: str
    replies: list[ReplyView]
    trouble: list[Part]
    over: bool


def view(conversation: Conversation) -> list[TurnView]:
    """The turns of a conversation, in order."""
    return [_turn(turn) for turn in conversation.turns]


def _turn(turn: Turn) -> TurnView:
    return TurnView(
        text=turn.text,
        replies=[_reply(reply_id, tree, reply_id in turn.feedback) for reply_id, tree in turn.replies.items()],
        trouble=own_parts(turn.error["message"]) if turn.error else [],
        over=turn.over,
    )


def _reply(reply_id: str, tree: dict[str, Any], rated: bool) -> ReplyView:
    sources: dict[tuple[str, str], dict[str, Any]] = {}

    def passage(citation: dict[str, Any]) -> Passage:
        key = citation["article"], citation["section"]
        sources.setdefault(key, citation)
        return Passage(passage_parts(citation["passage"]), list(sources).index(key) + 1, citation["url"])

    def block(values: dict[str, Any]) -> Block:
        if values["type"] == "table":
            rows = [(row["heading"], [passage(cell) for cell in row["cells"]]) for row in values["rows"]]
            return Comparison(values["columns"], rows)
        if values["type"] == "clinic":
            return ClinicWords(attribution(ClinicAnswer(values["text"], values["clinic"])), own_parts(values["text"]))
        return passage(values) if values["type"] == "citation" else OwnWords(own_parts(values["text"]))

    return ReplyView(
        id=reply_id,
        outcome=tree["outcome"],
        heading=HEADINGS.get(tree["outcome"]),
        blocks=[block(values) for values in tree["blocks"]],
        sources=list(sources.values()),
        buttons=[button["title"] for button in tree["buttons"]],
        rated=rated,
    )
