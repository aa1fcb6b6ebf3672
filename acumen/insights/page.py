"""The insights page: what patients asked, for the clinic and nobody else."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from acumen.channels.website.access import Origins
from acumen.channels.website.refusals import RefusedError
from acumen.content.clinic import read_clinic
from acumen.errors import AcumenError
from acumen.insights.pages import Controls, Link, failed_page, page, sign_in_page, style_source
from acumen.insights.period import last_days
from acumen.insights.report import Report, Reporter
from acumen.insights.settings import Settings, read_settings
from acumen.insights.signing_in import Door
from acumen.insights.sources import open_reporter
from acumen.insights.table import ENCODING, one_table
from acumen.logs import log_failure, logger

INSIGHTS = "/insights"
SIGN_IN, SIGN_OUT, TABLE = f"{INSIGHTS}/sign-in", f"{INSIGHTS}/sign-out", f"{INSIGHTS}/insights.csv"
PERIODS = (7, 30, 90)
USUAL_PERIOD = 30
FRESH_SECONDS = 60.0
WRONG_TOKEN = "That is not the token."  # noqa: S105
REFUSED = {
    "foreign_origin": ("Another site asked for this page. Please open it here.", 403),
    "too_many": ("That was tried too often. Please wait a minute.", 429),
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src {style}; img-src data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # These are patients' words: nothing may keep a copy.
    "Cache-Control": "no-store",
}

Handler = Callable[[Request], Awaitable[HTTPResponse]]


class InsightsPage(InputChannel):
    """Serves the report of the last days; it takes no messages.

    It is a channel only because Rasa opens what `credentials.yml` names, so that
    stock `rasa run` has the page as well.
    """

    @classmethod
    def name(cls) -> str:
        """Name of the channel (see parent class for full docstring)."""
        return "insights"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InsightsPage:
        """Makes the page from its credentials (see parent class for full docstring).

        Raises:
            AcumenError: ACU511 for each setting that is not what it should be.
        """
        return cls(read_settings(credentials))

    def __init__(self, settings: Settings, project: Path = Path()) -> None:
        """Creates the channel.

        Args:
            settings: who may see the page.
            project: the folder with `data/`; Rasa's commands run in it.
        """
        self._project = project
        self._door = Door(settings, INSIGHTS)
        self._reports = Reports(functools.partial(open_reporter, project))

    def url_prefix(self) -> str:
        """The address of the page; the slash in front keeps it out of `/webhooks/`."""
        return INSIGHTS

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Defines the page, its table, and signing in and out.

        Raises:
            AcumenError: for a fault of the clinic's settings.
        """
        self._clinic = read_clinic(self._project / "data" / "clinic.yml")
        insights = Blueprint("insights")
        own = Origins()

        @insights.middleware("response")
        async def finish(request: Request, answer: HTTPResponse) -> None:
            # Rasa lets pages of other sites read answers where it runs with `--cors`: never these.
            own.allow(request, answer)
            answer.headers.update({key: value.format(style=style_source()) for key, value in HEADERS.items()})

        routes = (
            ("/", "GET", self._show),
            ("/insights.csv", "GET", self._table),
            ("/sign-in", "POST", self._sign_in),
            ("/sign-out", "POST", self._sign_out),
        )
        for path, method, handler in routes:
            insights.add_route(self._guarded(handler), path, methods=[method], name=handler.__name__.strip("_"))
        insights.add_route(self._guarded(self._by_name), "/<name:str>", methods=["GET"], name="other")
        return insights

    def _guarded(self, handler: Handler) -> Callable[..., Awaitable[HTTPResponse]]:
        """Turn what stops a request into a page."""

        @functools.wraps(handler)
        async def answer(request: Request, **_: Any) -> HTTPResponse:
            try:
                Origins().check(request)
                return await handler(request)
            except RefusedError as refused:
                shown = self._ask_for_token(*REFUSED[refused.code])
                if refused.retry_after is not None:
                    shown.headers["Retry-After"] = str(refused.retry_after)
                return shown

        return answer

    async def _show(self, request: Request) -> HTTPResponse:
        """The report of the period that was chosen."""

        def shown(report: Report) -> HTTPResponse:
            return response.html(page(report, self._clinic, self._ways(request)))

        return await self._report(request, shown)

    async def _table(self, request: Request) -> HTTPResponse:
        """The same as one table."""
        return await self._report(request, _download)

    async def _report(self, request: Request, show: Callable[[Report], HTTPResponse]) -> HTTPResponse:
        if not self._door.is_open(request):
            return self._ask_for_token()
        try:
            return show(await self._reports.of(_days(request)))
        except AcumenError as error:
            logger.error("%s", error)
        except Exception as error:  # whatever broke may quote a patient
            log_failure("a report was not made", error)
        return response.html(failed_page(self._clinic), status=503)

    async def _sign_in(self, request: Request) -> HTTPResponse:
        """Let in who has the token."""
        form = request.form or {}
        if not self._door.try_token(request, str(form.get("token") or "")):
            return self._ask_for_token(WRONG_TOKEN)
        answer = response.redirect(INSIGHTS, status=303)
        self._door.remember(request, answer)
        return answer

    async def _sign_out(self, request: Request) -> HTTPResponse:
        """End the visit of this browser."""
        answer = response.redirect(INSIGHTS, status=303)
        self._door.forget(request, answer)
        return answer

    async def _by_name(self, request: Request) -> HTTPResponse:
        # Sanic matches the page's own address here when it ends with a slash.
        if request.path.rstrip("/") == INSIGHTS:
            return await self._show(request)
        raise NotFound(request.path)

    def _ask_for_token(self, trouble: str = "", status: int = 401) -> HTTPResponse:
        if not self._door.takes_tokens:
            trouble = trouble or "You are not signed in. Please open this page at the address that asks you to."
            return response.html(sign_in_page(self._clinic, "", trouble), status=status if status != 401 else 403)
        return response.html(sign_in_page(self._clinic, SIGN_IN, trouble), status=status)

    def _ways(self, request: Request) -> Controls:
        days = _days(request)
        periods = [Link(f"{each} days", f"{INSIGHTS}?days={each}", each == days) for each in PERIODS]
        sign_out = SIGN_OUT if self._door.has_session(request) else ""
        return Controls(periods, f"{TABLE}?days={days}", sign_out)


class Reports:
    """Reports of the last days, made in a thread and kept for a minute; each is made once, however many ask."""

    def __init__(self, open_reporter: Callable[[], Reporter]) -> None:
        self._open = open_reporter
        self._reporter: Reporter | None = None
        self._kept: dict[int, tuple[float, Report]] = {}
        # One at a time: a report takes a core for seconds, and patients need the other.
        self._one_at_a_time = asyncio.Lock()

    async def of(self, days: int) -> Report:
        """The report of the last `days` days.

        Raises:
            AcumenError: when the articles or the database cannot be read.
        """
        async with self._one_at_a_time:
            made, report = self._kept.get(days, (0.0, None))
            if report is None or time.monotonic() - made > FRESH_SECONDS:
                report = await asyncio.to_thread(self._make, days)
                self._kept[days] = time.monotonic(), report
            return report

    def _make(self, days: int) -> Report:
        self._reporter = self._reporter or self._open()
        return self._reporter.report(last_days(days, date.today()))


def _days(request: Request) -> int:
    """The period that was chosen; one that is not offered is the usual one."""
    chosen = str(request.args.get("days", ""))
    return int(chosen) if chosen in map(str, PERIODS) else USUAL_PERIOD


def _download(report: Report) -> HTTPResponse:
    name = f"insights-{report.period.first}-{report.period.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return response.raw(one_table(report).encode(ENCODING), content_type="text/csv; charset=utf-8", headers=headers)
