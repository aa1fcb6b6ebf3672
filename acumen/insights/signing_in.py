"""Who may see the insights page: whoever has the token, or was signed in by the proxy in front."""

from __future__ import annotations

import hashlib
import hmac

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.website.limiter import RateLimiter, network_of
from acumen.insights.settings import Settings

COOKIE = "acumen_insights"
SESSION_SECONDS = 8 * 60 * 60
TRIES_A_MINUTE = 10
_SIGNED_IN = "in"


class Door:
    """Lets people in, and remembers it in a cookie; the server keeps nothing of them."""

    def __init__(self, settings: Settings, path: str) -> None:
        """Make a door.

        Args:
            settings: token and proxy header.
            path: the cookie is sent to no other address.
        """
        self._settings = settings
        self._path = path
        self._limiter = RateLimiter(TRIES_A_MINUTE)
        # Signed with the token itself: a new one signs everybody out, and every process agrees.
        self._signer = URLSafeTimedSerializer(
            settings.token or "", salt="acumen.insights", signer_kwargs={"digest_method": hashlib.sha256}
        )

    @property
    def takes_tokens(self) -> bool:
        """Whether there is a token to sign in with."""
        return self._settings.token is not None

    def is_open(self, request: Request) -> bool:
        """Whether a request may pass.

        Raises:
            RefusedError: `too_many` when a token was tried too often.
        """
        if self._from_proxy(request) or self._has_cookie(request):
            return True
        scheme, _, token = str(request.headers.get("Authorization", "")).partition(" ")
        return scheme.lower() == "bearer" and self.try_token(request, token)

    def try_token(self, request: Request, token: str) -> bool:
        """Whether a token is the right one.

        Raises:
            RefusedError: `too_many` when it was tried too often from there, right or wrong.
        """
        # Counted before it is looked at: else the right one would still come through after many wrong ones.
        self._limiter.use(network_of(request.remote_addr or request.ip))
        expected = self._settings.token
        return expected is not None and hmac.compare_digest(_bytes(token.strip()), _bytes(expected))

    def has_session(self, request: Request) -> bool:
        """Whether somebody signed in here, and can sign out."""
        return not self._from_proxy(request) and self._has_cookie(request)

    def remember(self, request: Request, answer: HTTPResponse) -> None:
        """Let the browser in again for a working day."""
        self._set_cookie(request, answer, self._signer.dumps(_SIGNED_IN), SESSION_SECONDS)

    def forget(self, request: Request, answer: HTTPResponse) -> None:
        """Let the browser in no more."""
        self._set_cookie(request, answer, "", 0)

    def _from_proxy(self, request: Request) -> bool:
        header = self._settings.proxy_header
        return bool(header and request.ip in self._settings.proxies and request.headers.get(header, "").strip())

    def _has_cookie(self, request: Request) -> bool:
        if not self.takes_tokens:
            return False
        try:
            value = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=SESSION_SECONDS)
        except BadSignature:
            return False
        return bool(value == _SIGNED_IN)

    def _set_cookie(self, request: Request, answer: HTTPResponse, value: str, seconds: int) -> None:
        cookie = f"{COOKIE}={value}; Path={self._path}; Max-Age={seconds}; HttpOnly; SameSite=Strict"
        if "https" in (request.scheme, request.headers.get("X-Forwarded-Proto", "")):
            cookie += "; Secure"
        answer.headers.add("Set-Cookie", cookie)


def _bytes(text: str) -> bytes:
    # A header may hold bytes that are no text.
    return text.encode(errors="surrogatepass")
