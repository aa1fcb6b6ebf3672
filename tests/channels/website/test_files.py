"""The widget's files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from acumen.channels.website import files

PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files in place of the widget's."""
    static = tmp_path / "static"
    static.mkdir()
    (static / "widget.js").write_text("export const greeting = 'Grüezi';" * 20, encoding="utf-8")
    (static / "notes.txt").write_text("not for visitors", encoding="utf-8")
    (tmp_path / "secret.js").write_text("not for visitors", encoding="utf-8")
    monkeypatch.setattr(files, "STATIC", static)
    return static


@pytest.mark.parametrize("cors", [None, "*"])
async def test_every_site_may_load_the_widget(cors: str | None, visiting: Any, folder: Path) -> None:
    """A file is served as what it is, to pages of every site, whatever Rasa itself allows."""
    async with visiting(cors=cors) as visitor:
        headers = {**PLAIN, "Origin": "https://anybody.example"}
        answer, body = await visitor.request("GET", "/widget.js", headers=headers)
        head, _ = await visitor.request("HEAD", "/widget.js", headers=PLAIN)

    assert (answer.status, body) == (200, (folder / "widget.js").read_text(encoding="utf-8"))
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")} == {
        "Access-Control-Allow-Origin": "*"
    }
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(body.encode())))


async def test_copy_is_good_until_the_file_changes(visiting: Any, folder: Path) -> None:
    """A browser asks each time; it is sent the file again only after a change."""
    async with visiting() as visitor:
        first, _ = await visitor.request("GET", "/widget.js")
        known = {"If-None-Match": f'"other", {first.headers["ETag"]}'}
        same, body = await visitor.request("GET", "/widget.js", headers=known)
        (folder / "widget.js").write_text("export const greeting = 'Hello';", encoding="utf-8")
        new, _ = await visitor.request("GET", "/widget.js", headers=known)

    assert (same.status, body) == (304, "")
    assert first.headers["Cache-Control"] == same.headers["Cache-Control"] == "public, no-cache"
    assert new.status == 200
    assert new.headers["ETag"] != first.headers["ETag"] == same.headers["ETag"]


async def test_file_is_packed_for_the_way(visiting: Any, folder: Path) -> None:
    """Browsers that can unpack get the smaller file."""
    async with visiting() as visitor:
        visitor.client._auto_decompress = False
        headers = {"Authorization": "", "Accept-Encoding": "gzip, br"}
        async with visitor.client.get("/webhooks/website/widget.js", headers=headers) as answer:
            packed = await answer.read()

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed) == (folder / "widget.js").read_bytes()


@pytest.mark.parametrize(
    "path",
    ["/notes.txt", "/secret.js", "/..%2fsecret.js", "/%2e%2e%2fsecret.js", "/widget.js%00", "/*.js", "/api.py"],
)
async def test_other_files_are_not_served(path: str, visiting: Any, error_code: Callable[[str], str]) -> None:
    """Only the widget's own files leave the server."""
    async with visiting() as visitor:
        answer, body = await visitor.request("GET", path)

    assert answer.status == 404
    assert error_code(body) == "not_found"
    assert "not for visitors" not in json.dumps(body)


@pytest.mark.parametrize("path", ["", "/"])
async def test_address_of_the_channel_leads_to_a_chat(path: str, visiting: Any) -> None:
    """Whoever opens the channel's own address, as under `rasa run`, can ask there."""
    async with visiting() as visitor:
        answer, body = await visitor.request("GET", path)

    assert (answer.status, answer.url.path) == (200, "/webhooks/website/chat")
    assert "<form" in body
