"""The chat widget in Chromium, on a clinic's page, in front of the real channel with a stub agent."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from sanic import Sanic

from acumen.answering.reply import Button, Citation, Reply, Row, Table, Text
from acumen.channels.website import servers
from acumen.runtime.server import create_app

PROJECT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
SECRET = "kept over restarts, in these tests"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Riverside Clinic</title>
<main>
  <h1>Riverside Clinic</h1>
  <p>We offer acupuncture and dry needling.
  <a href="/webhooks/website/chat" data-acumen-open>Ask a question</a></p>
</main>
<script type="module" src="{src}" {settings}></script>
</html>"""

DIED: list[asyncio.Task[Any]] = []


def passage(text: str, section: str = "hurt", author: str | None = "Kelsey Bru", date: str | None = None) -> Citation:
    """A passage of an article that exists only here."""
    return Citation("pain", section, text, f"About {section}", "Understanding Pain", author, date)


REPLIES = {
    "Does it hurt?": Reply(
        "answer",
        (
            Text("The articles give different figures:"),
            passage("Usually it is painless."),
            passage("Some feel a prick.", "feel", None),
            passage("It lasts a moment."),
        ),
        buttons=(Button("Tell me more"), Button("How many sessions will I need?")),
    ),
    "Tell me more": Reply("answer", (passage("They say more.", date="2023"),)),
    "How do dry needling and acupuncture differ?": Reply(
        "answer",
        (
            Text("Here is what the articles say, side by side:"),
            Table(
                ("Acupuncture", "Dry needling"),
                tuple(
                    Row(heading, (passage(f"{one}.", "old"), passage(f"{other}.", "new", "Sam Field")))
                    for heading, one, other in [
                        ("Aim", "It aims to restore balance in the whole body", "It aims to release a tight muscle"),
                        (
                            "Where",
                            "Needles go into set points, often far from the pain",
                            "The needle goes into the sore spot",
                        ),
                        ("Roots", "It comes from traditional Chinese medicine", "It comes from Western anatomy"),
                    ]
                ),
            ),
        ),
        buttons=(Button("Tell me more"),),
    ),
    "list": Reply("answer", (passage("They name:\n- one\n- two\n\nAnd no more."),)),
    "long": Reply("answer", (passage("word" * 200),), buttons=(Button("a long suggestion " * 9),)),
    "emergency": Reply(
        "emergency",
        (
            Text("Call 999 now. This can be an emergency."),
            Text("Do not wait for it to pass, and do not drive yourself. Stay where you are."),
        ),
    ),
    "crisis": Reply("crisis", (Text("You can talk to someone: Samaritans on 116 123. See findahelpline.com."),)),
    "urgent": Reply("urgent", (Text("Contact your GP or NHS 111 today."),)),
    "caution": Reply("caution", (Text("Please ask your doctor first."), passage("They advise care."))),
    "not covered": Reply("not_covered", (Text("The articles do not say what a session costs."),)),
}


class StubAgent:
    """An agent that knows a few messages by heart."""

    def __init__(self) -> None:
        self.ready = True
        self.go = threading.Event()
        self.messages: list[tuple[str, str]] = []
        self.echo: Callable[[str], Reply] = lambda text: Reply("clarify", (Text(text),))
        self.tracker_store = InMemoryTrackerStore(Domain.empty())
        self.lock_store = InMemoryLockStore()

    def is_ready(self) -> bool:
        return self.ready

    async def handle_message(self, message: UserMessage) -> None:
        self.messages.append((message.sender_id, message.text))
        send = message.output_channel.send_response
        if message.text == "broken":
            raise RuntimeError
        if message.text == "halting":
            # Something is said, and the rest takes its time.
            await send(message.sender_id, {"reply": Reply("answer", (passage("First half."),)).to_dict()})
        if message.text in ("slow", "halting"):
            await asyncio.to_thread(self.go.wait, 20)
        reply = REPLIES.get(message.text) or self.echo(message.text)
        await send(message.sender_id, {"reply": reply.to_dict()})


class Site:
    """The bot's server, which can be restarted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.changed = False
        self.cut: Callable[[], None] = lambda: None
        self.agent = StubAgent()
        self._app: Sanic | None = None
        self._stop: Callable[[], None] = lambda: None
        (folder / "data").symlink_to(PROJECT / "data")
        self.configure()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def configure(self, origins: tuple[str, ...] = (), secret: str = SECRET) -> None:
        """Write the credentials that the next start reads."""
        lines = [
            "acumen.channels.website.WebsiteChannel:",
            f"  secret: {secret!r}",
            f"  origins: {list(origins)}",
            # All tests come from one address.
            "  limits: {messages_per_conversation: 100000, requests_per_address: 100000}",
            "acumen.site.ArticleReader:",
        ]
        (self.folder / "credentials.yml").write_text("\n".join(lines), encoding="utf-8")

    def employ(self, agent: StubAgent) -> None:
        """Put a new agent behind the chat."""
        self.agent = agent
        if self._app:
            self._app.ctx.agent = agent

    def start(self) -> None:
        """Serve in a thread of its own."""
        Sanic.test_mode = True
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ACUMEN_DATABASE", f"sqlite:///{self.folder}/own.db")
            self._app = app = create_app(self.folder, lambda: self.agent)
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        loop = asyncio.new_event_loop()
        started, stop = threading.Event(), asyncio.Event()
        connections: set[Any] = set()

        async def serve() -> None:
            nonlocal connections
            server = await app.create_server(sock=listener, return_asyncio_server=True)
            connections = server.connections
            await server.startup()
            app.ctx.agent = self.agent
            started.set()
            await stop.wait()
            await server.close()

        def abort() -> None:
            for connection in list(connections):
                connection.abort()

        thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
        thread.start()
        started.wait()

        def end() -> None:
            loop.call_soon_threadsafe(abort)
            loop.call_soon_threadsafe(stop.set)
            self.agent.go.set()
            thread.join()
            # Nothing of a process that died goes on, not even what it does at an end: collected tasks would.
            DIED.extend(asyncio.all_tasks(loop))
            loop.close()

        # Every connection breaks; the server itself goes on.
        self.cut = lambda: loop.call_soon_threadsafe(abort) and None
        self._stop = end

    def stop(self) -> None:
        """Go away, as at a crash or a restart."""
        self.changed = True
        self._stop()
        self.cut = self._stop = lambda: None


class Chat:
    """A visitor's browser tab with the widget on a clinic's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("dialog", name="Ask", exact=False)
        self.launcher = page.locator("acumen-chat .launcher")
        self.question = page.locator("acumen-chat #question")
        self.turns = page.locator("acumen-chat .turn")
        self.log = page.locator("acumen-chat .log")

    def open(self) -> None:
        """Open the panel."""
        self.launcher.click()
        expect(self.question).to_be_visible()

    def send(self, text: str) -> Locator:
        """Ask by keyboard, and return the turn, as it is."""
        expected = self.turns.count() + 1
        self.question.fill(text)
        self.question.press("Enter")
        expect(self.turns).to_have_count(expected)
        return self.turns.nth(expected - 1)

    def ask(self, text: str) -> Locator:
        """Ask by keyboard, and wait until something came of it."""
        turn = self.send(text)
        expect(turn.locator(".typing")).to_have_count(0)
        return turn

    def choose(self, entry: str) -> None:
        """Choose from the menu."""
        self.panel.get_by_role("button", name="More", exact=True).click()
        self.panel.get_by_role("button", name=entry).click()

    def spoken(self) -> list[str]:
        """What a screen reader has been given to say since the page was opened."""
        return self.page.evaluate("() => window.spoken")


# Notes what enters the live regions, as a screen reader does.
LISTEN = """() => {
    window.spoken = [];
    const note = (records) => records.forEach((record) => {
        const region = record.target.closest?.('[aria-live], [role=status], [role=alert], [role=log]');
        const said = [...record.addedNodes].map((node) => node.textContent).join('');
        if (region && said) window.spoken.push(said);
    });
    const root = document.querySelector('acumen-chat').shadowRoot;
    new MutationObserver(note).observe(root, {childList: true, subtree: true});
}"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The bot on a free port, for all tests: its articles take a while to load."""
    site = Site(tmp_path_factory.mktemp("project"))
    site.start()
    with pytest.MonkeyPatch.context() as patch:
        # Nobody has the time to wait until a server that is gone counts as such.
        patch.setattr(servers, "DEAD_SECONDS", 0.5)
        yield site
    site.stop()


@pytest.fixture
def site(server: Site) -> Iterator[Site]:
    """The bot, with an agent that has heard nothing yet."""
    server.employ(StubAgent())
    yield server
    server.agent.go.set()
    if server.changed:
        server.stop()
        server.configure()
        server.start()
        server.changed = False


@pytest.fixture
def agent(site: Site) -> StubAgent:
    """The agent behind the chat."""
    return site.agent


# Playwright keeps a loop running in this thread: longer than a module, and asynchronous tests could not start theirs.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM:
        pytest.skip("no Chromium found: install it to run the browser tests (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Visitors:
    """Opens pages with the widget, and notes what goes wrong on them and where they connect to."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.contexts: list[BrowserContext] = []
        self._browser = browser
        self._site = site

    def context(self, width: int = 1024, height: int = 800, **options: Any) -> BrowserContext:
        """A visitor's browser: its own storage, and the clinic's page."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(10_000)
        context.on("request", lambda request: self.requests.append(request.url))
        self.contexts.append(context)
        return context

    def visit(
        self,
        context: BrowserContext | None = None,
        settings: str = "",
        lang: str = "en",
        dir: str = "ltr",
        **options: Any,
    ) -> Chat:
        """A tab with the clinic's page, which is served beside the bot under a strict policy."""
        page = (context or self.context(**options)).new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        html = PAGE.format(lang=lang, dir=dir, src="/webhooks/website/widget.js", settings=settings)

        def clinic(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

        page.route("**/clinic.html", clinic)
        page.goto(f"{self._site.address}clinic.html")
        chat = Chat(page)
        expect(chat.launcher.or_(chat.question).first).to_be_visible()
        page.evaluate(LISTEN)
        return chat


@pytest.fixture
def visitors(browser: Browser, site: Site) -> Iterator[Visitors]:
    """Visitors of the clinic's page; what a browser complains about fails the test."""
    visitors = Visitors(browser, site)
    yield visitors
    for context in visitors.contexts:
        context.close()
    # Chromium itself notes each refused request; some tests refuse some on purpose.
    assert [each for each in visitors.complaints if not each.startswith("Failed to load resource")] == []
    assert {each for each in visitors.requests if not each.startswith((site.address, "data:", "blob:"))} == set()


@pytest.fixture
def chat(visitors: Visitors) -> Chat:
    """The open chat on a desktop screen."""
    chat = visitors.visit()
    chat.open()
    return chat
