"""Both bots under the same loads, in turns, so that whatever else the machine does meets both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bots import Bot, RunningBot, started
from benchmarks.load import Measured, grow, hold


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        turns: conversations at once -> turns a round.
        long: turns of a long conversation.
        starts: how often each bot is started.
    """

    turns: dict[int, int]
    rounds: int
    long: int
    long_conversations: int
    starts: int
    floor_turns: int


FULL = Plan({1: 200, 10: 400, 50: 500}, rounds=3, long=200, long_conversations=3, starts=3, floor_turns=1000)
QUICK = Plan({1: 10, 2: 20}, rounds=1, long=20, long_conversations=1, starts=1, floor_turns=50)


@dataclass
class Speed:
    """What was measured of one bot."""

    loads: dict[int, Measured] = field(default_factory=dict)
    long: list[list[float]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    # Bytes resident after the first answer and after all loads.
    memory_at_start: int = 0
    memory: int = 0


# Told what comes next.
Say = Callable[[str], None]


async def measure(bots: Sequence[Callable[[], Bot]], plan: Plan, log: Path, say: Say) -> dict[str, Speed]:
    """Measure bots side by side; name -> what was measured.

    Each start makes its bot anew, with ports of its own; what the bots print goes to `log`.
    """
    found: dict[str, Speed] = {}
    for _ in range(plan.starts - 1):
        for make in bots:
            bot = make()
            say(f"starting {bot.name}")
            async with started(bot, log) as answering:
                found.setdefault(bot.name, Speed()).starts.append(answering.start_seconds)
    async with AsyncExitStack() as stack:
        # One after another: two that start at once would slow each other down.
        running = [await stack.enter_async_context(started(make(), log)) for make in bots]
        for bot_now in running:
            speed = found.setdefault(bot_now.name, Speed())
            speed.starts.append(bot_now.start_seconds)
            speed.memory_at_start = bot_now.at_start.memory
        await _loads(running, plan, found, say)
    return found


async def _loads(running: Sequence[RunningBot], plan: Plan, found: dict[str, Speed], say: Say) -> None:
    for bot in running:
        # Not counted: caches fill, and lazily loaded code is loaded.
        await hold(bot.begin, 1, 20, _cpu(bot))
    for at_once, turns in plan.turns.items():
        for round_ in range(plan.rounds):
            for bot in running:
                say(f"{bot.name}: {at_once} at once, round {round_ + 1}")
                loads = found[bot.name].loads
                loads[at_once] = loads.get(at_once, Measured()) + await hold(bot.begin, at_once, turns, _cpu(bot))
    for number in range(plan.long_conversations):
        for bot in running:
            say(f"{bot.name}: long conversation {number + 1}")
            found[bot.name].long.append(await grow(bot.begin, plan.long))
    for bot in running:
        found[bot.name].memory = bot.usage().memory


def _cpu(bot: RunningBot) -> Callable[[], float]:
    return lambda: bot.usage().cpu
