"""What a vendor's module fills in: reading its requests, and writing ours."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

import aiohttp

from acumen.channels.messaging.markup import PLAIN, Markup
from acumen.channels.messaging.settings import Settings

DAY = 24 * 60 * 60.0
# What may work when it is tried again; a token that was refused may be mended meanwhile.
PASSING_STATUSES = {401, 403, 408, 425, 429}
SERVER_FAULT = 500
# `int` would take signs, spaces and digits of other scripts as well.
TIME = re.compile(r"[0-9]{1,12}")

# What it takes to answer somebody, as JSON values. It is encrypted wherever it is kept.
Address: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Incoming:
    """A vendor's request, as it came.

    `url` is the address that the vendor called, on the public site where one is set.
    Names of headers are in lower case. `received` is in seconds since 1970.
    """

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    received: float

    def came_within(self, seconds: float, signed_at: str) -> bool:
        """Whether it came so soon after (or before) the time that the vendor has signed, in seconds since 1970."""
        return bool(TIME.fullmatch(signed_at)) and abs(self.received - int(signed_at)) <= seconds


@dataclass(frozen=True)
class Answer:
    """What a vendor's request is answered with; `body` is JSON values, or a text."""

    status: int = 200
    body: Any = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Event:
    """A message of a patient.

    `id` and `conversation` are the vendor's: both are hashed before they are kept.
    `text` is what was typed, or the title of a button as it was shown; empty where there were no words.
    `payload` is what a pressed button carried. `at` is the vendor's time, in seconds since 1970.
    """

    id: str
    conversation: str
    text: str
    address: Address
    at: float
    payload: str = ""


@dataclass(frozen=True)
class Receipt:
    """A vendor's word that it has taken the call of this key."""

    key: str


@dataclass(frozen=True)
class Errand:
    """A call that a request asks for and that takes no turn, such as coming to a chat one is invited to.

    It may be asked for again: doing it twice must be the same as doing it once.
    """

    conversation: str
    call: Call


@dataclass(frozen=True)
class Choice:
    """A button: its title, and the token that comes back when it is pressed."""

    title: str
    token: str


@dataclass(frozen=True)
class Piece:
    """A message as the channel shows it: a text in its markup, and buttons in a form that it can show."""

    text: str
    choices: tuple[Choice, ...] = ()
    form: Literal["buttons", "list"] | None = None


@dataclass(frozen=True)
class Form:
    """A way to show buttons, and what it has room for; sizes are counted as the channel's texts are.

    `detail` is the room for a second line in which a title stands that is too long for the first; 0 for none.
    """

    name: Literal["buttons", "list"]
    most: int
    title: int
    text: int
    detail: int = 0


@dataclass(frozen=True)
class Capabilities:
    """What a channel can show, and how its vendor wants to be treated.

    `forms` are tried in order; where none fits, buttons become a numbered text.
    `remember_seconds` is for how long the vendor may deliver an event again.
    `calls_per_second` is for all conversations together, `seconds_between` for the messages of one.
    `doubt_seconds` is how long a call that broke off waits for its receipt before it is sent again:
    0 for a vendor who recognises a call by its key, or sends no receipts.
    """

    text_limit: int
    size: Callable[[str], int] = len
    markup: Markup = PLAIN
    forms: tuple[Form, ...] = ()
    remember_seconds: float = DAY
    calls_per_second: float = 20.0
    seconds_between: float = 0.0
    doubt_seconds: float = 0.0


@dataclass(frozen=True)
class Call:
    """One request to a vendor. Secrets are no part of it: `authorise` and `target` add them when it is sent.

    `key` tells it apart from all others, and stays the same when it is sent again.
    """

    url: str
    key: str
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


Entry: TypeAlias = Event | Receipt | Errand


@dataclass(frozen=True)
class Verdict:
    """What came of a call: it was taken, it may be tried again, or it never will be taken."""

    kind: Literal["sent", "later", "dead"]
    reason: str = ""
    retry_after: float | None = None


class Adapter(ABC):
    """One vendor: how its requests are checked and read, and how it is spoken to.

    The same adapter serves many requests at once, so it keeps nothing of any of them.
    """

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    # Method and path of the vendor's requests, below the channel's address.
    routes: ClassVar[tuple[tuple[str, str], ...]] = (("POST", "/webhook"),)
    # What the address that the vendor is told ends with.
    webhook: ClassVar[str] = "/webhook"

    @classmethod
    @abstractmethod
    def from_settings(cls, settings: Settings) -> Adapter:
        """Make the adapter; faults are noted in the settings, which are checked afterwards."""

    @property
    @abstractmethod
    def secret(self) -> str:
        """The secret that keys for hashing, signing and encrypting are derived from."""

    @abstractmethod
    async def verify(self, incoming: Incoming, http: aiohttp.ClientSession) -> bool:
        """Whether the vendor sent this, and lately, where its scheme has a time; when in doubt, it did not."""

    @abstractmethod
    def read(self, incoming: Incoming) -> Sequence[Entry]:
        """The patients' messages, receipts and errands in a verified request; what is none of them is left out."""

    @abstractmethod
    def calls(self, pieces: Sequence[Piece], address: Address, key: str) -> list[Call]:
        """The calls that send these pieces, in order; each has a key of its own that begins with `key`."""

    def challenge(self, incoming: Incoming) -> Answer:
        """Answer a GET request, by which some vendors try an address out; it is not verified before."""
        return Answer(404)

    def acknowledge(self, incoming: Incoming) -> Answer:
        """Answer a verified request once its events are kept."""
        return Answer()

    async def authorise(self, http: aiohttp.ClientSession) -> Mapping[str, str]:
        """The headers that prove to the vendor who we are.

        Raises:
            aiohttp.ClientError: when a token has to be fetched and cannot be; the call is tried again later.
        """
        return {}

    def target(self, call: Call) -> str:
        """The address that a call is sent to, for vendors who want a secret in it."""
        return call.url

    def judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Say what came of a call from the vendor's answer; `reason` quotes nothing of it."""
        if status < 300:
            return Verdict("sent")
        kind: Literal["later", "dead"] = "later" if status in PASSING_STATUSES or status >= SERVER_FAULT else "dead"
        return Verdict(kind, f"status {status}", retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds in a `Retry-After` header; None where it is missing or a date."""
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return None
