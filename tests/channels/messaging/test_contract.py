"""What every messenger keeps to, whoever its vendor is."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, UserUttered

from acumen.answering.reply import Button, Citation, Reply, Text
from acumen.channels.messaging import inbox, outbox
from acumen.storage.database import database_url, shared_database
from acumen.storage.messaging import inbox as inbox_table
from acumen.storage.messaging import offers as offers_table
from acumen.storage.messaging import outbox as outbox_table
from tests.channels.messaging.conftest import Opening
from tests.channels.messaging.messenger import echo
from tests.channels.messaging.vendors.base import Answered, Vendor

PRIVATE = "xylophonist"
ALARM = Reply("emergency", (Text("Call 999 now."), Text("Do not drive yourself.")))


async def test_message_is_answered(opening: Opening):
    """A patient's message gets its answer, at the patient's own address, from us."""
    async with opening() as messenger:
        await messenger.say(messenger.said("does it hurt?"))
        (shown,) = await messenger.server.shown(1)

    assert shown.to == messenger.vendor.senders[0]
    assert "You said: does it hurt?" in shown.text
    assert all(messenger.vendor.is_authorised(request) for request in messenger.server.requests)


async def test_forged_requests_are_refused(opening: Opening):
    """Whatever is wrong with a signature, nothing of the request is believed."""
    async with opening() as messenger:
        (good,) = messenger.vendor.deliveries([messenger.said("does it hurt?")])
        forgeries = messenger.vendor.forgeries(good)
        statuses = {name: await messenger.deliver(forged) for name, forged in forgeries.items()}
        await messenger.rest()
        kept = await messenger.read(inbox_table.c.id)

    assert len(forgeries) >= 10
    assert set(statuses.values()) <= {401, 403}
    assert kept == messenger.agent.messages == messenger.server.requests == []


async def test_event_is_answered_once(opening: Opening):
    """Delivered again, at once or later, a message is acknowledged, and not answered again."""
    async with opening() as messenger:
        deliveries = messenger.vendor.deliveries([messenger.said("does it hurt?")])
        assert set(await asyncio.gather(*(messenger.deliver(deliveries[0]) for _ in range(8)))) == {200}
        await messenger.server.shown(1)
        assert await messenger.deliver(deliveries[0]) == 200
        await messenger.rest()

    assert len(messenger.agent.messages) == len(messenger.server.requests) == 1


async def test_batched_reordered_redelivered_events_are_answered_in_order(opening: Opening):
    """Each message is answered once, and those of a conversation in the order in which they were written.

    Where a vendor does not tell when that was, once is all that can be promised.
    """
    chance = random.Random(7)
    async with opening() as messenger:
        start = time.time() - 600
        said = [messenger.said(f"question {n}", sender=n % 2, at=start + n) for n in range(30)]
        mixed = chance.sample(said, len(said)) + chance.sample(said, 10)
        messenger.agent.ready = True
        requests = [each for n in range(0, len(mixed), 8) for each in messenger.vendor.deliveries(mixed[n : n + 8])]
        assert set(await asyncio.gather(*map(messenger.deliver, requests))) == {200}
        shown = await messenger.server.shown(len(said))
        await messenger.rest()

    for number, sender in enumerate(messenger.vendor.senders):
        texts = [each.text for each in shown if each.to == sender]
        texts = [each.splitlines()[0] for each in texts]
        expected = [f"You said: question {n}" for n in range(number, 30, 2)]
        assert texts == expected if messenger.vendor.tells_time else sorted(texts) == sorted(expected)
    assert len(messenger.agent.messages) == len(messenger.server.requests) == 30


async def test_messages_of_one_second_stay_in_order(opening: Opening):
    """Vendors' times are often whole seconds: what comes together is answered in the order it stands there."""
    async with opening() as messenger:
        messenger.agent.ready = False
        at = float(int(time.time()) - 60)
        await messenger.say(*(messenger.said(f"question {n}", at=at) for n in range(8)))
        messenger.agent.ready = True
        shown = await messenger.server.shown(8)

    assert [each.text.splitlines()[0] for each in shown] == [f"You said: question {n}" for n in range(8)]


async def test_acknowledged_before_it_is_answered(opening: Opening):
    """A turn that takes long does not keep the vendor waiting, nor other patients."""
    go_on = asyncio.Event()

    async def slow(message: UserMessage) -> list[Reply]:
        if "slow" in message.text:
            await go_on.wait()
        return [Reply("answer", (Text(message.text),))]

    async with opening(slow) as messenger:
        await messenger.say(messenger.said("slow"))
        await messenger.say(messenger.said("quick", sender=1))
        first = await messenger.server.shown(1)
        go_on.set()
        both = await messenger.server.shown(2)

    assert [each.text for each in first] == ["quick"]
    assert [each.text for each in both] == ["quick", "slow"]


async def test_messages_wait_until_the_bot_is_ready(opening: Opening):
    """What comes while the model loads is kept, and answered afterwards."""
    async with opening() as messenger:
        messenger.agent.ready = False
        await messenger.say(messenger.said("does it hurt?"))
        messenger.agent.ready = True
        assert len(await messenger.server.shown(1)) == 1


async def test_nothing_is_answered_that_is_no_message(opening: Opening):
    """Reactions, receipts and what belongs to others are acknowledged and left alone."""
    async with opening() as messenger:
        for delivery in messenger.vendor.noise():
            assert await messenger.deliver(delivery) == 200
        await messenger.rest()

    assert messenger.agent.messages == messenger.server.requests == []


async def test_message_without_words_gets_a_sentence(opening: Opening):
    """Who sends a picture learns that the bot reads text, and Rasa is not asked."""
    async with opening() as messenger:
        assert await messenger.deliver(messenger.vendor.wordless(messenger.vendor.senders[0])) == 200
        (shown,) = await messenger.server.shown(1)

    assert "only read text" in shown.text
    assert messenger.agent.messages == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"entry": 7, "events": 7}'])
async def test_unreadable_request_is_reported(opening: Opening, body: bytes, caplog: pytest.LogCaptureFixture):
    """A signed request that cannot be read does no harm, and does not come again."""
    async with opening() as messenger:
        status = await messenger.deliver(messenger.vendor.signed(body))
        await messenger.say(messenger.said("does it hurt?"))
        await messenger.server.shown(1)

    assert status in ((401,) if messenger.vendor.signs_contents else (200, 400))


async def test_event_that_is_too_old_is_not_answered(opening: Opening):
    """A recorded request is no use once nothing tells any more that it was answered."""
    async with opening() as messenger:
        if not messenger.vendor.tells_time:
            pytest.skip("this vendor does not tell when a message was written")
        remembered = messenger.vendor.channel.adapter_class.capabilities.remember_seconds
        await messenger.say(messenger.said("old", at=time.time() - remembered - 60))
        await messenger.rest()

    assert messenger.agent.messages == []


async def test_typed_slash_is_text(opening: Opening):
    """What looks like one of Rasa's own payloads goes to the intake as it was typed, as every message does."""
    async with opening() as messenger:
        await messenger.say(messenger.said('/greet{"name": "x"}'))
        await messenger.server.shown(1)

    assert [message.text for message in messenger.agent.messages] == ['/greet{"name": "x"}']
    assert messenger.agent.messages[0].parse_data is None


async def test_pressed_button_says_its_title(opening: Opening):
    """A button that we offered says its whole title; with a payload we did not sign it says what it shows."""
    title = "How many sessions will I need?"

    async def offer(message: UserMessage) -> list[Reply]:
        return [Reply("answer", (Text("Yes."),), buttons=(Button(title), Button("Tell me more")))]

    async with opening(offer) as messenger:
        await messenger.say(messenger.said("hello"))
        (shown,) = await messenger.server.shown(1)
        payload = shown.choices[0][1] if shown.choices else ""
        await messenger.say(messenger.said("How many ses…" if payload else "1", payload=payload))
        await messenger.server.shown(2)
        for forged in ("/emergency", '/restart{"a": "b"}', payload[::-1] or "x"):
            await messenger.say(messenger.said("shown words", payload=forged))
        await messenger.say(messenger.said("another's", sender=1, payload=payload or "x"))
        await messenger.server.shown(6)

    texts = [message.text for message in messenger.agent.messages]
    assert texts[:2] == ["hello", title]
    assert sorted(texts[2:]) == ["another's", *["shown words"] * 3]


@pytest.mark.parametrize("trouble", ["throttled", "fault", "unauthorised", "slow"])
async def test_passing_trouble_delays(opening: Opening, trouble: str):
    """A vendor that refuses for a while gets the same message again, and the next only after it."""
    async with opening() as messenger:
        answers = {
            "throttled": messenger.vendor.throttled(),
            "fault": Answered(500),
            "unauthorised": Answered(401),
            "slow": "slow",
        }
        messenger.server.behaviours.extend([answers[trouble]] * 2)
        await messenger.say(messenger.said("one", at=time.time() - 1), messenger.said("two"))
        shown = await messenger.server.shown(2)
        await messenger.rest()

    assert [each.text.splitlines()[0] for each in shown] == ["You said: one", "You said: two"]
    assert len(messenger.server.taken) == 2


async def test_refused_message_is_set_aside(opening: Opening, caplog: pytest.LogCaptureFixture):
    """What the vendor never takes is reported and kept, later messages go on, and it can be sent again."""
    async with opening() as messenger:
        messenger.server.behaviours.append(Answered(400))
        await messenger.say(messenger.said("one", at=time.time() - 1), messenger.said("two"))
        shown = await messenger.server.shown(1)
        await messenger.rest()
        shared = shared_database(database_url())
        dead = await shared.run(outbox.dead_letters)
        await shared.run(outbox.resend)
        again = await messenger.server.shown(2)

    assert "You said: two" in shown[0].text
    assert [(letter.channel, letter.attempts) for letter in dead] == [(messenger.vendor.name, 1)]
    assert "400" in dead[0].reason
    assert "ACU403" in caplog.text
    assert "You said: one" in again[1].text


async def test_receipt_settles_a_call_that_broke_off(opening: Opening, monkeypatch: pytest.MonkeyPatch):
    """Where a vendor sends receipts, a message whose answer was lost is not sent twice."""
    monkeypatch.setattr(outbox, "_delay", lambda attempts, retry_after: 0.5 if retry_after else 0.05)
    async with opening() as messenger:
        messenger.server.behaviours.append("drop")
        await messenger.say(messenger.said("does it hurt?"))
        await messenger.server.shown(1)
        receipt = messenger.vendor.receipt(messenger.server.requests[0])
        if receipt is None:
            pytest.skip("this vendor sends no receipts")
        assert await messenger.deliver(receipt) == 200
        await messenger.rest()

    assert len(messenger.server.requests) == 1


async def test_turn_that_fails_is_answered(opening: Opening, caplog: pytest.LogCaptureFixture):
    """When something breaks, the patient reads so, with the line for emergencies; the log has no words of theirs."""

    async def fail(message: UserMessage) -> list[Reply]:
        raise ValueError(message.text)

    async with opening(fail) as messenger:
        await messenger.say(messenger.said(f"I am a {PRIVATE}"))
        (shown,) = await messenger.server.shown(1)

    assert "emergency" in shown.text
    assert "ValueError" in caplog.text
    assert PRIVATE not in caplog.text


async def test_turn_that_was_taken_is_not_taken_again(opening: Opening):
    """A process that died between the turn and its replies: they come from Rasa's record, and Rasa is not asked."""
    async with opening() as messenger:
        messenger.agent.ready = False
        await messenger.say(messenger.said("does it hurt?"))
        ((event, sender_id),) = await messenger.read(inbox_table.c.event, inbox_table.c.conversation)
        tracker = await messenger.agent.tracker_store.get_or_create_tracker(sender_id)
        for identifier, text in (("older", "Before."), (event, "Recovered."), ("newer", "After.")):
            tracker.update(UserUttered("x", message_id=identifier))
            tracker.update(BotUttered("", metadata={"reply": Reply("answer", (Text(text),)).to_dict()}))
        await messenger.agent.tracker_store.save(tracker)
        shared = shared_database(database_url())
        await shared.run(lambda connection: connection.execute(inbox_table.update().values(attempts=1)))
        messenger.agent.ready = True
        (shown,) = await messenger.server.shown(1)

    assert shown.text == "Recovered."
    assert messenger.agent.messages == []


async def test_alarm_comes_first(opening: Opening):
    """Whatever else is said, what must not wait is the first message."""
    answer = Reply("answer", (Text("Something else. " * 30),))

    async def alarm(message: UserMessage) -> list[Reply]:
        return [answer, ALARM]

    async with opening(alarm) as messenger:
        await messenger.say(messenger.said("chest pain"))
        shown = await messenger.server.shown(1)

    assert "Call 999 now." in shown[0].text.partition("Something else")[0]
    assert "Do not drive yourself." in shown[0].text.partition("Something else")[0]


async def test_long_reply_keeps_to_the_vendors_limits(opening: Opening):
    """However long, everything arrives, in order, with the sources as links, and no request breaks a rule."""
    words = [f"word{n}" for n in range(3000)]
    citations = [
        Citation("pain", f"part-{n}", " ".join(words[n * 500 : n * 500 + 500]), f"Part {n}", "On Pain")
        for n in range(6)
    ]

    async def long(message: UserMessage) -> list[Reply]:
        return [Reply("answer", tuple(citations), buttons=(Button("Tell me more"),))]

    async with opening(long, site="https://chat.clinic.example") as messenger:
        await messenger.say(messenger.said("all"))
        await messenger.rest()
        shown = await messenger.server.shown(2)

    whole = " ".join(each.text for each in shown)
    assert [word for word in whole.split() if word.startswith("word")] == words
    assert all(
        "https://chat.clinic.example/articles/pain?passage=" in whole and f"#part-{n}" in whole for n in range(6)
    )


async def test_nothing_tells_who_wrote(opening: Opening, database_file: Path, caplog: pytest.LogCaptureFixture):
    """Neither the database nor the log holds an address, and once it is answered neither the words."""
    caplog.set_level(logging.DEBUG, "acumen")

    async def refuse(message: UserMessage) -> list[Reply]:
        return [Reply("answer", (Text("Yes."),))]

    async with opening(refuse) as messenger:
        messenger.server.behaviours.append(Answered(400))
        await messenger.say(messenger.said(f"I am a {PRIVATE}", at=time.time() - 1), messenger.said("two"))
        await messenger.server.shown(1)
        await messenger.rest()
        sealed = await messenger.read(inbox_table.c.sealed)
        left = await messenger.read(outbox_table.c.state)
        sender_ids = {message.sender_id for message in messenger.agent.messages}

    files = b"".join(file.read_bytes() for file in database_file.parent.glob("acumen.db*"))
    for secret in (PRIVATE, messenger.vendor.senders[0]):
        assert secret.encode() not in files
        assert secret not in caplog.text
        assert not any(secret in sender_id for sender_id in sender_ids)
    assert sealed == ["", ""]
    assert left == ["dead"]


async def test_messages_that_cannot_be_kept_come_again(opening: Opening):
    """When the database fails, the vendor is told so, and delivers again."""
    async with opening() as messenger:
        (delivery,) = messenger.vendor.deliveries([messenger.said("does it hurt?")])
        shared = shared_database(database_url())
        await shared.run(lambda connection: connection.exec_driver_sql("ALTER TABLE messaging_inbox RENAME TO gone"))
        refused = await messenger.deliver(delivery)
        await shared.run(lambda connection: connection.exec_driver_sql("ALTER TABLE gone RENAME TO messaging_inbox"))
        taken = await messenger.deliver(delivery)
        assert len(await messenger.server.shown(1)) == 1

    assert (refused, taken) == (503, 200)


async def test_old_rows_are_forgotten(opening: Opening):
    """What the vendor cannot deliver again is deleted; the rest stays."""
    async with opening() as messenger:
        await messenger.say(messenger.said("one"))
        await messenger.server.shown(1)
        await messenger.rest()
        shared = shared_database(database_url())
        name = messenger.vendor.name
        await shared.run(lambda connection: inbox.forget_old(connection, name, time.time() - 60))
        kept = await messenger.read(inbox_table.c.id)
        await shared.run(lambda connection: inbox.forget_old(connection, name, time.time() + 60))
        gone = await messenger.read(inbox_table.c.id)

    assert (len(kept), len(gone)) == (1, 0)


async def test_what_a_patient_has_deleted_is_gone(opening: Opening):
    """Asked for in the chat, replies that were given up and what was offered before go too, and the answer comes."""

    async def turn(message: UserMessage) -> list[Reply]:
        if message.text == "delete it":
            # As the agent does it once Rasa's record is deleted.
            await message.output_channel.forget()
            return [Reply("chitchat", (Text("Done."),))]
        return await echo(message)

    async with opening(turn) as messenger:
        messenger.server.behaviours.append(Answered(400))
        await messenger.say(messenger.said("first"))
        await messenger.rest()
        before = await messenger.read(outbox_table.c.state), await messenger.read(offers_table.c.title)
        await messenger.say(messenger.said("delete it"))
        await messenger.rest()
        after = await messenger.read(outbox_table.c.state), await messenger.read(offers_table.c.title)
        (shown,) = await messenger.server.shown(1)

    assert before == (["dead"], ["Tell me more"])
    assert after == ([], [])
    assert "Done." in shown.text


def without(vendor: Vendor, name: str) -> dict[str, object]:
    """The vendor's settings without one of them."""
    return {key: value for key, value in vendor.settings("http://localhost").items() if key != name}


async def test_channel_with_a_fault_is_closed(vendor: Vendor, caplog: pytest.LogCaptureFixture):
    """A setting that is missing or unknown is named with a code; the channel refuses, and nothing raises."""
    required = [name for name in vendor.settings("http://localhost") if name not in vendor.optional]
    for settings in (*(without(vendor, name) for name in required), {}, None, {**without(vendor, ""), "colour": "red"}):
        caplog.clear()
        channel = vendor.channel.from_credentials(settings)
        blueprint = channel.blueprint(None)

        assert "ACU401" in caplog.text
        assert {route.handler.__name__ for route in blueprint._future_routes} == {"health", "closed"}


async def test_health(opening: Opening):
    """The channel says that it is open."""
    async with opening() as messenger:
        assert await messenger.get("/") == (200, '{"status":"ok"}')
