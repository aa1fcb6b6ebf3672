"""Measure and write the page: `python -m benchmarks`, or one part of it: `python -m benchmarks speed`."""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import understanding
from benchmarks.bots import our_bot, stock_bot
from benchmarks.floor import measure_floor
from benchmarks.load import percentile
from benchmarks.machine import Watch, this_machine
from benchmarks.projects import DEFAULT_EPOCHS, Training, acumen, make_ours, make_stock, rasa, trained
from benchmarks.report import render
from benchmarks.results import SpeedResult, bot_result
from benchmarks.speed import FULL, QUICK, measure

BUILD = Path("build/benchmarks")
PAGE, TEMPLATE = Path("docs/benchmarks.md"), Path(__file__).parent / "report.md"
SPEED, QUICK_SPEED = BUILD / "speed.json", BUILD / "quick.json"
UNDERSTANDING, ARTICLES = BUILD / "understanding.json", BUILD / "articles.md"
# The encoder before it was tuned; `make bench` exports it.
FROZEN = Path("build/encoder-frozen")
PARTS = ("speed", "understanding", "articles")
ARTICLE_COUNTS = ("5", "500", "50000")


@dataclass(frozen=True)
class Projects:
    """Both bots, trained."""

    ours: Path
    stock: Path
    our_training: Training
    stock_training: Training


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the bot beside a stock Rasa bot.")
    parser.add_argument("part", nargs="?", choices=PARTS, help="what to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="few turns and no page: only to see that it works")
    parser.add_argument(
        "--epochs", type=int, default=DEFAULT_EPOCHS, help="of the stock bot (default: %(default)s, Rasa's)"
    )
    arguments = parser.parse_args()
    project = Path.cwd()
    (project / BUILD).mkdir(parents=True, exist_ok=True)
    parts = ["speed"] if arguments.quick else [arguments.part] if arguments.part else PARTS
    if "articles" in parts:
        _articles(project)
    if "speed" in parts or "understanding" in parts:
        with tempfile.TemporaryDirectory(dir=project / BUILD) as folder:
            projects = _projects(project, Path(folder), arguments.epochs)
            if "understanding" in parts:
                _understanding(project, projects)
            if "speed" in parts:
                _speed(project, projects, arguments.quick)
    if not arguments.quick:
        (project / PAGE).write_text(page(project), encoding="utf-8")
    return 0


def page(project: Path) -> str:
    """The page of what was measured last."""
    speed, understood, articles = (project / file for file in (SPEED, UNDERSTANDING, ARTICLES))
    return render(
        TEMPLATE.read_text(encoding="utf-8"),
        SpeedResult.load(speed) if speed.exists() else None,
        understanding.load(understood) if understood.exists() else None,
        articles.read_text(encoding="utf-8") if articles.exists() else None,
    )


def _projects(project: Path, folder: Path, epochs: int) -> Projects:
    ours, stock = folder / "ours", folder / "stock"
    for each in (ours, stock):
        each.mkdir()
    make_ours(project, ours)
    make_stock(project, stock, epochs)
    _say("training both bots, where it was not done before")
    our_training = trained(ours, acumen("train"), project / BUILD / "ours")
    return Projects(ours, stock, our_training, trained(stock, rasa("train"), project / BUILD / "stock", epochs))


def _speed(project: Path, projects: Projects, quick: bool) -> None:
    plan = QUICK if quick else FULL
    machine, watch = this_machine(), Watch()
    bots = [lambda: our_bot(projects.ours), lambda: stock_bot(projects.stock)]
    found = asyncio.run(measure(bots, plan, project / BUILD / "bots.log", _say))
    _say("the floor")
    floor = [1000 * each for each in measure_floor(projects.ours, _model(projects.ours), plan.floor_turns)]
    SpeedResult(
        replace(machine, other_work=watch.other_work(machine.cores)),
        bot_result(found["Acumen"], projects.our_training),
        bot_result(found["stock Rasa"], projects.stock_training),
        percentile(floor, 50),
        percentile(floor, 99),
        plan.long,
    ).save(project / (QUICK_SPEED if quick else SPEED))


def _understanding(project: Path, projects: Projects) -> None:
    _say("asking all labelled messages in every way")
    found = understanding.compare(project, _model(projects.stock), _model(projects.ours), project / FROZEN)
    understanding.save(found, project / UNDERSTANDING)


def _articles(project: Path) -> None:
    _say("many articles")
    command = [sys.executable, str(Path(__file__).parent / "articles.py"), "--articles", *ARTICLE_COUNTS]
    table = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout  # noqa: S603
    (project / ARTICLES).write_text(table.strip(), encoding="utf-8")


def _model(project: Path) -> Path:
    return next(project.glob("models/*.tar.gz"))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
