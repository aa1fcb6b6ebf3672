"""Text stays text, whoever wrote it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import expect

from acumen.answering.reply import Button, Citation, Reply, Text

pytestmark = pytest.mark.browser

WIDGET = Path(__file__).parents[2] / "acumen" / "channels" / "website" / "static" / "widget.js"
MOST_BYTES = 20_000
SCRIPT = "document.title='broken'"
ZALGO = "".join(letter + "".join(map(chr, range(0x300, 0x340))) for letter in "does it hurt")
HOSTILE = [
    f"<script>{SCRIPT}</script>",
    f"<SCRIPT SRC=data:text/javascript,{SCRIPT}></SCRIPT>",
    f'"><script>{SCRIPT}</script>',
    f"</p></div></acumen-chat><script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f"<svg onload={SCRIPT}>",
    f"<svg><script>{SCRIPT}</script></svg>",
    f"<body onload={SCRIPT}>",
    f"<details open ontoggle={SCRIPT}>",
    f"<input autofocus onfocus={SCRIPT}>",
    f"<video><source onerror={SCRIPT}></video>",
    f"<marquee onstart={SCRIPT}>",
    f'<iframe srcdoc="<script>parent.{SCRIPT}</script>"></iframe>',
    f'<iframe src="javascript:parent.{SCRIPT}"></iframe>',
    '<object data="data:text/html,x"></object>',
    '<embed src="data:text/html,x">',
    '<link rel="stylesheet" href="//evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<base href="//evil.example/">',
    '<form action="//evil.example"><button>Send</button></form>',
    "<style>*{display:none}</style>",
    '<div style="position:fixed;inset:0;background:red">Closed</div>',
    "<template><img src=x></template>",
    "<math><mtext><table><mglyph><style><img src=x>",
    f'<a href="javascript:{SCRIPT}">press</a>',
    f"[press](javascript:{SCRIPT})",
    f"javascript:{SCRIPT}",
    "data:text/html,<script>1</script>",
    "http://evil.example/login your bank",
    "[your bank](http://evil.example)",
    "<a href=//evil.example>https://clinic.example</a>",
    "&lt;b&gt; &#60;script&#62; &amp;amp;",
    "{{constructor.constructor('x')()}} ${7*7} <%= 7*7 %> #{7*7}",
    "' OR 1=1; DROP TABLE patients; --",
    "\u202egnitset si siht\u202c \u2067abc\u2066def",
    "a\u0000b \u0007 \u001b[31mred\u001b[0m",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \ufdfd \u200b\u200d\u2060\ufeff.",
    ZALGO,
    "a" * 10_000,
    "لماذا \u202dabc\u202c 为什么 \u0001",
]


def echo(text: str) -> Reply:
    """A reply that repeats a text wherever a reply can hold one."""
    return Reply(
        "answer", (Text("You said:"), Citation(text, text, text, text, text, text, text)), buttons=(Button(text),)
    )


def test_forty_hostile_messages_are_inert_text(chat, agent) -> None:
    """Nothing of a message, said by the patient or by the bot, becomes an element, a link elsewhere or a script."""
    agent.echo = echo
    assert len(HOSTILE) == 40
    title = chat.page.title()
    for message in HOSTILE:
        turn = chat.ask(message)

        # No database takes the character zero: the server puts another in its place.
        heard = message.replace("\0", "\N{REPLACEMENT CHARACTER}")
        for part, text in ((".asked p", message), (".sources cite", heard), (".chip", heard)):
            seen = turn.locator(part).evaluate("element => [element.textContent, element.childElementCount]")
            assert seen == [text, 0]
        shown = turn.locator(".body > p").last
        assert shown.evaluate("element => element.firstChild.data.trim()") == heard.strip()
        links = turn.locator("a[href]").evaluate_all("links => links.map((link) => new URL(link.href).origin)")
        assert set(links) <= {chat.page.evaluate("() => location.origin")}
    chat.page.wait_for_timeout(100)
    expect(chat.page.locator("acumen-chat").locator("script, img, iframe, style, object, form[action]")).to_have_count(
        0
    )
    assert chat.page.title() == title
    assert chat.log.evaluate("log => log.scrollWidth <= log.clientWidth")


def test_marks_of_a_message_stay_within_it(chat) -> None:
    """Stacked accents do not run over other text, and a change of direction ends with the message."""
    bubble = chat.ask(ZALGO).locator(".asked p")
    assert bubble.evaluate("element => getComputedStyle(element).overflow") == "clip"
    bubble = chat.ask("\u202eabc").locator(".asked p")
    assert bubble.evaluate("element => getComputedStyle(element).unicodeBidi") in ("plaintext", "isolate")


def test_answer_to_a_very_long_question_is_in_sight(chat) -> None:
    """The question does not push its answer off the screen."""
    turn = chat.ask("word " * 2000)

    expect(turn.locator(".card")).to_be_in_viewport()


def test_widget_is_small() -> None:
    """Script, styles and texts together, as they travel."""
    assert len(gzip.compress(WIDGET.read_bytes(), 9)) <= MOST_BYTES
