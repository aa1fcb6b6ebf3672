"""What a turn costs as a conversation grows: the first, the hundredth and the two-hundredth.

    uv run python -m benchmarks.history

Each of several conversations has 200 turns with the trained model. The same question is asked in the turns that
are compared, as questions differ in cost. Times are the processor's, which other programs do not change much.
`--store sql` measures Rasa's own store for comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from rasa.core.agent import Agent
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore

from acumen.runtime.agent import load_agent
from acumen.runtime.conversation import Conversation
from acumen.runtime.environment import prepare
from acumen.runtime.training import latest_model

COMPARED = (1, 100, 200)
COMPARED_QUESTION = "does it hurt?"
QUESTIONS = (
    "how many sessions will i need?",
    "tell me more",
    "what should i expect",
    "is it safe?",
    "who says that",
    "what does a session cost?",
    "can it help my back pain",
    "how do dry needling and acupuncture differ?",
    "thanks",
)


async def measure(agent: Agent, conversations: int) -> dict[int, float]:
    """The median milliseconds of processor time of the compared turns."""
    taken: dict[int, list[float]] = {turn: [] for turn in COMPARED}
    for _ in range(conversations):
        conversation = Conversation(agent)
        for turn in range(1, COMPARED[-1] + 1):
            question = COMPARED_QUESTION if turn in COMPARED else QUESTIONS[turn % len(QUESTIONS)]
            begun = time.process_time()
            await conversation.say(question)
            if turn in COMPARED:
                taken[turn].append((time.process_time() - begun) * 1000)
    return {turn: median(times) for turn, times in taken.items()}


def store_of(kind: str, folder: Path, agent: Agent) -> TrackerStore:
    """The store to be measured, with a new SQLite file."""
    if kind == "sql":
        return SQLTrackerStore(agent.domain, db=str(folder / "stock.db"))
    from acumen.runtime.stores.tracker_store import DatabaseTrackerStore

    return DatabaseTrackerStore(agent.domain, host=f"sqlite:///{folder}/acumen.db")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", choices=("acumen", "sql"), default="acumen")
    parser.add_argument("--conversations", type=int, default=10)
    arguments = parser.parse_args()
    prepare(Path.cwd())
    agent = load_agent(Path.cwd(), latest_model(Path.cwd()))
    with tempfile.TemporaryDirectory() as folder:
        agent.tracker_store = agent.processor.tracker_store = store_of(arguments.store, Path(folder), agent)
        measured = asyncio.run(measure(agent, arguments.conversations))
    for turn, milliseconds in measured.items():
        sys.stdout.write(f"turn {turn}: {milliseconds:.1f} ms, {milliseconds / measured[1]:.2f} of the first\n")


if __name__ == "__main__":
    main()
