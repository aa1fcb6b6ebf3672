"""Measure the bot on the labelled messages and write the report: `python -m acumen.evaluation`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import spacy

from acumen.answering.decide import Thresholds
from acumen.assistant import PIPELINE, Assistant
from acumen.evaluation.curves import alarm_curve, best_threshold, risk_coverage
from acumen.evaluation.measure import CALIBRATION, HELD_OUT, Measured, measure, record
from acumen.evaluation.parts import compare
from acumen.evaluation.plots import plot_alarms, plot_risk_coverage
from acumen.evaluation.report import Report, confusions
from acumen.runtime.environment import prepare
from acumen.safety.assess import Assessor
from acumen.safety.patterns import RedFlags

PAGE = Path("docs/evaluation.md")
IMAGES = Path("docs/images")
TEMPLATE = Path(__file__).parent / "report.md"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the bot on the labelled messages and write the report.")
    parser.add_argument("--misses", type=Path, help="also write what went wrong on the calibration set, as JSON lines")
    arguments = parser.parse_args()
    project = Path.cwd()
    prepare(project)
    measured = measure(project)
    page = write_report(project, measured)
    record(project, measured)
    if arguments.misses:
        _write_misses(measured, arguments.misses)
    sys.stdout.write(page)
    return 0


def write_report(project: Path, measured: Measured) -> str:
    """Write page and plots; return the page."""
    used = Thresholds()
    anything = Assistant.load(project, Thresholds(answer=0.0, clarify=0.0, single_word=0.0)).engine
    curves = {name: risk_coverage(asked, anything) for name, asked in measured.questions.items()}
    plot_risk_coverage(curves, used.answer, project / IMAGES / "risk-coverage.svg")
    plot_alarms({name: alarm_curve(asked) for name, asked in measured.safety.items()}, project / IMAGES / "alarms.svg")
    nlp = spacy.load(project / PIPELINE)
    assessor = Assessor(
        RedFlags.load(nlp.vocab, project / "data/safety/patterns.yml", project / "data/safety/context.yml")
    )
    everything = [each for asked in measured.questions.values() for each in asked]
    report = Report(
        figures=measured.figures,
        variants=compare(measured.safety[HELD_OUT], nlp, assessor),
        confusions=confusions(measured.questions[CALIBRATION]),
        thresholds=used,
        best_threshold=best_threshold(curves[CALIBRATION]),
        answers=[each.reply for each in everything if each.reply.outcome == "answer"],
        seconds=[each.seconds for each in everything],
    )
    page = report.render(TEMPLATE.read_text(encoding="utf-8"))
    (project / PAGE).write_text(page, encoding="utf-8")
    return page


def _write_misses(measured: Measured, file: Path) -> None:
    # The held-out messages stay unseen: who reads their misses tunes to them.
    asked = measured.questions[CALIBRATION] + measured.safety[CALIBRATION]
    missed = [
        {"id": each.message.id, "text": each.message.text, "label": each.message.label, "topic": each.message.topic}
        | {"outcome": each.reply.outcome, "topics": each.reply.topics, "intent": each.parse["intent"]["name"]}
        for each in asked
        if not all(each.held.values())
    ]
    file.write_text("".join(json.dumps(miss, ensure_ascii=False) + "\n" for miss in missed), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
