"""The description of the HTTP contract, held against the server."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import jsonschema
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from sanic import Sanic

from acumen.answering.reply import Button, Citation, ClinicAnswer, Reply, Row, Table, Text
from acumen.channels.website.api import DESCRIPTION, Api
from acumen.channels.website.refusals import REFUSALS
from acumen.channels.website.render import rendered
from acumen.runtime.server import create_app
from acumen.runtime.stores.local_lock import LocalLockStore

PROJECT = Path(__file__).parents[3]
BASE = "/webhooks/website"
SPECIFICATION = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
CREDENTIALS = """\
acumen.channels.website.WebsiteChannel:
  limits: {messages_per_conversation: 1000000, requests_per_address: 1000000}
"""
HURT = Citation("pain", "hurt", "Usually it is painless.", "Does it hurt?", "Understanding Pain")
REPLY = Reply(
    "answer",
    (
        ClinicAnswer("We go gently.", ""),
        Text("Side by side:"),
        HURT,
        Table(("Acupuncture", "Dry needling"), (Row("Feeling", (HURT, HURT)),)),
    ),
    ("does_it_hurt",),
    (Button("Tell me more"),),
)

schema = schemathesis.pytest.from_fixture("described")


class StubAgent:
    """An agent that always gives the same reply."""

    class tracker_store:  # noqa: N801
        """A store that keeps nothing."""

        event_broker = None

        @staticmethod
        async def delete(_: str) -> None:
            """Nothing is kept."""

    lock_store = LocalLockStore()

    def is_ready(self) -> bool:
        return True

    async def handle_message(self, message: Any) -> None:
        await message.output_channel.send_response(message.sender_id, {"reply": REPLY.to_dict()})


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of `acumen serve`, in a thread of its own, without limits that the many requests would meet."""
    project = tmp_path_factory.mktemp("project")
    (project / "data").symlink_to(PROJECT / "data")
    (project / "credentials.yml").write_text(CREDENTIALS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sanic, "test_mode", True)
        patch.setenv("ACUMEN_DATABASE", f"sqlite:///{project}/own.db")
        app = create_app(project, StubAgent)
        listener = socket.create_server(("127.0.0.1", 0))
        loop = asyncio.new_event_loop()
        started, stop = threading.Event(), asyncio.Event()

        async def serve() -> None:
            server = await app.create_server(sock=listener, return_asyncio_server=True)
            await server.startup()
            app.ctx.agent = StubAgent()
            started.set()
            await stop.wait()
            await server.close()
            for connection in server.connections:
                connection.close()

        thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
        thread.start()
        started.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE}"
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.fixture
def described(address: str) -> schemathesis.BaseSchema:
    """The description with the server's address, and a session of its own for each request."""
    description = schemathesis.openapi.from_path(str(DESCRIPTION))
    description.config.update(base_url=address, request_timeout=20)

    @description.auth(refresh_interval=None)
    class _Session:
        def get(self, _: schemathesis.Case, context: schemathesis.AuthContext) -> str:
            return str(requests.post(f"{address}/session", timeout=10).json()["token"])

        def set(self, case: schemathesis.Case, token: str, context: schemathesis.AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {token}"

    return description


def validate(values: Any, name: str) -> None:
    """Hold values against a schema of the description."""
    # `$ref`s are followed within the whole description.
    whole = {**SPECIFICATION, "$ref": f"#/components/schemas/{name}"}
    jsonschema.Draft202012Validator(whole).validate(values)


@schema.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_server_does_what_the_description_says(case: schemathesis.Case) -> None:
    """Whatever is sent, good or bad, is answered with a status, headers and a body as described."""
    case.call_and_validate()


@pytest.mark.parametrize("turn", ["answer", "failure"])
async def test_conversation_is_as_described(turn: str, visiting: Any) -> None:
    """What stands in the events of a stream and in a transcript is what the description says, field by field."""

    async def take(message: Any) -> None:
        if turn == "answer":
            await message.output_channel.send_response(message.sender_id, {"reply": REPLY.to_dict()})

    async with visiting(take) as visitor:
        events = await visitor.say("hello")
        if turn == "answer":
            feedback = {"reply_id": events[1].data["reply_id"], "helpful": True, "reason": "Clear."}
            await visitor.request("POST", "/feedback", json=feedback)
        transcript = await visitor.transcript()

    for event in events:
        validate(event.data, f"{event.kind.capitalize()}Event")
    validate(transcript, "Transcript")


@pytest.mark.parametrize("field", ["passage", "url", "columns"])
def test_description_of_a_reply_is_strict(field: str) -> None:
    """A reply that lacks a field is not as described: the check above would notice."""
    tree = rendered(REPLY)
    validate(tree, "Reply")
    for block in tree["blocks"]:
        block.pop(field, None)

    with pytest.raises(jsonschema.ValidationError):
        validate(tree, "Reply")


async def test_every_address_is_described(visiting: Any) -> None:
    """What the channel serves as JSON or as a stream stands in the description; files and pages do not."""
    async with visiting() as visitor:
        answer, body = await visitor.request("GET", "/openapi.json")

    assert answer.status == 200
    assert json.loads(body) == SPECIFICATION
    private = {(path, method) for path, method, _ in Api(MagicMock(), MagicMock(), 1).routes()}
    public = {("/health", "GET"), ("/ready", "GET"), ("/openapi.json", "GET")}
    described = {(path, method.upper()) for path, methods in SPECIFICATION["paths"].items() for method in methods}
    assert described == private | public


def test_every_refusal_is_described() -> None:
    """Each code that a program may meet is explained once."""
    text = json.dumps(SPECIFICATION)

    assert {code for code in REFUSALS if f"`{code}`" not in text} == {"not_found"}
