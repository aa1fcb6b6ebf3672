"""The HTTP contract of the website channel: who may do what, and what is refused."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.run import create_http_input_channels
from sqlalchemy.exc import OperationalError

from acumen.channels.website import WebsiteChannel, sessions
from acumen.channels.website.settings import Limits, Settings
from acumen.storage.database import Database

SECRET = "a secret that nobody can guess"
ErrorCode = Callable[[str], str]


def message(text: Any = "hello", **values: Any) -> dict[str, Any]:
    """The body of a message."""
    return {"client_message_id": str(uuid.uuid4()), "text": text, **values}


async def test_session_comes_with_its_end(visiting: Any) -> None:
    """A session is a token and the moment until which it is good, a day from now."""
    async with visiting() as visitor:
        _, body = await visitor.request("POST", "/session")

    values = json.loads(body)
    assert set(values) == {"token", "expires"}
    assert abs(datetime.fromisoformat(values["expires"]) - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)


async def test_conversation_comes_from_the_token_alone(visiting: Any) -> None:
    """Nobody can name the conversation they write to; a token always names the same."""
    async with visiting() as visitor:
        await visitor.request("POST", "/messages", json=message(sender="victim", sender_id="victim"))
        await visitor.say("hello")
        await (await visitor.another()).say("hello")

    first, second, third = (each.sender_id for each in visitor.agent.messages)
    assert first == second != third
    assert first.startswith("website-")
    assert len(first) == len("website-") + 32


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/messages"),
        ("GET", "/events"),
        ("GET", "/transcript"),
        ("POST", "/feedback"),
        ("DELETE", "/session"),
    ],
)
@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nonsense", "Basic {token}", "Bearer {token}x"])
async def test_without_a_good_token_there_is_nothing(
    method: str, path: str, authorization: str, visiting: Any, error_code: ErrorCode
) -> None:
    """A missing, false or altered token is refused before anything is read or done."""
    async with visiting() as visitor:
        headers = {"Authorization": authorization.format(token=visitor.token)}
        answer, body = await visitor.request(method, path, headers=headers)

    assert (answer.status, error_code(body)) == (401, "no_session")
    assert visitor.agent.messages == []


async def test_conversations_are_apart(visiting: Any, error_code: ErrorCode) -> None:
    """Nobody sees, follows or rates what another patient was told."""
    async with visiting() as visitor:
        events = await visitor.say("hello")
        other = await visitor.another()
        feedback = {"reply_id": events[1].data["reply_id"], "helpful": True}
        answer, body = await other.request("POST", "/feedback", json=feedback)

        assert (await other.transcript())["turns"] == []
        assert (await other.events())[0] == []
        assert (answer.status, error_code(body)) == (404, "unknown_reply")


async def test_session_ends_after_a_day(visiting: Any, error_code: ErrorCode, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token older than its life is refused."""
    async with visiting() as visitor:
        monkeypatch.setattr(sessions, "SESSION_SECONDS", -1)
        answer, body = await visitor.request("GET", "/transcript")

    assert (answer.status, error_code(body)) == (401, "no_session")


@pytest.mark.parametrize(("secret", "status"), [(SECRET, 200), (None, 401)], ids=["same secret", "random secret"])
async def test_sessions_outlive_a_restart_only_with_a_secret(secret: str | None, status: int, visiting: Any) -> None:
    """A configured secret keeps tokens good after a restart; a random one ends them."""
    async with visiting(settings=Settings(secret)) as before:
        token = before.token
    async with visiting(settings=Settings(secret)) as after:
        after.token = token
        answer, _ = await after.request("POST", "/messages", json=message())

    assert answer.status == status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_request"),
        (b"{", "bad_request"),
        (b"\xff\xfe", "bad_request"),
        (b"[" * 60_000, "bad_request"),
        (b"[]", "bad_request"),
        (b'{"text": "hello"}', "bad_request"),
        (b'{"text": "hello", "client_message_id": 7}', "bad_request"),
        (b'{"text": "hello", "client_message_id": "short"}', "bad_request"),
        (b'{"text": "hello", "client_message_id": "11111111\\n"}', "bad_request"),
        (b'{"client_message_id": "11111111"}', "no_text"),
        (b'{"client_message_id": "11111111", "text": 7}', "no_text"),
        (b'{"client_message_id": "11111111", "text": " \\n\\t "}', "no_text"),
    ],
)
async def test_unusable_message_is_refused(body: bytes, code: str, visiting: Any, error_code: ErrorCode) -> None:
    """What is no message gets a reason a person can read."""
    async with visiting() as visitor:
        answer, text = await visitor.request("POST", "/messages", data=body)

    assert (answer.status, error_code(text)) == (400, code)
    assert visitor.agent.messages == []


async def test_very_long_body_is_refused(visiting: Any, error_code: ErrorCode) -> None:
    """More than 64 kB is too much; just below is a message."""
    async with visiting() as visitor:
        too_much, body = await visitor.request("POST", "/messages", json=message("a" * 65_536))
        enough, _ = await visitor.request("POST", "/messages", json=message("a" * 65_000))

    assert (too_much.status, error_code(body)) == (413, "too_large")
    assert enough.status == 200


async def test_half_a_character_does_not_reach_the_bot(visiting: Any) -> None:
    """Half a surrogate pair, which could not be stored, is replaced; whole characters stay."""
    async with visiting() as visitor:
        body = b'{"client_message_id": "11111111", "text": "a \\ud83d b \\ud83d\\ude00"}'
        answer, _ = await visitor.request("POST", "/messages", data=body)
        shown = (await visitor.transcript())["turns"][0]["text"]

    assert answer.status == 200
    assert visitor.agent.messages[0].text == shown == "a \N{REPLACEMENT CHARACTER} b \N{GRINNING FACE}"


@pytest.mark.parametrize("after", ["-1", "one", "1.5", "%C2%B2", "99999999999999999"])
async def test_number_that_is_none_is_refused(after: str, visiting: Any, error_code: ErrorCode) -> None:
    """Who asks for events after something that is no number, is told so."""
    async with visiting() as visitor:
        answer, body = await visitor.request("GET", f"/events?after={after}")

    assert (answer.status, error_code(body)) == (400, "bad_request")


async def test_readiness(visiting: Any, error_code: ErrorCode) -> None:
    """The server is healthy before it is ready; until then messages are refused, and nothing is lost with them."""
    async with visiting() as visitor:
        visitor.agent.ready = False
        health, _ = await visitor.request("GET", "/health")
        starting, body = await visitor.request("GET", "/ready")
        early, early_body = await visitor.request("POST", "/messages", json=message())
        visitor.agent.ready = True
        ready, _ = await visitor.request("GET", "/ready")
        turns = (await visitor.transcript())["turns"]

    assert (health.status, starting.status, early.status, ready.status) == (200, 503, 503, 200)
    assert error_code(body) == error_code(early_body) == "starting"
    assert turns == []


async def test_server_without_its_database_is_not_ready(
    visiting: Any, error_code: ErrorCode, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While nothing can be kept, no messages should be sent here; the server itself is healthy."""

    async def fail(*_: Any) -> None:
        raise OperationalError("INSERT", {"text": "hello"}, OSError("gone"))

    async with visiting() as visitor:
        monkeypatch.setattr(Database, "run", fail)
        taken, body = await visitor.request("POST", "/messages", json=message())
        ready, ready_body = await visitor.request("GET", "/ready")
        health, _ = await visitor.request("GET", "/health")

    assert (taken.status, ready.status, health.status) == (503, 503, 200)
    assert error_code(body) == error_code(ready_body) == "unavailable"
    assert visitor.agent.messages == []
    assert "ACU152" in caplog.text
    assert "hello" not in caplog.text


async def test_zero_character_can_be_kept(visiting: Any) -> None:
    """A character that a database takes for an end is replaced."""
    async with visiting() as visitor:
        await visitor.request("POST", "/messages", data=b'{"client_message_id": "11111111", "text": "a\\u0000b"}')

        assert (await visitor.transcript())["turns"][0]["text"] == "a\N{REPLACEMENT CHARACTER}b"


async def test_deletion_waits_for_the_model(visiting: Any, error_code: ErrorCode) -> None:
    """While the record cannot be reached the session stays open, so that it can be deleted later."""
    async with visiting() as visitor:
        visitor.agent.ready = False
        early, body = await visitor.request("DELETE", "/session")
        visitor.agent.ready = True
        late, _ = await visitor.request("DELETE", "/session")

    assert (early.status, error_code(body), late.status) == (503, "starting", 204)


async def test_feedback_is_kept_with_the_reply(visiting: Any) -> None:
    """A patient says what helped, may change their mind, and finds it again after a reload."""
    async with visiting() as visitor:
        reply_id = (await visitor.say("hello"))[1].data["reply_id"]
        first, body = await visitor.request("POST", "/feedback", json={"reply_id": reply_id, "helpful": True})
        feedback = {"reply_id": reply_id, "helpful": False, "reason": "Too long \N{GRINNING FACE}"}
        second, _ = await visitor.request("POST", "/feedback", json=feedback)
        (turn,) = (await visitor.transcript())["turns"]

    assert (first.status, second.status, body) == (204, 204, "")
    assert turn["feedback"] == {reply_id: {"helpful": False, "reason": "Too long \N{GRINNING FACE}"}}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"helpful": True}, 400),
        ({"reply_id": "x"}, 400),
        ({"reply_id": 7, "helpful": True}, 400),
        ({"reply_id": "x", "helpful": 1}, 400),
        ({"reply_id": "x", "helpful": True, "reason": 7}, 400),
        ({"reply_id": "x", "helpful": True, "reason": "a" * 501}, 400),
        ({"reply_id": "x", "helpful": True, "reason": "a" * 500}, 404),
    ],
)
async def test_unusable_feedback_is_refused(values: dict[str, Any], status: int, visiting: Any) -> None:
    """Feedback needs a reply and an opinion; a reason may have 500 characters."""
    async with visiting() as visitor:
        answer, _ = await visitor.request("POST", "/feedback", json=values)

    assert answer.status == status


async def test_deleted_conversation_is_gone(visiting: Any, error_code: ErrorCode) -> None:
    """After a deletion nothing is left, Rasa's record included, and the token opens nothing any more."""
    async with visiting() as visitor:
        await visitor.say("hello")
        other = await visitor.another()
        await other.say("hello")
        kept = set(await visitor.agent.tracker_store.keys())
        answer, body = await visitor.request("DELETE", "/session")
        left = set(await visitor.agent.tracker_store.keys())
        again, refused = await visitor.request("GET", "/transcript")

        assert (answer.status, body) == (204, "")
        assert (again.status, error_code(refused)) == (401, "no_session")
        assert kept - left == {visitor.agent.messages[0].sender_id}
        assert len((await other.transcript())["turns"]) == 1


async def test_conversation_deleted_in_the_middle_of_a_turn(visiting: Any) -> None:
    """A running turn writes nothing after the deletion, and one that waits does not begin."""
    begun, go = asyncio.Event(), asyncio.Event()

    async def wait(_: UserMessage) -> None:
        begun.set()
        await go.wait()

    async with visiting(wait) as visitor:
        turns = [asyncio.create_task(visitor.say(text)) for text in ("one", "two")]
        await begun.wait()
        deletion = asyncio.create_task(visitor.request("DELETE", "/session"))
        await asyncio.sleep(0.05)
        go.set()
        answer, _ = await deletion
        ends = [events[-1].kind for events in await asyncio.gather(*turns)]

        assert answer.status == 204
        assert ends == ["error", "error"]
        assert [each.text for each in visitor.agent.messages] == ["one"]
        assert list(await visitor.agent.tracker_store.keys()) == []


async def test_deletion_that_fails_is_admitted(
    visiting: Any, error_code: ErrorCode, caplog: pytest.LogCaptureFixture
) -> None:
    """If the record cannot be deleted, the patient is told so and may try again, and the operator reads why."""
    async with visiting() as visitor:
        await visitor.say("hello")
        store, visitor.agent.tracker_store = visitor.agent.tracker_store, object()
        answer, body = await visitor.request("DELETE", "/session")
        visitor.agent.tracker_store = store
        again, _ = await visitor.request("DELETE", "/session")

    assert (answer.status, error_code(body)) == (500, "not_deleted")
    assert again.status == 204
    assert "ACU301" in caplog.text


async def test_conversation_has_a_limit_of_messages(visiting: Any, error_code: ErrorCode) -> None:
    """Who sends too fast is told when to go on; a repeated message and other patients do not count."""
    async with visiting(settings=Settings(limits=Limits(messages_per_conversation=2))) as visitor:
        message_id = str(uuid.uuid4())
        for _ in range(3):
            await visitor.say("hello", message_id)
        await visitor.say("hello")
        answer, body = await visitor.request("POST", "/messages", json=message())
        await (await visitor.another()).say("hello")

    assert (answer.status, error_code(body)) == (429, "too_many")
    assert 0 < int(answer.headers["Retry-After"]) <= 30


async def test_address_has_a_limit_of_requests(visiting: Any, error_code: ErrorCode) -> None:
    """New sessions do not get around the limit; health and files are not counted."""
    async with visiting(settings=Settings(limits=Limits(requests_per_address=2))) as visitor:
        await visitor.request("GET", "/transcript")
        answer, body = await visitor.request("POST", "/session")
        health, _ = await visitor.request("GET", "/health")

    assert (answer.status, error_code(body)) == (429, "too_many")
    assert health.status == 200


async def test_visitors_behind_a_proxy_are_told_apart(visiting: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Sanic is told of a proxy, the address it names counts; otherwise nobody can make one up."""
    settings = Settings(limits=Limits(requests_per_address=2))
    statuses = {}
    for proxies in ("1", None):
        if proxies:
            monkeypatch.setenv("SANIC_PROXIES_COUNT", proxies)
        else:
            monkeypatch.delenv("SANIC_PROXIES_COUNT")
        async with visiting(settings=settings) as visitor:
            answers = [
                await visitor.request("GET", "/transcript", headers={"X-Forwarded-For": f"203.0.113.{number}"})
                for number in range(3)
            ]
        statuses[proxies] = [answer.status for answer, _ in answers]

    assert statuses == {"1": [200, 200, 200], None: [200, 429, 429]}


def test_rasa_finds_the_channel_in_the_credentials() -> None:
    """Stock `rasa run` loads the channel from credentials.yml by its module path."""
    channels = create_http_input_channels(None, "credentials.yml")

    assert [channel.url_prefix() for channel in channels if isinstance(channel, WebsiteChannel)] == ["website"]
