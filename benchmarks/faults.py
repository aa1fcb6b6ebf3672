"""Stores and locks under faults: several processes, double sends, kill -9, servers that start again.

    uv run python -m benchmarks.faults               all of it, with PostgreSQL and Redis from Debian's packages
    uv run python -m benchmarks.faults races-redis --conversations 20 --turns 5

The turns go through the real stores and locks on real servers, with two events in place of the model's work: what
is tested is that each turn is kept once and that no two turns of a conversation overlap. Each message is sent twice
at once, to two processes, and both are turns. A turn counts as acknowledged when its save has returned.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.lock_store import LockError, LockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.utils.endpoints import EndpointConfig

from acumen.errors import AcumenError
from acumen.privacy.records import Records
from acumen.runtime.stores.local_lock import LocalLockStore
from acumen.runtime.stores.postgres_lock import PostgresLockStore
from acumen.runtime.stores.redis_lock import RedisLockStore
from acumen.runtime.stores.tracker_store import DatabaseTrackerStore
from acumen.storage.database import shared_database
from acumen.storage.tables import CONVERSATIONS, events
from benchmarks.servers import Postgres, Redis, Server, opened

PROCESSES = 4
# Turns that a process has in hand at once.
AT_ONCE = 16
WORK_SECONDS = 0.002
LIMIT_SECONDS = 900
LOCKS = {"redis": RedisLockStore, "postgres": PostgresLockStore}
# Of a day's turns: one every three seconds.
DAY_TURNS = 28_800


@dataclass(frozen=True)
class Task:
    """One of the two sends of a message, and the process that gets it."""

    conversation: str
    turn: int
    copy: int
    process: int


@dataclass(frozen=True)
class Load:
    """What is to be done, where, and where the processes note what they did."""

    conversations: int
    turns: int
    database: str
    locks: str
    lock_url: str
    folder: Path

    def tasks(self) -> Iterator[Task]:
        for turn in range(self.turns):
            for number in range(self.conversations):
                for copy in (0, 1):
                    yield Task(f"c{number}", turn, copy, (number + turn + copy) % PROCESSES)

    def notes(self, process: int) -> Path:
        return self.folder / f"notes-{process}"


class Worker:
    """One process: takes its turns, and notes each when it is kept."""

    def __init__(self, load: Load, number: int) -> None:
        self._tasks = [task for task in load.tasks() if task.process == number]
        self._store = DatabaseTrackerStore(Domain.empty(), host=load.database)
        self._locks: LockStore = LOCKS[load.locks](EndpointConfig(load.lock_url))
        notes = load.notes(number)
        self._done = {tuple(note["task"]) for note in read_notes(notes) if note["result"] == "kept"}
        self._notes = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def work(self) -> None:
        waiting = iter([task for task in self._tasks if (task.conversation, task.turn, task.copy) not in self._done])
        await asyncio.gather(*(self._work_off(waiting) for _ in range(AT_ONCE)))

    async def _work_off(self, tasks: Iterator[Task]) -> None:
        for task in tasks:
            # Who gets no answer sends again.
            while await self._try(task) != "kept":
                pass

    async def _try(self, task: Task) -> str:
        attempt, begun, ended = uuid.uuid4().hex, 0.0, 0.0
        try:
            async with self._locks.lock(task.conversation):
                begun = time.monotonic()
                await self._turn(task.conversation, attempt)
                ended = time.monotonic()
            result = "kept"
        except LockError:
            result = "lock error"
        except AcumenError:
            result = "refused"
        name = (task.conversation, task.turn, task.copy)
        note = {"task": name, "attempt": attempt, "result": result, "begun": begun, "ended": ended}
        os.write(self._notes, f"{json.dumps(note)}\n".encode())
        return result

    async def _turn(self, conversation: str, attempt: str) -> None:
        tracker = await self._store.get_or_create_tracker(conversation, append_action_listen=False)
        tracker.update(UserUttered(attempt, {"name": "ask"}))
        await asyncio.sleep(WORK_SECONDS)
        tracker.update(BotUttered(attempt))
        await self._store.save(tracker)


class Crowd:
    """The processes, which are started again when they die."""

    def __init__(self, load: Load) -> None:
        self._load = load
        # Everything is loaded before, so that a process is there at once.
        self._context = multiprocessing.get_context("fork")
        self._processes: dict[int, BaseProcess] = {}
        for number in range(PROCESSES):
            self._start(number)

    def kill_one(self) -> None:
        """Kill -9 one that works still."""
        alive = [number for number, process in self._processes.items() if process.is_alive()]
        if alive:
            os.kill(self._processes[random.choice(alive)].pid or 0, signal.SIGKILL)

    def is_working(self) -> bool:
        """Whether anybody works still; who was killed is replaced."""
        for number, process in self._processes.items():
            if process.exitcode:
                self._start(number)
        return any(process.is_alive() for process in self._processes.values())

    def _start(self, number: int) -> None:
        self._processes[number] = self._context.Process(target=_work, args=(self._load, number), daemon=True)
        self._processes[number].start()


def _work(load: Load, number: int) -> None:
    # The fault is the point here; its reports would fill the screen.
    logging.disable(logging.CRITICAL)
    asyncio.run(Worker(load, number).work())


def read_notes(file: Path) -> list[dict[str, Any]]:
    """What a process noted; a line that was cut off by its death counts for nothing."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith("}\n")]


def run(load: Load, fault: Callable[[Crowd, int], None] | None = None) -> dict[str, Any]:
    """Do a load, with a fault each second, and count what came of it."""
    begun = time.monotonic()
    crowd, seconds = Crowd(load), 0
    while crowd.is_working():
        time.sleep(0.1)
        if time.monotonic() - begun > LIMIT_SECONDS:
            raise TimeoutError("the turns do not come to an end")
        if fault and time.monotonic() - begun > seconds + 1:
            seconds += 1
            fault(crowd, seconds)
    return {**count(load), "seconds": round(time.monotonic() - begun, 1)}


def count(load: Load) -> dict[str, Any]:
    """Compare what the processes noted with what the database holds."""
    notes = [note for number in range(PROCESSES) for note in read_notes(load.notes(number))]
    kept = [note for note in notes if note["result"] == "kept"]
    stored = stored_attempts(load.database)
    tasks = {(task.conversation, task.turn, task.copy) for task in load.tasks()}
    return {
        "turns": len(tasks),
        "acknowledged": len({tuple(note["task"]) for note in kept} & tasks),
        "lost": sum(stored[note["attempt"]] == 0 for note in kept),
        # Two events an attempt, one of the patient and one of the bot, side by side.
        "doubled or torn": sum(number != 2 for number in stored.values()),
        "overlaps": overlaps(kept),
        "lock errors": sum(note["result"] == "lock error" for note in notes),
        "refused and sent again": sum(note["result"] == "refused" for note in notes),
    }


def stored_attempts(url: str) -> Counter[str]:
    """How many events of each attempt are in the database."""
    engine = sa.create_engine(url, future=True)
    with engine.connect() as connection:
        data = connection.execute(sa.select(events.c.data)).scalars().all()
    engine.dispose()
    return Counter(json.loads(each)["text"] for each in data)


def overlaps(kept: Sequence[dict[str, Any]]) -> int:
    """How often a turn of a conversation began before another had ended."""
    found = 0
    ends: dict[str, float] = {}
    for note in sorted(kept, key=lambda each: each["begun"]):
        conversation = note["task"][0]
        found += note["begun"] < ends.get(conversation, 0.0)
        ends[conversation] = max(note["ended"], ends.get(conversation, 0.0))
    return found


def day(folder: Path, turns: int) -> dict[str, Any]:
    """The turns of a day in one process, with a purge each hour: does memory grow?"""
    url = f"sqlite:///{folder}/day.db"
    store, kept = DatabaseTrackerStore(Domain.empty(), host=url), Records(shared_database(url))
    locks = LocalLockStore()
    sizes: list[int] = []

    async def live() -> None:
        for number in range(turns):
            name = f"c{number // 8}"
            async with locks.lock(name):
                tracker = await store.get_or_create_tracker(name, append_action_listen=False)
                tracker.update(UserUttered("does it hurt? " * 10, {"name": "ask"}))
                tracker.update(BotUttered("most people feel little " * 50))
                await store.save(tracker)
            if number % (turns // 24) == 0:
                await asyncio.to_thread(kept.purge, time.time() - 5)
                sizes.append(resident())

    asyncio.run(live())
    return {
        "turns": turns,
        "kB after an hour": sizes[1],
        "kB at the end": sizes[-1],
        "growth": sizes[-1] / sizes[1] - 1,
    }


def resident() -> int:
    """Kilobytes of memory in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def is_good(result: dict[str, Any], *, calm: bool) -> bool:
    """Whether nothing was lost, doubled or, while no lock server was away, done by two at once."""
    kept = result["acknowledged"] == result["turns"] and not result["lost"] and not result["doubled or torn"]
    return kept and not (calm and (result["overlaps"] or result["lock errors"]))


class Faults:
    """The scenarios, each on new servers."""

    def __init__(self, folder: Path, conversations: int, turns: int, kill_seconds: int) -> None:
        self._folder = folder
        self._conversations = conversations
        self._turns = turns
        self._kill_seconds = kill_seconds
        self._servers: list[Server] = []

    def __call__(self, name: str) -> tuple[dict[str, Any], bool]:
        """The counts of a scenario, and whether they are as they should be."""
        if name == "day":
            result = day(self._folder, DAY_TURNS)
            return result, result["growth"] <= 0.05
        scenario, _, locks = name.rpartition("-")
        load, servers = self._load(locks)
        fault, calm = self._fault(scenario, servers)
        try:
            result = run(load, fault)
        finally:
            for server in servers.values():
                server.kill()
        return result, is_good(result, calm=calm)

    def _load(self, locks: str) -> tuple[Load, dict[str, Server]]:
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        folder.chmod(0o755)
        servers: dict[str, Server] = {"postgres": opened(Postgres, folder / "postgres")}
        if locks == "redis":
            servers["redis"] = opened(Redis, folder / "redis")
        database = servers["postgres"].url
        shared_database(database).create(CONVERSATIONS)
        shared_database(database).close()
        shared_database.cache_clear()
        return Load(self._conversations, self._turns, database, locks, servers[locks].url, folder), servers

    def _fault(self, scenario: str, servers: dict[str, Server]) -> tuple[Callable[[Crowd, int], None] | None, bool]:
        def kill(crowd: Crowd, second: int) -> None:
            if second <= self._kill_seconds:
                crowd.kill_one()

        def restart(name: str) -> Callable[[Crowd, int], None]:
            return lambda _, second: servers[name].restart() if second % 4 == 1 and second < 10 else None

        if scenario == "races":
            return None, True
        if scenario == "kills":
            return kill, False
        return restart(scenario.removesuffix("-restart")), False


SCENARIOS = (
    *("races-redis", "races-postgres", "kills-redis", "kills-postgres"),
    *("postgres-restart-redis", "postgres-restart-postgres", "redis-restart-redis", "day"),
)


def main() -> int:
    """Run scenarios and print a line of JSON each; the exit status is 1 where one is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], help="those to run (default: all)")
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--kill-seconds", type=int, default=60)
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        faults = Faults(Path(folder), arguments.conversations, arguments.turns, arguments.kill_seconds)
        for name in arguments.scenario or SCENARIOS:
            result, good = faults(name)
            failed |= not good
            sys.stdout.write(json.dumps({"scenario": name, "good": good, **result}) + "\n")
            sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
