"""What a server needs: processor time a turn, memory, and how the database grows.

    uv run python -m benchmarks.sizing --turns 2000

The trained model answers in this process what comes through the website's chat, without HTTP, and keeps everything in
a PostgreSQL of its own, with locks in a Redis of its own. Processor time is this process's, which other programs do not
change much; what PostgreSQL takes is counted apart. Conversations have five turns; several go on at once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from acumen.channels.website.chat import Chat
from acumen.channels.website.sessions import Sessions
from acumen.channels.website.store import ConversationStore
from acumen.runtime.environment import prepare
from acumen.storage.database import ADDRESS, shared_database
from benchmarks.history import COMPARED_QUESTION, QUESTIONS
from benchmarks.servers import Postgres, Redis, opened

AT_ONCE = 8
LENGTH = 5
MILLION = 1_000_000
ASKED = (COMPARED_QUESTION, *QUESTIONS)
KEPT, PAGES = ("conversations", "events", "feedback"), ("website_conversations", "website_turns", "website_events")


async def talk(chat: Chat, first: int) -> None:
    """One conversation."""
    session = chat.sessions.issue()
    for number in range(first, first + LENGTH):
        turn = uuid.uuid4().hex
        await chat.send(session, turn, ASKED[number % len(ASKED)])
        async for event in chat.follow(session, 0, turn, 60):
            if event and event.kind == "error":
                raise RuntimeError("a turn failed")


async def run(agent: Any, url: str, turns: int) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, for so many turns."""
    chat = Chat(Sessions("sizing" * 8), MILLION, agent.handle_message, ConversationStore(shared_database(url)))
    await asyncio.gather(*(talk(chat, each) for each in range(AT_ONCE)))
    conversations = iter(range(0, turns, LENGTH))
    begun, used = time.perf_counter(), time.process_time()

    async def work() -> None:
        for each in conversations:
            await talk(chat, each)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return time.perf_counter() - begun, time.process_time() - used


def sizes(url: str) -> dict[str, int]:
    """Bytes of each table that is there, with its indexes."""
    engine = sa.create_engine(url, future=True)
    with engine.begin() as connection:
        names = sa.inspect(connection).get_table_names()
        size = sa.text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
        found = {name: int(connection.scalar(size, {"name": name}) or 0) for name in names}
    engine.dispose()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=2000)
    turns = parser.parse_args().turns
    prepare(Path.cwd())
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        postgres, redis = opened(Postgres, Path(folder) / "postgres"), opened(Redis, Path(folder) / "redis")
        try:
            measure(postgres.url, redis.url, turns)
        finally:
            postgres.kill()
            redis.kill()
    # The threads of turns and stores would keep it waiting.
    sys.stdout.flush()
    os._exit(0)


def measure(postgres: str, redis: str, turns: int) -> None:
    """Measure with these servers."""
    from rasa.utils.endpoints import EndpointConfig

    from acumen.runtime.agent import load_agent
    from acumen.runtime.stores.redis_lock import RedisLockStore
    from acumen.runtime.stores.tracker_store import DatabaseTrackerStore
    from acumen.runtime.training import latest_model

    os.environ[ADDRESS] = postgres
    agent = load_agent(Path.cwd(), latest_model(Path.cwd()))
    agent.tracker_store = agent.processor.tracker_store = DatabaseTrackerStore(agent.domain)
    agent.lock_store = agent.processor.lock_store = RedisLockStore(EndpointConfig(redis))
    before = sizes(postgres)
    wall, used = asyncio.run(run(agent, postgres, turns))
    grown = {name: size - before.get(name, 0) for name, size in sizes(postgres).items()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say = sys.stdout.write
    say(f"{turns} turns, {AT_ONCE} conversations at once, {os.cpu_count()} cores\n")
    say(f"processor time: {used / turns * 1000:.1f} ms a turn, so {turns / used:.0f} turns a second and core\n")
    say(f"by the clock: {turns / wall:.0f} turns a second\n")
    say(f"memory at its highest: {memory:.0f} MB\n")
    for label, names in (("conversations", KEPT), ("the website's pages", PAGES)):
        size = sum(grown.get(name, 0) for name in names)
        say(f"{label}: {size / turns:.0f} bytes a turn, {size / turns * MILLION / 1e9:.1f} GB a million turns\n")


if __name__ == "__main__":
    main()
