"""Content that changes while the bot runs: used once it is whole and right, refused otherwise."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from acumen.assistant import SAFETY_REPLIES, Assistant
from acumen.errors import AcumenError, problem
from acumen.logs import log_failure, log_problem, log_problems
from acumen.site.pages import Edition

# Changes count once two looks in a row see the same: an editor may still be writing.
POLL_SECONDS = 1.0
FILES = (Path("data/topics.yml"), Path("data/clinic.yml"), SAFETY_REPLIES)
ARTICLES = Path("data/articles")

Publish = Callable[[Assistant, Edition], None]
# Of each file that is there: when it was written, its size, and which file of that name it is.
Snapshot = dict[Path, tuple[int, int, int]]


class LiveContent:
    """Watches articles, topics, clinic settings and safety replies, and loads them anew when they change.

    Files are looked at again and again: that works on every disk, mounted and replaced folders too.
    """

    def __init__(self, project: Path, publish: Publish, poll_seconds: float = POLL_SECONDS) -> None:
        """Take what is there now for what is in use; nothing is watched before `start`.

        Args:
            project: the folder with `data/`.
            publish: takes what was loaded; it is called in another thread.
            poll_seconds: how long to wait between two looks.
        """
        self._project = project
        self._publish = publish
        self._poll_seconds = poll_seconds
        self._used = snapshot(project)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="live-content", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; what is being loaded is no longer published."""
        self._stopped.set()

    def _watch(self) -> None:
        seen = self._used
        while not self._stopped.wait(self._poll_seconds):
            now = snapshot(self._project)
            if now == seen != self._used:
                self._used = now
                self._renew()
            seen = now

    def _renew(self) -> None:
        try:
            assistant, edition = Assistant.load(self._project), Edition.load(self._project)
            if not self._stopped.is_set():
                self._publish(assistant, edition)
        except AcumenError as error:
            log_problems(error, problem("ACU320"))
        except Exception as error:
            # Whatever a file holds, the bot goes on with what it has.
            log_failure("changed content could not be loaded", error)
            log_problem(problem("ACU320"))


def snapshot(project: Path) -> Snapshot:
    """The content's files as they are now; those that cannot be looked at are left out."""
    with contextlib.suppress(OSError):
        # A folder may be replaced while it is gone through: the next look will tell.
        return dict(_looked_at(project))
    return {}


def _looked_at(project: Path) -> Iterator[tuple[Path, tuple[int, int, int]]]:
    for file in (*(project / each for each in FILES), *(project / ARTICLES).glob("**/*.md")):
        try:
            found = file.stat()
        except OSError:
            continue
        yield file, (found.st_mtime_ns, found.st_size, found.st_ino)
