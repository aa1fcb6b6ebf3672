"""The plain form: the whole chat as pages, without JavaScript."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from acumen.answering.reply import Button, Citation, ClinicAnswer, Reply, Row, Table, Text
from acumen.channels.website import form
from acumen.channels.website.settings import Limits, Settings

HOSTILE = "<script>alert(1)</script> \"' & </textarea>"


def cite(passage: str, section: str = "hurt") -> Citation:
    """A passage of an article that exists only here."""
    return Citation("pain", section, passage, f"About {section}", "Understanding Pain", "Kelsey Bru")


REPLIES = {
    "numbered": Reply("answer", (cite("One."), cite("Two.", "feel"), cite("Three."))),
    "list": Reply("answer", (cite("They name:"), cite("- a\n- b"))),
    "table": Reply("answer", (Table(("Old", "New"), (Row("Aim", (cite("Left."), cite("Right.", "feel"))),)),)),
    "hostile": Reply("answer", (Text(HOSTILE), cite(HOSTILE)), buttons=(Button(HOSTILE),)),
    "emergency": Reply("emergency", (Text("Call 999 now."),)),
    "crisis": Reply("crisis", (Text("Samaritans on 116 123, or findahelpline.com."),)),
    "clinic": Reply("answer", (ClinicAnswer(f"£60.\n{HOSTILE}", "Green <Lane>"), cite("It is worth it."))),
    "caution": Reply("caution", (Text("Ask your midwife."), cite("They advise care."))),
}


async def answer(message: UserMessage) -> None:
    """A turn that answers what it knows, and repeats the rest."""
    reply = REPLIES.get(message.text) or Reply(
        "answer", (cite(f"On {message.text}."),), buttons=(Button("Tell me more"),)
    )
    await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})


async def fail(message: UserMessage) -> None:
    """A turn that breaks."""
    raise RuntimeError(message.text)


@dataclass
class Page:
    """A page, as the browser holds it."""

    status: int
    html: str
    headers: Any
    origin: str = ""

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', self.html)
        assert found
        return unescape(found[1])

    @property
    def typed(self) -> str:
        """What stands in the field for the question."""
        return unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", self.html, re.DOTALL)[1])  # type: ignore[index]


class Browser:
    """A browser without JavaScript: it fetches the page, and sends the form that is on it."""

    def __init__(self, visitor: Any) -> None:
        self.visitor = visitor
        self.page = Page(0, "", {})

    async def open(self, query: str = "") -> Page:
        """Open the page anew."""
        return await self._load("GET", query)

    async def send(self, headers: dict[str, str] | None = None, **fields: str) -> Page:
        """Send the form with these fields, and what is hidden in it."""
        hidden = {name: self.page.field(name) for name in ("token", "message_id")}
        return await self._load("POST", headers=headers, data={**hidden, **fields})

    async def _load(self, method: str, query: str = "", **options: Any) -> Page:
        async with self.visitor.client.request(method, f"/webhooks/website/chat{query}", **options) as reply:
            assert reply.content_type == "text/html"
            self.page = Page(reply.status, await reply.text(), reply.headers, str(reply.url.origin()))
        return self.page


async def test_question_is_answered(visiting: Any) -> None:
    """A question that is sent comes back with its answer, its numbered source and what to ask next."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="needles")

    assert page.status == 200
    assert "On needles." in page.html
    assert 'href="/articles/pain?passage=' in page.html
    assert "<cite>Understanding Pain</cite>, Kelsey Bru: About hurt" in page.html
    assert 'name="say" value="Tell me more"' in page.html
    assert page.typed == ""


async def test_conversation_goes_on(visiting: Any) -> None:
    """Every question of a page belongs to one conversation, and all of it is shown."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        await browser.send(text="first")
        page = await browser.send(say="second", text="half a tho")

    assert page.html.index("On first.") < page.html.index("On second.")
    assert page.typed == "half a tho"
    assert len({message.sender_id for message in visitor.agent.messages}) == 1
    assert [message.text for message in visitor.agent.messages] == ["first", "second"]


async def test_two_people_do_not_meet(visiting: Any) -> None:
    """Who opens the page begins a conversation of their own."""
    async with visiting(answer) as visitor:
        one, other = Browser(visitor), Browser(visitor)
        await one.open()
        await other.open()
        await one.send(text="mine")
        page = await other.send(text="yours")

    assert "On mine." not in page.html


async def test_form_that_is_sent_again_changes_nothing(visiting: Any) -> None:
    """Reloading the page of an answer runs no turn twice."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        sent = await browser.open()
        await browser.send(text="once")
        browser.page = sent
        page = await browser.send(text="once")

    assert page.html.count("On once.") == 1
    assert len(visitor.agent.messages) == 1


async def test_sources_are_numbered(visiting: Any) -> None:
    """Passages of one section share a number, in the answer and in the list of sources."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="numbered")

    assert re.findall(r"Source </span>(\d)", page.html) == ["1", "2", "1"]
    assert re.findall(r"<cite>.*?</cite>, Kelsey Bru: About (\w+)", page.html) == ["hurt", "feel"]


async def test_clinic_answer_says_whose_it_is(visiting: Any) -> None:
    """What the clinic says itself stands below its name, has no number, and stays text."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="clinic")

    assert '<p class="said-by">From Green &lt;Lane&gt;:</p>' in page.html
    assert "£60." in page.html
    assert re.findall(r"Source </span>(\d)", page.html) == ["1"]
    assert HOSTILE not in page.html


async def test_table_and_list_are_such(visiting: Any) -> None:
    """A comparison is a table with headings for rows and columns, a list is a list."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        listed = (await browser.send(text="list")).html
        table = (await browser.send(text="table")).html

    assert re.search(r"<ul>\s*<li>a</li>\s*<li>b<sup>", listed)
    assert '<th role="columnheader" scope="col">New</th>' in table
    assert '<th role="rowheader" scope="row">Aim</th>' in table
    assert re.search(r'<td role="cell" data-column="New">\s*<p>Right\.<sup>', table)


@pytest.mark.parametrize(
    ("text", "heading", "link"),
    [
        ("emergency", "Emergency: act now", "tel:999"),
        ("crisis", "Support is there for you now", "tel:116123"),
        ("crisis", "Support is there for you now", "https://findahelpline.com"),
        ("caution", "A question for your own clinician", "/articles/pain?passage="),
    ],
)
async def test_alarm_is_marked(text: str, heading: str, link: str, visiting: Any) -> None:
    """What must not be read as an ordinary answer has a heading, in the title too, and numbers to tap."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text=text)

    assert f'<h3 class="alarm">{heading}</h3>' in page.html
    assert f"<title>{heading} – " in page.html
    assert f'href="{link}' in page.html


async def test_nothing_becomes_markup(visiting: Any) -> None:
    """Texts of patients, articles and buttons are shown as they are typed."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        await browser.send(text="hostile")
        page = await browser.send(text=HOSTILE)
        asked = await browser.open(f"?ask={HOSTILE.replace('&', '%26').replace(' ', '+')}")

    assert "<script" not in page.html + asked.html
    assert asked.typed == HOSTILE


async def test_line_breaks_of_a_message_are_kept(visiting: Any) -> None:
    """What browsers make of a line break does not reach the bot."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        await browser.send(text="one\r\ntwo")

    assert visitor.agent.messages[0].text == "one\ntwo"


@pytest.mark.parametrize("text", ["", "  \r\n "])
async def test_empty_question_is_asked_for(text: str, visiting: Any) -> None:
    """Without a question the patient is asked to type one, and nothing is sent to the bot."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text=text)

    assert (page.status, 'role="alert"' in page.html) == (400, True)
    assert "Please type your question." in page.html
    assert visitor.agent.messages == []


async def test_ended_conversation_keeps_the_question(visiting: Any) -> None:
    """With a token that is not good any more, the question stays, under a new one."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(token="old", text="my question")
        again = await browser.send(text=page.typed)

    assert (page.status, page.typed) == (401, "my question")
    assert "This conversation has ended" in page.html
    assert "On my question." in again.html


async def test_foreign_page_cannot_send_the_form(visiting: Any) -> None:
    """A form on another site is refused; browsers name ours, as the page does not keep them from it."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        opened = await browser.open()
        refused = await browser.send(headers={"Origin": "https://elsewhere.example"}, text="hello")
        taken = await browser.send(headers={"Origin": opened.origin}, text="hello")

    assert opened.headers["Referrer-Policy"] == "same-origin"
    assert (refused.status, taken.status) == (403, 200)
    assert len(visitor.agent.messages) == 1


async def test_too_many_questions_are_refused_politely(visiting: Any) -> None:
    """Who sends too fast is told to wait, and keeps what they typed."""
    async with visiting(answer, Settings(limits=Limits(messages_per_conversation=1))) as visitor:
        browser = Browser(visitor)
        await browser.open()
        await browser.send(text="first")
        page = await browser.send(text="second")

    assert (page.status, page.typed) == (429, "second")
    assert int(page.headers["Retry-After"]) > 0
    assert "On first." in page.html


async def test_starting_bot_says_so(visiting: Any) -> None:
    """While no model is loaded, the question is kept for another try."""
    async with visiting(answer) as visitor:
        visitor.agent.ready = False
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="too early")

    assert (page.status, page.typed) == (503, "too early")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a=1" for _ in range(100)), b"text=hello", b""])
async def test_damaged_form_is_refused(body: bytes, visiting: Any) -> None:
    """What our form cannot have sent is answered with a page."""
    async with visiting(answer) as visitor:
        page = await Browser(visitor)._load("POST", data=body)

    assert page.status == 400
    assert visitor.agent.messages == []


async def test_failure_says_whom_to_ask(visiting: Any) -> None:
    """A turn that breaks ends in a sentence with the line for emergencies, not in silence."""
    async with visiting(fail) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="anything")

    assert "Something went wrong on my side" in page.html
    assert "If this is an emergency" in page.html.split('<div class="reply caution">')[1]


async def test_slow_answer_can_be_fetched(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page does not wait for ever: it offers the answer, which is there when it is asked for."""
    monkeypatch.setattr(form, "PATIENCE_SECONDS", 0.05)
    go = asyncio.Event()

    async def slow(message: UserMessage) -> None:
        await go.wait()
        await answer(message)

    async with visiting(slow) as visitor:
        browser = Browser(visitor)
        await browser.open()
        early = await browser.send(text="patience")
        go.set()
        late = await browser.send(do="wait")

    assert "I am still looking" in early.html
    assert "On patience." not in early.html
    assert "On patience." in late.html
    assert "I am still looking" not in late.html
    assert len(visitor.agent.messages) == 1


@pytest.mark.parametrize(("pressed", "helpful"), [("helpful", True), ("unhelpful", False)])
async def test_answer_can_be_rated(pressed: str, helpful: bool, visiting: Any) -> None:
    """A press on Yes or No is kept with the answer, and thanked for."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="needles")
        reply_id = re.search(rf'value="{pressed}:(\w+)"', page.html)[1]  # type: ignore[index]
        rated = await browser.send(do=f"{pressed}:{reply_id}")
        unknown = await browser.send(do=f"{pressed}:0")
        visitor.token = rated.field("token")
        turn = (await visitor.transcript())["turns"][0]

    assert "Thank you for telling us." in rated.html
    assert unknown.status == 404
    assert turn["feedback"][reply_id]["helpful"] is helpful


async def test_alarm_is_not_rated(visiting: Any) -> None:
    """Nobody is asked for an opinion where something must not wait."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        page = await browser.send(text="emergency")

    assert "Was this helpful?" not in page.html


async def test_conversation_can_be_deleted(visiting: Any) -> None:
    """Deleting removes what was said, here and from Rasa's store, and the page begins anew."""
    async with visiting(answer) as visitor:
        browser = Browser(visitor)
        await browser.open()
        said = await browser.send(text="private")
        deleted = await browser.send(do="forget")
        browser.page = said
        dead = await browser.send(text="again")

    assert "Your conversation was deleted." in deleted.html
    assert "private" not in deleted.html
    assert dead.status == 401
    assert list(await visitor.agent.tracker_store.keys()) == []


async def test_page_is_kept_by_nobody(visiting: Any) -> None:
    """A conversation is stored by no cache, listed by no search engine, and needs no script."""
    async with visiting(answer) as visitor:
        page = await Browser(visitor).open()

    assert page.headers["Cache-Control"] == "no-store"
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert '<meta name="robots" content="noindex">' in page.html


async def test_files_of_the_page_are_served(visiting: Any) -> None:
    """The page finds its style sheet and its icon at the addresses that it names."""
    async with visiting(answer) as visitor:
        page = await Browser(visitor).open()
        for address in re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', page.html):
            async with visitor.client.get(address) as file:
                assert file.status == 200
                assert "immutable" in file.headers["Cache-Control"]
