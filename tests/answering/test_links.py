"""Addresses of the article pages."""

from __future__ import annotations

import hashlib

from acumen.answering.links import article_url
from acumen.answering.reply import Citation


def test_address_names_article_section_and_passage() -> None:
    """The address leads to the section, and names the passage by the beginning of its hash."""
    key = hashlib.sha256(b"Most feel little.").hexdigest()[:10]

    url = article_url(Citation("pain-relief", "hurt", "Most feel little.", "Does it hurt?", "Pain"))

    assert url == f"/articles/pain-relief?passage={key}#hurt"


def test_address_of_an_unusual_file_name() -> None:
    """A file name with a space, a slash, a mark or a letter beyond ASCII still makes one address."""
    url = article_url(Citation("my é/article?#1", "a", "", "", ""))

    assert url.startswith("/articles/my%20%C3%A9%2Farticle%3F%231?passage=")
