"""The widget's files, small on the way and fresh on arrival."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.website.refusals import RefusedError

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Pages of other sites load these files; there is nothing private in them.
# A browser asks each time whether its copy is still good, so a new widget is never mixed with an old server.
HEADERS = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, no-cache",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True)
class StaticFile:
    """A file, as it is and packed."""

    plain: bytes
    packed: bytes
    tag: str


def static_file(request: Request, name: str) -> HTTPResponse:
    """A file of the widget; only what lies in its folder is served.

    Raises:
        RefusedError: `not_found` for everything else.
    """
    # Compared with what is there, never joined to a path: no name leads out of the folder.
    path = next((each for each in STATIC.glob("*") if each.name == name and each.suffix in TYPES), None)
    if path is None:
        raise RefusedError("not_found")
    file = _load(path, path.stat().st_mtime_ns)
    headers = {**HEADERS, "ETag": file.tag}
    if file.tag in re.split(r",\s*", request.headers.get("If-None-Match", "")):
        return response.empty(304, headers=headers)
    body = file.plain
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return response.raw(body, content_type=TYPES[path.suffix], headers=headers)


@lru_cache(maxsize=16)
def _load(path: Path, _: int) -> StaticFile:
    plain = path.read_bytes()
    # Weak, as it stands for the packed file as well.
    return StaticFile(plain, gzip.compress(plain, mtime=0), f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"')
