"""How a channel writes bold words and links, and what it must not be given unescaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Markup:
    """A channel's own markup: three functions from text to text.

    `escape` makes a text show as it is; `bold` and `link` take escaped texts, and a link its address as it is.
    """

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]


def _as_it_is(text: str) -> str:
    return text


def _label_and_address(label: str, url: str) -> str:
    return f"{label}\n{url}"


# A joiner that is not seen keeps the messenger from taking a patient's or an article's * and _ for markup.
_WHATSAPP_MARKS = re.compile(r"([*_~`])")


def _escape_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _html_link(label: str, url: str) -> str:
    return f'<a href="{_escape_html(url)}">{label}</a>'


def _escape_whatsapp(text: str) -> str:
    return _WHATSAPP_MARKS.sub("\\1\u2060", text)


# What Slack and Discord take for markup; within an address such a sign is only a part of it.
_SLACK_MARKS = re.compile(r"(https?://\S+)|([*_~`])|^(&gt;)", re.MULTILINE)


def _escape_slack(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SLACK_MARKS.sub(lambda mark: mark[1] or (f"{mark[2]}\u2060" if mark[2] else f"\u2060{mark[3]}"), escaped)


def _slack_link(label: str, url: str) -> str:
    address = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    # A link ends with its line.
    return f"<{address}|{' '.join(label.split())}>"


_DISCORD_MARKS = re.compile(r"(https?://\S+)|([\\*_~`|<>#\[\]])")


def _escape_discord(text: str) -> str:
    return _DISCORD_MARKS.sub(lambda mark: mark[1] or f"\\{mark[2]}", text)


def _discord_link(label: str, url: str) -> str:
    # A link ends with its line.
    return f"[{' '.join(label.split())}](<{url.replace('<', '%3C').replace('>', '%3E')}>)"


# One of these would make an SMS of 160 characters one of 70: the plain ones say the same.
_SMS_MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\xa0": " "})


def _escape_sms(text: str) -> str:
    return text.translate(_SMS_MARKS)


PLAIN = Markup(_as_it_is, _as_it_is, _label_and_address)
DISCORD = Markup(_escape_discord, lambda text: f"**{text}**", _discord_link)
HTML = Markup(_escape_html, lambda text: f"<b>{text}</b>", _html_link)
SMS = Markup(_escape_sms, _as_it_is, _label_and_address)
WHATSAPP = Markup(_escape_whatsapp, lambda text: f"*{text}*", _label_and_address)
SLACK = Markup(_escape_slack, lambda text: f"*{text}*", _slack_link)
