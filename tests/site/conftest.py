"""A small clinic with an article of every shape, and a server for its pages."""

from __future__ import annotations

import gc
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sanic import Sanic

PROJECT = Path(__file__).parents[2]

TOPICS = """\
what_to_wear:
  ask: What should I wear?
how_to_prepare:
  ask: How do I prepare?
"""
BEFORE = """\
---
title: Before your <visit>
source:
  title: What to wear & what to bring
  author: Jo Sample
  role: practice manager
  publisher: Sample Clinic
  date: "March 2026"
reviewed: 2026-03-02
review_by: 2100-03-02
---

{#what-to-wear topics="what_to_wear"}
## What should I wear?

Wear loose clothes, says Jo Sample,
that you can roll up.

Leave <script>alert(1)</script> at home.

{#what-to-bring topics="how_to_prepare"}
## How do I prepare?

Come early and bring these:

- a list of your medicines
- your glasses, as there is
  a form to read

| | Summer | Winter |
|---|---|---|
| Shoes | sandals | boots & <socks> |
| Coat | none | a warm one |
"""
OLD = """\
---
title: An older text
source:
  title: Nobody's text
reviewed: 2019-01-05
review_by: 2020-01-05
---

{#what-to-wear topics="what_to_wear"}
## What should I wear?

Anything.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with two articles and a clinic in the United Kingdom."""
    (tmp_path / "data" / "articles").mkdir(parents=True)
    (tmp_path / "data" / "safety").mkdir()
    shutil.copy(PROJECT / "data" / "safety" / "replies.yml", tmp_path / "data" / "safety")
    (tmp_path / "data" / "topics.yml").write_text(TOPICS, encoding="utf-8")
    (tmp_path / "data" / "clinic.yml").write_text(
        'name: Alder Lane Clinic\nphone: "01632 960123"\ncountry: GB\n', encoding="utf-8"
    )
    for name, text in {"before-your-visit": BEFORE, "old text": OLD}.items():
        (tmp_path / "data" / "articles" / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def serve(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Sanic], AbstractAsyncContextManager[aiohttp.ClientSession]]]:
    """Serves an app on a free port, and gives a client for it."""
    # Sanic allows one app of a name in a process, unless it is told of a test.
    monkeypatch.setattr(Sanic, "test_mode", True)

    @asynccontextmanager
    async def serving(app: Sanic) -> AsyncIterator[aiohttp.ClientSession]:
        listener = socket.create_server(("127.0.0.1", 0))
        running = await app.create_server(sock=listener, return_asyncio_server=True)
        await running.startup()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
            yield client
        await running.close()

    yield serving
    # A connection that is collected in the middle of the next start breaks Python 3.11.
    gc.collect()
