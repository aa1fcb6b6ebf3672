"""Turns on the website: each message once, one after another, and never without an end."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage

from acumen.answering.links import article_url
from acumen.answering.reply import Citation, Reply, Row, Table, Text, plain_text
from acumen.assistant import failure_reply
from acumen.channels.website import chat, rows, streams, turn_log
from acumen.channels.website.refusals import RefusedError
from acumen.channels.website.store import ConversationStore

ALARM = Reply("emergency", (Text("Call 999 now."),))
HURT = Citation("pain", "hurt", "Usually it is painless.", "Does it hurt?", "Understanding Pain")
NEEDLES = Citation("needles", "size", "They are thin.", "How thick?", "All About Needles")
FAILED = plain_text(failure_reply(Path.cwd()))
PRIVATE = "my very private complaint"

Turn = Callable[[UserMessage], Awaitable[None]]


def saying(*replies: Reply) -> Turn:
    """A turn with these replies."""

    async def say(message: UserMessage) -> None:
        for reply in replies:
            await message.output_channel.send_response(message.sender_id, {"reply": reply.to_dict()})

    return say


async def fail(message: UserMessage) -> None:
    """A turn that breaks, with the patient's words in its exception."""
    raise RuntimeError(f"cannot handle {message.text}")


async def hang(message: UserMessage) -> None:
    """A turn that takes too long, and then answers."""
    await asyncio.sleep(0.3)
    await saying(ALARM)(message)


async def warn_then_fail(message: UserMessage) -> None:
    """A turn that breaks after it has spoken."""
    await saying(ALARM)(message)
    await fail(message)


class Gate:
    """A turn that waits to be let through, and knows whether it has begun."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self, message: UserMessage) -> None:
        self.begun.set()
        await self.open.wait()
        await saying(ALARM)(message)


def kinds(events: list[Any]) -> list[str]:
    return [event.kind for event in events]


async def test_message_is_answered_with_events(visiting: Any) -> None:
    """A turn is a status, its replies as trees and as text, and an end, all under its message's id."""
    async with visiting(saying(ALARM, Reply("answer", (HURT,)))) as visitor:
        message_id = str(uuid.uuid4())
        events = await visitor.say("does it hurt?", message_id)

    assert kinds(events) == ["status", "reply", "reply", "done"]
    assert {event.data["client_message_id"] for event in events} == {message_id}
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert events[0].data["state"] == "working"
    assert events[1].data["reply"] == ALARM.to_dict()
    assert events[2].data["text"] == plain_text(Reply("answer", (HURT,)))
    assert events[1].data["reply_id"] != events[2].data["reply_id"]
    assert (visitor.agent.messages[0].text, visitor.agent.messages[0].input_channel) == ("does it hurt?", "website")


async def test_every_citation_has_an_address(visiting: Any) -> None:
    """Cited passages, those in a table's cells too, lead to their place in the article."""
    reply = Reply("answer", (HURT, Table(("Acupuncture", "Dry needling"), (Row("Feeling", (HURT, NEEDLES)),))))
    async with visiting(saying(reply)) as visitor:
        blocks = (await visitor.say("compare"))[1].data["reply"]["blocks"]

    cells = blocks[1]["rows"][0]["cells"]
    assert [each["url"] for each in (blocks[0], *cells)] == [article_url(HURT), article_url(HURT), article_url(NEEDLES)]


async def test_replies_arrive_as_they_are_made(visiting: Any) -> None:
    """An alarm is on its way before the turn is over."""
    gate = Gate()

    async def warn_then_wait(message: UserMessage) -> None:
        await saying(ALARM)(message)
        await gate(message)

    async with visiting(warn_then_wait) as visitor:
        body = {"client_message_id": str(uuid.uuid4()), "text": "hello"}
        headers = {"Authorization": f"Bearer {visitor.token}"}
        async with visitor.client.post("/webhooks/website/messages", json=body, headers=headers) as answer:
            async with asyncio.timeout(2):
                while b"Call 999 now." not in await answer.content.readline():
                    pass
            assert not gate.open.is_set()
            gate.open.set()


async def test_same_message_again_is_not_run_again(visiting: Any) -> None:
    """A message sent twice, even while its turn is running, is answered once, and told of twice."""
    gate = Gate()
    async with visiting(gate) as visitor:
        message_id = str(uuid.uuid4())
        first = asyncio.create_task(visitor.say("hello", message_id))
        await gate.begun.wait()
        second = asyncio.create_task(visitor.say("hello", message_id))
        await asyncio.sleep(0.05)
        gate.open.set()

        assert await first == await second == await visitor.say("hello", message_id)
        assert len(visitor.agent.messages) == 1


async def test_lost_connection_loses_nothing(visiting: Any) -> None:
    """Who goes away in the middle of a turn finds its answer on coming back, once."""
    gate = Gate()
    async with visiting(gate) as visitor:
        message_id = str(uuid.uuid4())
        cut = asyncio.create_task(visitor.say("hello", message_id))
        await gate.begun.wait()
        cut.cancel()
        await asyncio.sleep(0.05)
        resumed = asyncio.create_task(visitor.events())
        await asyncio.sleep(0.05)
        gate.open.set()

        events, stream = await resumed
        assert kinds(events) == ["status", "reply", "done"]
        assert stream.endswith(": end\n\n")
        assert await visitor.say("hello", message_id) == events
        assert len(visitor.agent.messages) == 1


async def test_events_after_a_number(visiting: Any) -> None:
    """Only what the client does not know is sent, of all turns, in order."""
    async with visiting() as visitor:
        first, second = await visitor.say("one"), await visitor.say("two")
        everything, _ = await visitor.events()
        rest, _ = await visitor.events(first[1].id)
        nothing, stream = await visitor.events(second[-1].id)

    assert everything == first + second
    assert rest == first[2:] + second
    assert (nothing, stream) == ([], ": end\n\n")


async def test_silence_is_filled_with_heartbeats(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a turn takes its time, proxies and clients see that the connection lives."""
    monkeypatch.setattr("acumen.channels.website.api.HEARTBEAT_SECONDS", 0.02)
    async with visiting(hang) as visitor:
        body = {"client_message_id": str(uuid.uuid4()), "text": "hello"}
        _, stream = await visitor.request("POST", "/messages", json=body)

    assert stream.count(streams.HEARTBEAT) > 2


async def keep_silent(_: UserMessage) -> None:
    """A turn nothing comes of."""


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (fail, "failed"),
        (keep_silent, "failed"),
        (saying(Reply("chitchat", (Text(" \n "),))), "failed"),
        (hang, "timeout"),
    ],
    ids=["exception", "silence", "no words", "too long"],
)
async def test_turn_without_an_answer_ends_with_an_error(
    turn: Turn, code: str, visiting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens, the patient reads what to do, and the turn has one end, even if an answer comes later."""
    monkeypatch.setattr(chat, "TURN_SECONDS", 0.1)
    async with visiting(turn) as visitor:
        events = await visitor.say("hello")
        await asyncio.sleep(0.3 if turn is hang else 0)
        later, _ = await visitor.events()
        (shown,) = (await visitor.transcript())["turns"]

    assert kinds(events) == ["status", "error"]
    assert {key: events[1].data[key] for key in ("code", "message")} == {"code": code, "message": FAILED}
    assert later == events
    assert (shown["ended"], shown["replies"], shown["error"]["code"]) == (True, [], code)


async def test_what_was_said_before_a_failure_stands(visiting: Any) -> None:
    """An alarm is shown even if the turn breaks after it, with nothing beside it."""
    async with visiting(warn_then_fail) as visitor:
        events = await visitor.say("hello")

    assert kinds(events) == ["status", "reply", "done"]


async def test_messages_of_one_conversation_are_answered_in_order(visiting: Any) -> None:
    """A second message waits until the first one's turn is over; another patient's does not."""
    log: list[str] = []
    begun, both = asyncio.Event(), asyncio.Event()

    async def noted(message: UserMessage) -> None:
        log.append(f"begin {message.text}")
        begun.set()
        if message.text == "one":
            await both.wait()
        log.append(f"end {message.text}")
        await saying(ALARM)(message)

    async with visiting(noted) as visitor:
        first = asyncio.create_task(visitor.say("one"))
        await begun.wait()
        second = asyncio.create_task(visitor.say("two"))
        await (await visitor.another()).say("other")
        both.set()
        await asyncio.gather(first, second)

    assert log == ["begin one", "begin other", "end other", "end one", "begin two", "end two"]


async def test_turn_after_one_that_hangs_is_taken(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit counts from the beginning of a turn: waiting for another does not use it up."""
    monkeypatch.setattr(chat, "TURN_SECONDS", 0.5)

    async def slow(message: UserMessage) -> None:
        await asyncio.sleep(0.3)
        await saying(ALARM)(message)

    async with visiting(slow) as visitor:
        turns = await asyncio.gather(*(visitor.say(text) for text in ("one", "two", "three")))

    assert [kinds(events)[-1] for events in turns] == ["done"] * 3


async def test_too_many_waiting_messages(visiting: Any, error_code: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends and sends while nothing is answered is asked to wait."""
    monkeypatch.setattr(rows, "MOST_WAITING", 2)
    gate = Gate()
    async with visiting(gate) as visitor:
        waiting = [asyncio.create_task(visitor.say(text)) for text in ("one", "two")]
        await gate.begun.wait()
        await asyncio.sleep(0.05)
        body = {"client_message_id": str(uuid.uuid4()), "text": "three"}
        answer, text = await visitor.request("POST", "/messages", json=body)
        gate.open.set()
        await asyncio.gather(*waiting)

    assert (answer.status, error_code(text)) == (429, "too_many")
    assert int(answer.headers["Retry-After"]) > 0


async def test_long_conversation_is_kept_in_part(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of a conversation is bounded; what was said last is kept."""
    monkeypatch.setattr(rows, "MOST_TURNS", 3)
    async with visiting() as visitor:
        for number in range(5):
            await visitor.say(f"message {number}")
        turns = (await visitor.transcript())["turns"]
        events, _ = await visitor.events()

    assert [turn["text"] for turn in turns] == ["message 2", "message 3", "message 4"]
    assert len(events) == 9


async def test_transcript_shows_the_conversation_again(visiting: Any) -> None:
    """After a reload the page has all it needs: texts, replies, what is still running, and where to go on."""
    gate = Gate()
    async with visiting(saying(ALARM)) as visitor:
        events = await visitor.say("first")
        visitor.agent.turn = gate
        running = asyncio.create_task(visitor.say("second"))
        await gate.begun.wait()
        values = await visitor.transcript()
        gate.open.set()
        rest = (await running)[1:]
        missed, _ = await visitor.events(values["last_event"])

    first, second = values["turns"]
    assert (first["text"], first["ended"], first["error"], first["feedback"]) == ("first", True, None, {})
    assert first["client_message_id"] == events[0].data["client_message_id"]
    assert first["replies"] == [{key: events[1].data[key] for key in ("reply_id", "reply")}]
    assert (second["text"], second["ended"], second["replies"]) == ("second", False, [])
    assert missed == rest


async def test_numbers_grow_over_a_restart(visiting: Any) -> None:
    """After a restart of the server, what a client knows from before hides nothing that is new."""
    async with visiting() as before:
        known = (await before.say("hello"))[-1].id
    async with visiting() as after:
        events = await after.say("hello")

        assert (await after.events(known))[0] == events


async def test_turn_takes_two_changes_of_the_database(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is on the disk before it counts as taken, and all that came of it before its end is told."""
    work: list[str] = []
    for name in ("accept", "add"):
        real = getattr(ConversationStore, name)

        async def counted(*args: Any, real: Any = real, **options: Any) -> Any:
            work.append(real.__name__)
            return await real(*args, **options)

        monkeypatch.setattr(ConversationStore, name, counted)
    async with visiting(saying(ALARM, ALARM)) as visitor:
        await visitor.say("hello")

    assert work == ["accept", "add"]


async def test_turn_that_cannot_be_written_is_ended_later(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away for a moment costs no answer, and nobody waits for ever."""
    monkeypatch.setattr(turn_log, "RETRY_SECONDS", 0.02)
    real, failures = ConversationStore.add, [RefusedError("unavailable")] * 2

    async def add(*args: Any, **options: Any) -> None:
        if failures:
            raise failures.pop()
        await real(*args, **options)

    monkeypatch.setattr(ConversationStore, "add", add)
    async with visiting(saying(ALARM)) as visitor:
        assert kinds(await visitor.say("hello")) == ["status", "reply", "done"]


async def test_stream_of_a_database_that_fails_is_to_be_asked_for_again(
    visiting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that cannot go on says so, and can be taken up again."""
    message_id, read = str(uuid.uuid4()), ConversationStore.read

    async def fail_once(*_: Any) -> None:
        monkeypatch.setattr(ConversationStore, "read", read)
        raise RefusedError("unavailable")

    async with visiting(saying(ALARM)) as visitor:
        await visitor.say("hello", message_id)
        monkeypatch.setattr(ConversationStore, "read", fail_once)
        body = {"client_message_id": message_id, "text": "hello"}
        _, stream = await visitor.request("POST", "/messages", json=body)

        assert stream == streams.RECONNECT
        assert kinds(await visitor.say("hello", message_id)) == ["status", "reply", "done"]
        assert len(visitor.agent.messages) == 1


async def test_server_that_leaves_sends_its_patients_away(
    visiting: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A turn that outlives the time to stop is reported, and its patient is told to ask again."""
    monkeypatch.setattr(chat, "DRAIN_SECONDS", 0.1)
    gate = Gate()
    async with visiting(gate) as visitor:
        body = {"client_message_id": str(uuid.uuid4()), "text": "hello"}
        running = asyncio.create_task(visitor.request("POST", "/messages", json=body))
        await gate.begun.wait()
        await visitor.server.before_stop()
        _, stream = await running
        gate.open.set()

    assert stream.endswith(streams.RECONNECT)
    assert "ACU154" in caplog.text


@pytest.mark.parametrize("turn", [saying(ALARM), fail, hang], ids=["answer", "exception", "too long"])
async def test_no_log_holds_a_message(
    turn: Turn, visiting: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens to a message or a reason, its words stay out of every log at every level."""
    monkeypatch.setattr(chat, "TURN_SECONDS", 0.1)
    caplog.set_level(logging.DEBUG)
    async with visiting(turn) as visitor:
        events = await visitor.say(PRIVATE)
        feedback = {"reply_id": events[1].data.get("reply_id", ""), "helpful": False, "reason": PRIVATE}
        await visitor.request("POST", "/feedback", json=feedback)
        await asyncio.sleep(0.3 if turn is hang else 0)

    assert PRIVATE not in caplog.text
    assert PRIVATE not in json.dumps([record.__dict__ for record in caplog.records], default=str)
    if turn is fail:
        assert "a turn failed: RuntimeError" in caplog.text


async def test_a_conversation_is_forgotten_on_request(visiting: Any) -> None:
    """Deleted in the chat, nothing that was said is left in the transcript but the reply that says so."""

    async def turn(message: UserMessage) -> None:
        await message.output_channel.send_text_message(message.sender_id, f"On {message.text}.")
        if message.text == "forget my warts":
            await message.output_channel.forget()

    async with visiting(turn) as visitor:
        await visitor.say("warts")
        events = await visitor.say("forget my warts")
        transcript = await visitor.transcript()
        await visitor.say("next")
        after = await visitor.transcript()

    assert events[-1].kind == "done"
    assert [each["text"] for each in transcript["turns"]] == ["…"]
    assert [each["text"] for each in after["turns"]] == ["…", "next"]


async def test_who_wrote_is_not_kept(visiting: Any) -> None:
    """The bot is asked what the patient wrote, and the transcript has it without name and number."""
    asked = []

    async def turn(message: UserMessage) -> None:
        asked.append(message.text)
        await message.output_channel.send_text_message(message.sender_id, "Yes.")

    async with visiting(turn) as visitor:
        await visitor.say("My name is Jane Smith, ring 07700 900123. Does it hurt?")
        transcript = await visitor.transcript()

    assert asked == ["My name is Jane Smith, ring 07700 900123. Does it hurt?"]
    assert [each["text"] for each in transcript["turns"]] == ["My name is [name], ring [phone]. Does it hurt?"]
