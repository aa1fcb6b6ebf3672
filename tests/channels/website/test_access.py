"""Which pages may use the chat, and what browsers are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from acumen.channels.website.access import SECURITY_HEADERS, Origins
from acumen.channels.website.settings import Settings

CLINIC = "https://www.clinic.example"
STRANGER = "https://stranger.example"
ErrorCode = Callable[[str], str]


def permissions(answer: Any) -> dict[str, list[str]]:
    """Everything that an answer permits to pages of other sites."""
    names = {name for name in answer.headers if name.startswith("Access-Control-")}
    return {name: answer.headers.getall(name) for name in names}


@pytest.fixture(params=[None, "*"], ids=["rasa run", "rasa run --cors '*'"])
def cors(request: pytest.FixtureRequest) -> str | None:
    """Rasa's own setting, which must not loosen ours."""
    return request.param


async def test_listed_site_may_talk_to_the_chat(visiting: Any, cors: str | None) -> None:
    """A listed site's page may ask and read, without cookies, and see when to try again."""
    async with visiting(settings=Settings(origins=(CLINIC,)), cors=cors) as visitor:
        preflight, _ = await visitor.request("OPTIONS", "/messages", headers={"Origin": CLINIC})
        answer, _ = await visitor.request("GET", "/transcript", headers={"Origin": CLINIC})

    own = {"Access-Control-Allow-Origin": [CLINIC], "Access-Control-Expose-Headers": ["Retry-After"]}
    assert preflight.status < 300
    assert permissions(preflight) == {
        **own,
        "Access-Control-Allow-Methods": ["GET, POST, DELETE"],
        "Access-Control-Allow-Headers": ["Authorization, Content-Type"],
        "Access-Control-Max-Age": ["7200"],
    }
    assert answer.status == 200
    assert permissions(answer) == own
    assert answer.headers["Vary"] == "Origin"


async def test_stream_and_refusal_can_be_read_by_a_listed_site(visiting: Any) -> None:
    """Streams and refusals carry the permission too: otherwise a page could not show the sentence."""
    async with visiting(settings=Settings(origins=(CLINIC,))) as visitor:
        stream, _ = await visitor.request("GET", "/events", headers={"Origin": CLINIC})
        refused, _ = await visitor.request("GET", "/transcript", headers={"Origin": CLINIC, "Authorization": ""})

    assert [answer.headers["Access-Control-Allow-Origin"] for answer in (stream, refused)] == [CLINIC] * 2
    assert (stream.status, refused.status) == (200, 401)


@pytest.mark.parametrize("origin", [STRANGER, "null", "", f"{CLINIC}.stranger.example", "http://www.clinic.example"])
async def test_other_sites_are_refused(origin: str, visiting: Any, cors: str | None, error_code: ErrorCode) -> None:
    """A page of another site, or of none, cannot begin a conversation, with or without a token."""
    async with visiting(settings=Settings(origins=(CLINIC,)), cors=cors) as visitor:
        preflight, _ = await visitor.request("OPTIONS", "/session", headers={"Origin": origin})
        begun, body = await visitor.request("POST", "/session", headers={"Origin": origin})
        read, _ = await visitor.request("GET", "/transcript", headers={"Origin": origin})

    assert (begun.status, read.status, error_code(body)) == (403, 403, "foreign_origin")
    assert permissions(preflight) == permissions(begun) == permissions(read) == {}


async def test_own_pages_are_not_foreign(visiting: Any) -> None:
    """The server's own pages need no entry in the list, also behind a proxy that speaks https."""
    async with visiting() as visitor:
        statuses = []
        for scheme in ("http", "https"):
            headers = {"Host": "chat.clinic.example:8443", "Origin": f"{scheme}://chat.clinic.example:8443"}
            answer, _ = await visitor.request("POST", "/session", headers=headers)
            statuses.append(answer.status)

    assert statuses == [200, 200]


async def test_answers_are_kept_by_nobody(visiting: Any) -> None:
    """What a patient reads stays out of caches, frames and referrers."""
    async with visiting() as visitor:
        for path in ("/transcript", "/events", "/ready"):
            answer, _ = await visitor.request("GET", path)

            assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    "origin",
    ["*", "", "null", "www.clinic.example", f"{CLINIC}/", f"{CLINIC}/chat", "https://*.clinic.example", 7, None],
)
def test_what_is_no_origin(origin: Any) -> None:
    """Only a scheme and a host can be listed: anything else would never match, or match too much."""
    with pytest.raises(ValueError, match="is no origin"):
        Origins([origin])


@pytest.mark.parametrize("origin", [CLINIC, "http://localhost:8000", "http://[::1]:8000", "http://127.0.0.1"])
def test_what_is_an_origin(origin: str) -> None:
    """Hosts with and without a port, by name and by address, can be listed."""
    Origins([origin])
