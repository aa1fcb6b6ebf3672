"""The page of results: tables from numbers, and whether what was aimed at is reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template

from acumen.evaluation.figures import GOALS, Figures
from benchmarks.results import BotResult, SpeedResult
from benchmarks.understanding import TOPIC, Understanding

NOT_MEASURED = "Not measured in this run."


@dataclass(frozen=True)
class Goal:
    """One ratio that is aimed at.

    Attributes:
        found: the ratio; more is better where `at_least`, else less.
    """

    name: str
    found: float
    aim: float
    at_least: bool

    @property
    def reached(self) -> bool:
        return self.found >= self.aim if self.at_least else self.found <= self.aim


def goals(speed: SpeedResult) -> list[Goal]:
    """What is aimed at, and what was found in one run."""
    ours, stock = speed.ours, speed.stock
    alone, found = ours.turns[min(ours.turns)], []
    for at_once in ours.turns:
        mine, theirs = ours.turns[at_once], stock.turns[at_once]
        found.append(Goal(f"p50 of a turn, {at_once} at once: times faster", theirs.p50 / mine.p50, 5, True))
        found.append(Goal(f"p99 of a turn, {at_once} at once: times faster", theirs.p99 / mine.p99, 5, True))
        ratio = mine.per_core_second / theirs.per_core_second
        found.append(Goal(f"turns a second and core, {at_once} at once: times as many", ratio, 5, True))
    return [
        *found,
        Goal(f"turn {speed.long} of a conversation against turn 1", ours.last[0] / ours.first[0], 1.3, False),
        Goal("its last ten turns against its first ten", ours.last[1] / ours.first[1], 1.3, False),
        Goal("start to first answer, share of stock's", ours.start / stock.start, 0.5, False),
        Goal("memory, share of stock's", ours.memory / stock.memory, 0.7, False),
        Goal("p50 of a turn, one at once, against the floor", alone.p50 / speed.floor_p50, 2.5, False),
    ]


def render(
    template: str, speed: SpeedResult | None, understanding: Understanding | None, articles: str | None = None
) -> str:
    """Fill in the page; what was not measured is said."""
    parts = {
        "understanding": _understanding(understanding) if understanding else NOT_MEASURED,
        "articles": articles or NOT_MEASURED,
        "machine": NOT_MEASURED,
        "goals": NOT_MEASURED,
        "turns": NOT_MEASURED,
        "long": "",
        "rest": "",
        "floor": NOT_MEASURED,
        "training": NOT_MEASURED,
    }
    if speed:
        parts |= _speed_parts(speed)
    return Template(template).substitute(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _speed_parts(speed: SpeedResult) -> dict[str, str]:
    machine = speed.machine
    return {
        "machine": (
            f"{machine.day}: {machine.cores} cores ({machine.processor}), {machine.memory:.0f} GB of memory, "
            f"{machine.system}, Python {machine.python}.\n"
            f"Other work took {machine.other_work:.0%} of the processors meanwhile."
        ),
        "goals": _goals(goals(speed)),
        "turns": _turns(speed),
        "long": _long(speed),
        "rest": _rest(speed),
        "floor": f"Its median is {speed.floor_p50:.1f} ms, its 99th percentile {speed.floor_p99:.1f} ms.",
        "training": _training(speed),
    }


def _goals(found: Iterable[Goal]) -> str:
    rows = [
        [
            goal.name,
            f"{'at least' if goal.at_least else 'at most'} {goal.aim:g}",
            f"**{goal.found:.2f}**",
            "yes" if goal.reached else "no",
        ]
        for goal in found
    ]
    return table(["", "aim", "measured", "reached"], rows)


def _turns(speed: SpeedResult) -> str:
    rows = []
    for at_once in speed.ours.turns:
        for name, bot in _bots(speed):
            turns = bot.turns[at_once]
            rows.append(
                [str(at_once), name]
                + [f"{each:.1f}" for each in (turns.p50, turns.p95, turns.p99)]
                + [f"{turns.per_second:.0f}", f"{turns.per_core_second:.0f}", f"{turns.count}", f"{turns.failed}"]
            )
    head = ["at once", "bot", "p50 ms", "p95 ms", "p99 ms", "turns/s", "turns/s a core", "turns", "failed"]
    return table(head, rows)


def _long(speed: SpeedResult) -> str:
    rows = [
        [name, *(f"{each:.1f}" for each in (bot.first[0], bot.last[0], bot.first[1], bot.last[1]))]
        for name, bot in _bots(speed)
    ]
    head = ["bot", "turn 1", f"turn {speed.long}", "turns 1 to 10", f"turns {speed.long - 9} to {speed.long}"]
    return table([head[0], *(f"{each}, ms" for each in head[1:])], rows)


def _rest(speed: SpeedResult) -> str:
    rows = [
        [name, f"{bot.start:.1f}", f"{bot.memory_at_start / 1e6:.0f}", f"{bot.memory / 1e6:.0f}"]
        for name, bot in _bots(speed)
    ]
    return table(["bot", "start to first answer, s", "memory then, MB", "memory after all loads, MB"], rows)


def _training(speed: SpeedResult) -> str:
    rows = [
        [name, f"{bot.training.messages:,}", f"{bot.training.seconds:.0f}", f"{bot.training.cpu:.0f}"]
        for name, bot in _bots(speed)
    ]
    lines = [table(["bot", "messages", "seconds", "processor seconds"], rows)]
    stock = speed.stock.training
    if stock.epochs and stock.accuracy is not None:
        lines.append(
            f"\nThe stock bot's networks were trained for {stock.epochs} epochs (Rasa's default is 100); "
            f"after the last, DIET had {100 * stock.accuracy:.1f} % of its own training messages right."
        )
    return "\n".join(lines)


def _understanding(found: Understanding) -> str:
    return "\n\n".join(f"### {name.capitalize()}\n\n{_ways(ways)}" for name, ways in found.items())


def _ways(ways: Mapping[str, Figures]) -> str:
    names = [name for name in (TOPIC, *GOALS) if any(name in found for found in ways.values())]
    rows = [
        [name, *(f"{found[name].percent:.1f}" for found in ways.values()), str(max(f[name].of for f in ways.values()))]
        for name in names
    ]
    return table(["", *ways, "messages"], rows)


def _bots(speed: SpeedResult) -> list[tuple[str, BotResult]]:
    return [("Acumen", speed.ours), ("stock Rasa", speed.stock)]
