"""What WhatsApp and Messenger share, seen from Meta."""

from __future__ import annotations

import hmac
from dataclasses import replace

from tests.channels.messaging.vendors.base import Delivery

SECRET = "an app secret of 32 characters!!"
VERIFY_TOKEN = "a verify token"
ACCESS_TOKEN = "an access token"


def sign(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> str:
    """The value of Meta's header for a body."""
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def signed(body: bytes) -> Delivery:
    """Any body, signed well."""
    return Delivery(body, {"Content-Type": "application/json", "X-Hub-Signature-256": sign(body)})


def forgeries(good: Delivery) -> dict[str, Delivery]:
    """Requests that Meta did not make, by what is wrong with them."""
    right = good.headers["X-Hub-Signature-256"]
    values = {
        "empty": "",
        "no algorithm": right.removeprefix("sha256="),
        "only the algorithm": "sha256=",
        "sha1": sign(good.body, algorithm="sha1"),
        "md5": sign(good.body, algorithm="md5"),
        "unknown algorithm": "none=" + "0" * 64,
        "other secret": sign(good.body, "another secret"),
        "empty secret": sign(good.body, ""),
        "verify token as secret": sign(good.body, VERIFY_TOKEN),
        "cut short": right[:-1],
        "longer": right + "0",
        "not ASCII": "sha256=" + "é" * 64,
    }
    headers = {key: value for key, value in good.headers.items() if key != "X-Hub-Signature-256"}
    forged = {name: replace(good, headers={**headers, "X-Hub-Signature-256": value}) for name, value in values.items()}
    forged["missing"] = replace(good, headers=headers)
    forged["old header"] = replace(good, headers={**headers, "X-Hub-Signature": sign(good.body, algorithm="sha1")})
    forged["of another body"] = replace(good, body=good.body.replace(b"text", b"TEXT"))
    forged["body with a space more"] = replace(good, body=good.body + b" ")
    return forged
