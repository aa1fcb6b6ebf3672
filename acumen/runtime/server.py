"""The whole bot in one process: pages, channels, model and actions."""

from __future__ import annotations

import asyncio
import errno
import html
import signal
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.core.run import close_resources, create_http_input_channels
from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.support import answer_with, assistant
from acumen.assistant import Assistant
from acumen.channels.website.access import secure
from acumen.errors import AcumenError, problem
from acumen.logs import log_failure
from acumen.runtime.agent import TurnAgent, close_locks, connect_broker, load_warm_agent
from acumen.runtime.live import LiveContent
from acumen.runtime.metrics import served_metrics
from acumen.runtime.retention import keep_tidy
from acumen.runtime.tracing import note_caller, sent_spans
from acumen.runtime.turns import turn_thread
from acumen.site.demo import demo_site
from acumen.site.pages import Edition

# Why the server refuses, by status: a code, and a sentence for whoever reads it.
SENTENCES = {
    400: ("bad_request", "The request could not be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("not_allowed", "This address does not answer such requests."),
    408: ("too_slow", "The request took too long to arrive. Please try again."),
    413: ("too_large", "That message is too long. Please ask in a sentence or two."),
    500: ("failed", "Something went wrong on our side. Please try again."),
    503: ("busy", "The server is busy. Please try again in a moment."),
}
MAX_PORT = 65535
# Vendors of messengers send many messages in one request; what a patient may send in one, the website channel says.
MAX_REQUEST_BYTES = 4 * 1024 * 1024
# An answer's stream may be open for as long as ten waiting turns take.
STREAM_SECONDS = 600
CLOSE_SECONDS = 5.0
ERROR_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{sentence}</title>
  <link rel="icon" href="/site/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/site/demo.css">
</head>
<body>
  <header class="site-header"><div class="bar"><a class="brand" href="/">Back to the start</a></div></header>
  <main class="band"><div class="bar"><h1>{sentence}</h1></div></main>
</body>
</html>
"""


def serve(project: Path, model: Path, host: str, port: int) -> None:
    """Serve the bot until it is told to stop.

    Raises:
        AcumenError: ACU211 when the port is taken, ACU204 when the model does not load, ACU212 when the address
            cannot be listened on, ACU340 when that of the metrics cannot be used, ACU513 or ACU514 when traces
            are asked for and cannot be sent, and what the project's own actions find wrong.
    """
    # Taken before the model loads: a fault that can be known at once should not wait for it.
    with _listen(host, port) as listener, served_metrics(), sent_spans() as spans:

        def load() -> TurnAgent:
            agent = load_warm_agent(project, model)
            agent.spans = spans
            return agent

        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
        app = create_app(
            project,
            load,
            on_ready=lambda: print(f"Acumen is ready: {address} (Ctrl-C stops it)", flush=True),
        )
        if spans:
            app.register_middleware(note_caller, "request")
        app.run(sock=listener, workers=1, access_log=False, motd=False)
    if app.ctx.fault:
        raise app.ctx.fault


def create_app(project: Path, agent_loader: Callable[[], Agent], on_ready: Callable[[], None] = lambda: None) -> Sanic:
    """Make the server; the agent loads when it starts.

    Args:
        project: the folder with `credentials.yml`, which names the channels.
        agent_loader: makes the agent; it may take its time, the page is open meanwhile.
        on_ready: called when the agent is there.

    Raises:
        AcumenError: for a fault of the channels' settings, the articles, topics or clinic settings.
    """
    app = Sanic("acumen", configure_logging=False)
    # It notes what is there before anything is loaded, so that no change falls in between.
    content = LiveContent(project, partial(_use, app))
    app.config.update(REQUEST_MAX_SIZE=MAX_REQUEST_BYTES, RESPONSE_TIMEOUT=STREAM_SECONDS, ACCESS_LOG=False)
    app.ctx.agent = app.ctx.fault = app.ctx.tidying = None
    app.error_handler.add(Exception, explain)
    app.register_middleware(secure, "response")
    channels = create_http_input_channels(None, str(project / "credentials.yml"))
    register(channels, app, route="/webhooks/")
    app.blueprint(demo_site(project))

    async def load(app: Sanic) -> None:
        try:
            agent = await asyncio.to_thread(agent_loader)
            await turn_thread().run(connect_broker(agent, project))
            agent.channels = frozenset(each.name() for each in channels)
            app.ctx.agent = agent
        except Exception as error:
            app.ctx.fault = error
            app.stop()
        else:
            content.start()
            app.ctx.tidying = asyncio.create_task(keep_tidy(lambda: assistant().clinic.keep_days))
            on_ready()

    async def start(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        app.ctx.loading = asyncio.create_task(load(app))

    async def stop(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        # The channels now end their turns; who does not want to wait for that says so a second time.
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(each)
        for task in (app.ctx.loading, app.ctx.tidying):
            if task:
                task.cancel()
        content.stop()

    async def leave(app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        # By now the channels have ended their turns.
        try:
            if app.ctx.agent:
                await asyncio.wait_for(turn_thread().run(close_locks(app.ctx.agent)), CLOSE_SECONDS)
        except Exception as error:
            # With the process the connections end in any case.
            log_failure("the locks were not let go of", error)

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "before_server_stop")
    app.register_listener(leave, "after_server_stop")
    app.register_listener(close_resources, "after_server_stop")
    return app


def _use(app: Sanic, assistant: Assistant, edition: Edition) -> None:
    """Answer and show pages from content that has changed; turns in flight end with what they began with."""
    answer_with(assistant)
    app.ctx.edition = edition
    print("The changed content is in use.", flush=True)


def explain(request: Request, error: Exception) -> HTTPResponse:
    """Answer a request that failed with a sentence, as a page where a page was asked for."""
    status = error.status_code if isinstance(error, SanicException) else 500
    if status not in SENTENCES:
        status = 400 if status < 500 else 500
    if status == 500:
        log_failure("a request failed", error)
    code, sentence = SENTENCES[status]
    headers = getattr(error, "headers", {})
    if "text/html" in request.headers.get("Accept", ""):
        return response.html(ERROR_PAGE.format(sentence=html.escape(sentence)), status=status, headers=headers)
    return response.json({"error": {"code": code, "message": sentence}}, status=status, headers=headers)


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= MAX_PORT:
        raise AcumenError(problem("ACU212", host=host, port=port, detail=f"ports go up to {MAX_PORT}"))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AcumenError(problem("ACU211", port=port)) from error
        raise AcumenError(problem("ACU212", host=host, port=port, detail=error)) from error
