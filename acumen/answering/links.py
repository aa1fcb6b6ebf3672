"""Addresses of the article pages, for channels that show where a passage stands."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from acumen.answering.reply import Citation

ARTICLES = "/articles/"
KEY_LENGTH = 10


def article_url(citation: Citation) -> str:
    """The address of a citation's section, with the passage to be marked there.

    It begins with a slash: whoever shows it on another host puts the bot's own host before it.
    """
    section = quote(citation.section, safe="")
    return f"{ARTICLES}{quote(citation.article, safe='')}?passage={passage_key(citation.passage)}#{section}"


def passage_key(passage: str) -> str:
    """A short name of a passage, which changes with its text."""
    return hashlib.sha256(passage.encode()).hexdigest()[:KEY_LENGTH]
