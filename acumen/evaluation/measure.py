"""Measuring: every labelled message asked, every figure counted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acumen.answering.reply import Reply
from acumen.evaluation.asking import Asked, ask_all, hold_all
from acumen.evaluation.figures import Figures, count, fallen
from acumen.evaluation.labelled import read_dialogues, read_messages
from acumen.runtime.agent import load_agent
from acumen.runtime.training import latest_model

SETS = Path("tests/evaluation")
HELD_OUT, CALIBRATION = "held out", "calibration"
FOLDERS = {HELD_OUT: SETS / "held_out", CALIBRATION: SETS / "calibration"}
RECORD = Path("docs/evaluation.json")


@dataclass(frozen=True)
class Measured:
    """The replies of each set of messages, and its figures."""

    questions: dict[str, list[Asked]]
    safety: dict[str, list[Asked]]
    figures: dict[str, Figures]


def measure(project: Path) -> Measured:
    """Ask all labelled messages of a project with its newest model."""
    articles = {file.stem: _one_line(file.read_text(encoding="utf-8")) for file in project.glob("data/articles/*.md")}
    return asyncio.run(_measure(project, articles))


async def _measure(project: Path, articles: Mapping[str, str]) -> Measured:
    agent = load_agent(project, latest_model(project))
    questions, safety, figures = {}, {}, {}
    for name, folder in FOLDERS.items():
        questions[name] = await ask_all(agent, read_messages(project / folder / "questions.jsonl"))
        safety[name] = await ask_all(agent, read_messages(project / folder / "safety.jsonl"))
        judged = [each.held for each in questions[name] + safety[name]]
        answers = [each.reply for each in questions[name] if each.reply.outcome == "answer"]
        judged += [{"grounded": _grounded(answer, articles)} for answer in answers]
        if name == CALIBRATION:
            judged += await hold_all(agent, read_dialogues(project / SETS / "dialogues.jsonl"))
        figures[name] = count(judged)
    return Measured(questions, safety, figures)


def record(project: Path, measured: Measured) -> None:
    """Write down the figures, to be compared with later."""
    figures = {
        name: {key: round(figure.percent, 1) for key, figure in figures.items()}
        for name, figures in measured.figures.items()
    }
    (project / RECORD).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def lost(project: Path, measured: Measured) -> list[str]:
    """Which figures fell too far below those that were recorded."""
    recorded = json.loads((project / RECORD).read_text(encoding="utf-8"))
    return [f"{name}: {fall}" for name in recorded for fall in fallen(measured.figures[name], recorded[name])]


def _grounded(answer: Reply, articles: Mapping[str, str]) -> bool:
    """Whether an answer cites, and what it cites stands in the article, word for word."""
    cited = answer.citations
    return bool(cited) and all(_one_line(each.passage) in articles.get(each.article, "") for each in cited)


def _one_line(text: str) -> str:
    return " ".join(text.split())
