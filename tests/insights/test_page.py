"""The insights page, in a server as Rasa makes one."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.channels.channel import register
from rasa.core.run import create_http_input_channels
from sanic import Sanic

from acumen.errors import AcumenError, problem
from acumen.insights import page as page_module
from acumen.insights.page import InsightsPage, Reports
from acumen.insights.pages import style_source
from acumen.insights.report import Reporter
from acumen.insights.settings import Settings
from acumen.insights.signing_in import TRIES_A_MINUTE

PROJECT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NO_REDIRECT = {"allow_redirects": False}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, reporter: Reporter) -> Any:
    """Serves the page with settings, for the test's database, and gives a client."""
    monkeypatch.setattr(Sanic, "test_mode", True)
    monkeypatch.setattr(page_module, "open_reporter", lambda project: reporter)

    @asynccontextmanager
    async def serving(settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
        app = Sanic("insights", configure_logging=False)
        register([InsightsPage(settings, PROJECT)], app, "/webhooks/")
        listener = socket.create_server(("127.0.0.1", 0))
        running = await app.create_server(sock=listener, return_asyncio_server=True)
        await running.startup()
        jar = aiohttp.CookieJar(unsafe=True)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with aiohttp.ClientSession(address, cookie_jar=jar) as client:
            yield client
        await running.close()

    yield serving
    gc.collect()


@pytest.fixture
async def client(serve: Any) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a page that a token opens."""
    async with serve(Settings(TOKEN)) as session:
        yield session


async def sign_in(client: aiohttp.ClientSession, token: str = TOKEN, **more: Any) -> tuple[int, str, Any]:
    """Send the form; status, body and headers of what comes back."""
    async with client.post("/insights/sign-in", data={"token": token}, **more) as answer:
        return answer.status, await answer.text(), answer.headers


def test_page_is_closed_as_shipped() -> None:
    """Who opens the bot with the shipped credentials opens no insights page."""
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))

    assert "insights" not in [channel.name() for channel in channels]


def test_page_without_a_token_does_not_start(tmp_path: Path) -> None:
    """Enabled with an empty token, the bot refuses to start, with a code."""
    file = tmp_path / "credentials.yml"
    file.write_text('acumen.insights.page.InsightsPage:\n  token: ""\n', encoding="utf-8")

    with pytest.raises(AcumenError, match="ACU511"):
        create_http_input_channels(None, str(file))


@pytest.mark.parametrize("path", ["/insights", "/insights/", "/insights/insights.csv", "/insights?days=7"])
async def test_nothing_is_shown_without_a_token(
    client: aiohttp.ClientSession, keep: Callable[..., str], said: Any, path: str
) -> None:
    """Everybody else is asked for the token, and learns nothing else."""
    async with client.get(path) as answer:
        text = await answer.text()

    assert answer.status == 401
    assert '<form class="sign-in" method="post" action="/insights/sign-in">' in text
    assert "Conversations" not in text


async def test_token_opens_the_page_for_a_browser(client: aiohttp.ClientSession) -> None:
    """Signing in sets a cookie that scripts and other sites do not get, and leads to the report."""
    status, _, headers = await sign_in(client, **NO_REDIRECT)

    assert (status, headers["Location"]) == (303, "/insights")
    cookie = headers["Set-Cookie"]
    assert {"Path=/insights", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert TOKEN not in cookie
    async with client.get("/insights") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert "What patients asked" in text
    assert "Sign out" in text


async def test_cookie_is_for_https_only_where_there_is_https(client: aiohttp.ClientSession) -> None:
    """Behind a proxy that speaks https, the cookie never goes over http."""
    _, _, headers = await sign_in(client, headers={"X-Forwarded-Proto": "https"}, **NO_REDIRECT)

    assert "Secure" in headers["Set-Cookie"].split("; ")


async def test_signing_out_closes_the_page(client: aiohttp.ClientSession) -> None:
    """After signing out the browser has to sign in again."""
    await sign_in(client)

    async with client.post("/insights/sign-out") as answer:
        assert answer.status == 401
    async with client.get("/insights") as answer:
        assert answer.status == 401


@pytest.mark.parametrize("cookie", ["", "x", "ImluIg.aaaa.bbbb", '"in"', "é"])
async def test_made_up_cookies_open_nothing(client: aiohttp.ClientSession, cookie: str) -> None:
    """A cookie that was not signed with the token is none."""
    async with client.get("/insights", headers={"Cookie": f"acumen_insights={cookie}"}) as answer:
        assert answer.status == 401


async def test_cookie_of_another_token_opens_nothing(serve: Any) -> None:
    """A new token signs everybody out."""
    async with serve(Settings("another-token-than-this")) as old:
        _, _, headers = await sign_in(old, "another-token-than-this", **NO_REDIRECT)
    cookie = {"Cookie": headers["Set-Cookie"].split(";")[0]}
    async with serve(Settings(TOKEN)) as client, client.get("/insights", headers=cookie) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "é", "x" * 5000])
async def test_wrong_tokens_are_refused(client: aiohttp.ClientSession, token: str) -> None:
    """A wrong token is told so, and sets no cookie."""
    status, text, headers = await sign_in(client, token)

    assert status == 401
    assert "That is not the token." in text
    assert "Set-Cookie" not in headers
    async with client.get("/insights", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 401


async def test_guessing_is_slowed_down(client: aiohttp.ClientSession) -> None:
    """After a few tries in a minute even the right token is refused, so that guessing it is hopeless."""
    for _ in range(TRIES_A_MINUTE):
        assert (await sign_in(client, "wrong"))[0] == 401

    status, _, headers = await sign_in(client, TOKEN)

    assert status == 429
    assert int(headers["Retry-After"]) > 0
    async with client.get("/insights", headers=BEARER) as answer:
        assert answer.status == 429


async def test_other_sites_cannot_sign_anybody_in(client: aiohttp.ClientSession) -> None:
    """A form of another site is refused."""
    status, _, headers = await sign_in(client, headers={"Origin": "https://evil.example"})

    assert status == 403
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Origin" not in headers


async def test_page_is_protected_and_kept_nowhere(client: aiohttp.ClientSession) -> None:
    """Every answer has a strict policy, is not indexed, and stays in no cache."""
    for path, headers in (("/insights", BEARER), ("/insights", {}), ("/insights/insights.csv", BEARER)):
        async with client.get(path, headers=headers) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith(f"default-src 'none'; style-src {style_source()};")
            assert "script-src" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


async def test_period_is_chosen_by_links(client: aiohttp.ClientSession) -> None:
    """The page links to 7, 30 and 90 days; what is not offered is the usual period."""
    for path, length in (("", 30), ("?days=7", 7), ("?days=90", 90), ("?days=1e9", 30), ("?days=%FF", 30)):
        async with client.get(f"/insights{path}", headers=BEARER) as answer:
            text = await answer.text()
        assert f"{length} days</p>" in text
        assert re.findall(r'href="/insights\?days=(\d+)"', text) == ["7", "30", "90"]
        assert re.search(r'href="/insights\?days=(\d+)" aria-current="page"', text)[1] == str(length)  # type: ignore[index]


async def test_table_can_be_downloaded(client: aiohttp.ClientSession, keep: Callable[..., str], said: Any) -> None:
    """The table is a CSV file of the same period."""
    keep(said("a", "answer", "does_it_hurt"), day=date.today())

    async with client.get("/insights/insights.csv?days=7", headers=BEARER) as answer:
        text = (await answer.read()).decode("utf-8-sig")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="insights-')
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(row["table"] == "days" and row["column"] == "messages" for row in rows) == 7
    assert {"table": "outcomes", "row": "answer", "column": "messages", "value": "1"} in rows


@pytest.mark.parametrize("path", ["/insights/nothing", "/insights/..%2fcredentials.yml", "/insights/sign-in"])
async def test_there_is_nothing_else(client: aiohttp.ClientSession, path: str) -> None:
    """No other address below the page answers."""
    async with client.get(path, headers=BEARER) as answer:
        assert answer.status in (404, 405)


async def test_proxy_header_is_believed_from_the_proxy_only(serve: Any) -> None:
    """Who was signed in by the proxy is let in; the same header from elsewhere opens nothing."""
    signed_in = {"X-Forwarded-User": "manager"}
    async with serve(Settings(None, "X-Forwarded-User")) as client:
        async with client.get("/insights", headers=signed_in) as answer:
            assert answer.status == 200
            assert "Sign out" not in await answer.text()
        for headers in ({}, {"X-Forwarded-User": " "}, {"Authorization": "Bearer "}, BEARER):
            async with client.get("/insights", headers=headers) as answer:
                assert answer.status == 403
        assert (await sign_in(client, ""))[0] == 403
    elsewhere = Settings(None, "X-Forwarded-User", ("192.0.2.1",))
    async with serve(elsewhere) as client, client.get("/insights", headers=signed_in) as answer:
        assert answer.status == 403


async def test_report_that_fails_is_a_page(
    serve: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the database is gone, the page says so, and the log names the fault without anybody's words."""

    class Broken:
        def __init__(self, error: Exception) -> None:
            self.error = error

        def report(self, period: Any) -> Any:
            raise self.error

    for error in (AcumenError(problem("ACU303", detail="gone")), RuntimeError("xylophonist")):
        monkeypatch.setattr(page_module, "open_reporter", lambda project, error=error: Broken(error))
        async with serve(Settings(TOKEN)) as client, client.get("/insights", headers=BEARER) as answer:
            assert answer.status == 503
            assert "could not be made" in await answer.text()
    assert "ACU303" in caplog.text
    assert "xylophonist" not in caplog.text


async def test_report_is_made_once_a_minute_off_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many who ask at once share one report, made in a thread; after a minute it is made anew."""
    made: list[tuple[int, bool]] = []

    class Counting:
        def report(self, period: Any) -> Any:
            made.append((period.length, threading.current_thread() is threading.main_thread()))
            return period

    reports = Reports(Counting)  # type: ignore[arg-type]
    await asyncio.gather(*(reports.of(7) for _ in range(5)), reports.of(30))
    assert made == [(7, False), (30, False)]

    monkeypatch.setattr(page_module, "FRESH_SECONDS", -1.0)
    await reports.of(7)
    assert len(made) == 3
