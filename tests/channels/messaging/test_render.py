"""Replies as pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.answering.reply import Button, Citation, Reply, Text, describe
from acumen.channels.messaging.adapter import Capabilities, Form
from acumen.channels.messaging.markup import HTML, PLAIN, WHATSAPP
from acumen.channels.messaging.measure import sms_segments, utf8_bytes, utf16_units
from acumen.channels.messaging.render import ALARMS, Renderer, shortened
from tests.channels.messaging.replies import REPLIES

SITE = "https://chat.clinic.example"
CHANNELS = {
    "characters": Capabilities(600),
    "bytes": Capabilities(900, size=utf8_bytes),
    "sms": Capabilities(6, size=sms_segments),
    "html": Capabilities(700, size=utf16_units, markup=HTML, forms=(Form("buttons", 3, 20, 300),)),
    "lists": Capabilities(700, markup=WHATSAPP, forms=(Form("buttons", 3, 20, 300), Form("list", 10, 24, 300, 72))),
}
CITED = Citation("pain", "hurt", "Usually it is painless.", "Does it hurt?", "On Pain", "Kelsey Bru")


def token(title: str) -> str:
    """A token that tells its title."""
    return f"<{title}>"


def seen(text: str) -> str:
    """The letters of a text, without space and what is not seen."""
    return "".join(text.replace("\u2060", "").replace("*", "").split())


@pytest.mark.parametrize("name", CHANNELS)
@given(replies=st.lists(REPLIES, max_size=3))
def test_every_piece_is_within_the_limits(name: str, replies: list[Reply]):
    """No text is longer than the channel allows, and no button wider."""
    capabilities = CHANNELS[name]
    forms = {form.name: form for form in capabilities.forms}
    for piece in Renderer(capabilities, SITE).render(replies, token).pieces:
        assert 0 < capabilities.size(piece.text) <= capabilities.text_limit
        assert bool(piece.choices) == (piece.form is not None)
        if piece.form:
            form = forms[piece.form]
            assert capabilities.size(piece.text) <= form.text
            assert len(piece.choices) <= form.most
            assert all(len(choice.title) <= max(form.title, form.detail) for choice in piece.choices)


@given(st.lists(REPLIES, max_size=3))
def test_nothing_is_lost(replies: list[Reply]):
    """Every passage, every word of the bot, every source and every button arrives."""
    rendered = Renderer(Capabilities(500), SITE).render(replies, token)
    whole = seen(" ".join(piece.text for piece in rendered.pieces))

    for reply in replies:
        for text in (block.text for block in reply.blocks if isinstance(block, Text)):
            assert seen(text) in whole
        assert all(seen(citation.passage) in whole for citation in reply.citations)
        assert all(seen(describe(source)) in whole for source in reply.sources().values())
        assert all(seen(button.title) in whole for button in reply.buttons)
    assert [choice.title for choice in rendered.choices] == list(
        dict.fromkeys(
            button.title
            for reply in sorted(replies, key=lambda reply: reply.outcome not in ALARMS)
            for button in reply.buttons
        )
    )


@pytest.mark.parametrize("outcome", ALARMS)
def test_alarm_is_first_and_whole(outcome: str):
    """What must not wait stands in one piece, before everything else, its first words bold."""
    alarm = Reply(outcome, (Text("Call 999 now."), Text("word " * 20 + "end."), CITED))
    other = Reply("answer", (Text("Hello. " * 20),))
    pieces = Renderer(Capabilities(130, markup=HTML)).render([other, alarm], token).pieces

    assert pieces[0].text.startswith("<b>Call 999 now.</b>\n\nword")
    assert pieces[0].text.endswith("end.")
    assert CITED.passage in pieces[1].text


def test_sources_are_links_or_names():
    """With a public address sources are links to the passage, without one they are named."""
    reply = Reply("answer", (CITED,))
    linked = Renderer(Capabilities(1000, markup=HTML), SITE).render([reply], token).pieces[0].text
    named = Renderer(Capabilities(1000)).render([reply], token).pieces[0].text

    assert f'[1] <a href="{SITE}/articles/pain?passage=' in linked
    assert "#hurt" in linked
    assert named.endswith("Sources:\n[1] Kelsey Bru, “On Pain”: Does it hurt?")


@pytest.mark.parametrize(
    ("titles", "form", "numbered"),
    [
        (["Yes", "No"], "buttons", False),
        (["a", "b", "c", "d"], "list", False),
        (["a title longer than a button"], "list", False),
        (["x" * 73], None, True),
        (list("abcdefghijk"), None, True),
        ([], None, False),
    ],
)
def test_buttons_take_the_first_form_that_fits(titles: list[str], form: str | None, numbered: bool):
    """Few and short ones are buttons, more or longer ones a list, and what fits neither is a numbered text."""
    reply = Reply("answer", (Text("Well."),), buttons=tuple(map(Button, titles)))
    rendered = Renderer(CHANNELS["lists"]).render([reply], token)

    assert rendered.pieces[-1].form == form
    assert rendered.numbered is numbered
    assert numbered == ("1. " in rendered.pieces[-1].text)
    assert [choice.token for choice in rendered.choices] == [token(title) for title in titles]


def test_buttons_below_a_long_text_stand_alone():
    """Where the last text is too long to have buttons, a short one has them."""
    reply = Reply("answer", (Text("word " * 100),), buttons=(Button("Yes"),))
    first, last = Renderer(CHANNELS["lists"]).render([reply], token).pieces

    assert (first.form, last.form) == (None, "buttons")


def test_markup_in_a_text_is_only_text():
    """What an article or the clinic writes shows as it is."""
    reply = Reply("answer", (Text('5 < 6 & "a"'),))

    assert (
        Renderer(Capabilities(100, markup=HTML)).render([reply], token).pieces[0].text == "5 &lt; 6 &amp; &quot;a&quot;"
    )
    assert Renderer(Capabilities(100, markup=PLAIN)).render([reply], token).pieces[0].text == '5 < 6 & "a"'


def test_shortened():
    """A title too long for its place ends in dots, and one that fits is left alone."""
    assert shortened("How many sessions will I need?", 24) == "How many sessions will…"
    assert shortened("Yes", 3) == "Yes"
