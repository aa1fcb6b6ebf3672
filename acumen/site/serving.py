"""Answering requests for pages and their files: headers that protect the reader, copies that stay fresh."""

from __future__ import annotations

import hashlib

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.site.pages import Asset, Edition

HTML = "text/html; charset=utf-8"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # What a patient reads is nobody else's business, least of all the sites that a page links to.
    "Referrer-Policy": "no-referrer",
}
# A browser may keep a copy, but asks each time whether it still holds.
FRESH = "no-cache"
FOR_GOOD = "public, max-age=31536000, immutable"


def page(request: Request, body: str, status: int = 200) -> HTTPResponse:
    """A page, or word that the browser's copy still holds."""
    return _answer(request, body.encode(), HTML, FRESH, status)


def file(request: Request, asset: Asset) -> HTTPResponse:
    """A file of a page; where the address names its version, it never changes."""
    cache = FOR_GOOD if request.args.get("v") == asset.version else FRESH
    return _answer(request, asset.body, asset.content_type, cache)


def edition(request: Request) -> Edition | None:
    """What the server has loaded since its start, where content changed; see `acumen.runtime.live`."""
    return getattr(request.app.ctx, "edition", None)


def has_chat(request: Request) -> bool:
    """True where the website channel is open beside the pages."""
    return "website" in request.app.blueprints


def has_articles(request: Request) -> bool:
    """True where the article reader is open beside the pages."""
    return "articles" in request.app.blueprints


def _answer(request: Request, body: bytes, content_type: str, cache: str, status: int = 200) -> HTTPResponse:
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {**SECURITY_HEADERS, "Cache-Control": cache, "ETag": tag}
    known = [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]
    if status == 200 and tag in known:
        return response.raw(b"", status=304, headers=headers)
    return response.raw(body, status=status, headers=headers, content_type=content_type)
