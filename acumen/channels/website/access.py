"""Which pages may use the chat, and the headers that keep browsers strict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.website.refusals import RefusedError

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing; our own forms still say where they come from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What is not a file of the page belongs to one patient: nothing may keep a copy.
    "Cache-Control": "no-store",
}
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    # As long as browsers remember it at most.
    "Access-Control-Max-Age": "7200",
}


def secure(_: Request, answer: HTTPResponse) -> None:
    """Add the headers that keep pages to themselves, and patients' words out of caches."""
    for header, value in SECURITY_HEADERS.items():
        answer.headers.setdefault(header, value)


class Origins:
    """The sites whose pages may talk to the chat: our own, and the listed ones."""

    def __init__(self, listed: Sequence[str] = ()) -> None:
        """Creates the list.

        Raises:
            ValueError: for what is no origin, with a sentence about it.
        """
        for origin in listed:
            if not isinstance(origin, str) or not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; write https://, the host, and nothing after it")
        self._listed = frozenset(listed)

    def check(self, request: Request) -> None:
        """Let a request pass.

        A browser says where a request comes from, and a page cannot make it lie.
        What is no browser says nothing, and needs a token like everybody else.

        Raises:
            RefusedError: `foreign_origin` when a page of another site sent it.
        """
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._listed and not _is_own(origin, request):
            raise RefusedError("foreign_origin")

    def allow(self, request: Request, answer: HTTPResponse) -> None:
        """Let pages of other sites read the answer: all of them a file, listed ones the rest, none with cookies."""
        # Rasa allows cookies on every answer, and any origin where it runs with `--cors "*"`.
        for header in [name for name in answer.headers if name.lower().startswith("access-control-")]:
            answer.headers.popall(header, None)
        if answer.headers.get("Cross-Origin-Resource-Policy") == "cross-origin":
            answer.headers["Access-Control-Allow-Origin"] = "*"
            return
        answer.headers["Vary"] = "Origin"
        origin = request.headers.get("Origin")
        if origin in self._listed:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
            if request.method == "OPTIONS":
                answer.headers.update(PREFLIGHT_HEADERS)


def _is_own(origin: str, request: Request) -> bool:
    # Not the scheme: a proxy in front speaks https to the browser and http to us.
    scheme, _, host = origin.partition("://")
    return scheme in ("http", "https") and host == request.host.lower()
