"""What a vendor's half of the contract tests fills in: requests as the vendor makes them, and its view of ours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from acumen.channels.messaging.channel import MessagingChannel


@dataclass(frozen=True)
class Delivery:
    """A request of the vendor to us."""

    body: bytes
    headers: dict[str, str]
    path: str = "/webhook"
    method: str = "POST"


@dataclass(frozen=True)
class Request:
    """A request of ours, as the vendor's server got it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Shown:
    """What a request of ours shows to whom; `choices` are titles with their payloads."""

    to: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Said:
    """A message of a patient; with a payload it is a pressed button whose title is the text."""

    id: str
    sender: str
    text: str
    at: float
    payload: str = ""


@dataclass(frozen=True)
class Answered:
    """What the vendor's server answers with."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"


class Vendor(ABC):
    """One vendor in the contract tests."""

    channel: ClassVar[type[MessagingChannel]]
    # Two patients as the vendor names them; neither may be found in our stores and logs.
    senders: ClassVar[tuple[str, str]]
    # Settings that a channel opens without.
    optional: ClassVar[frozenset[str]] = frozenset({"api"})
    # Whether its requests tell when a message was written; where not, messages are taken in the order they come.
    tells_time: ClassVar[bool] = True
    # Whether its signature is made for something in the body: one that cannot be read is then not authorised either.
    signs_contents: ClassVar[bool] = False

    def sender(self, number: int) -> str:
        """One of a thousand patients."""
        return f"{self.senders[0][:-3]}{number:03}"

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.channel.name()

    @abstractmethod
    def settings(self, api: str) -> dict[str, Any]:
        """Good settings, without `site`; `api` is the address of the vendor's server."""

    @abstractmethod
    def deliveries(self, said: Sequence[Said]) -> list[Delivery]:
        """Signed requests with these messages, as few as the vendor makes of them."""

    @abstractmethod
    def signed(self, body: bytes) -> Delivery:
        """Any body, signed well."""

    @abstractmethod
    def forgeries(self, good: Delivery) -> dict[str, Delivery]:
        """Requests that the vendor did not make, by what is wrong with them; ten or more ways."""

    @abstractmethod
    def noise(self) -> list[Delivery]:
        """Signed requests that ask for no answer, such as reactions and receipts of others' messages."""

    @abstractmethod
    def wordless(self, sender: str) -> Delivery:
        """A signed message without words, such as a picture."""

    @abstractmethod
    def shown(self, request: Request) -> Shown:
        """What a request of ours shows; an AssertionError where it breaks the vendor's rules."""

    @abstractmethod
    def is_authorised(self, request: Request) -> bool:
        """Whether a request of ours proves who we are."""

    def accepted(self, request: Request) -> Answered:
        """What the vendor's server answers when all is well."""
        return Answered()

    def receipt(self, request: Request) -> Delivery | None:
        """The vendor's receipt for a request of ours, where it sends any."""
        return None

    def identity(self, request: Request) -> str | None:
        """By what the vendor knows a request of ours again, so that it shows it once; None where it does not."""
        return None

    def aside(self, request: Request) -> Answered | None:
        """The vendor's answer to a request that is no message of ours, such as for a token; None for all others."""
        return None

    def throttled(self) -> Answered:
        """What the vendor's server answers when we are too fast."""
        return Answered(429, {"Retry-After": "0"})
