"""The plots of the report, as SVG files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acumen.evaluation.curves import Point

INK, QUIET = "#14532d", "#64748b"
SIZE = (6.4, 3.8)


def plot_risk_coverage(curves: Mapping[str, Sequence[Point]], threshold: float, file: Path) -> None:
    """Draw risk over coverage for each set of questions; the threshold in use is marked."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    for (name, points), style in zip(curves.items(), ("-", "--"), strict=False):
        axes.plot(*_percent(points), style, color=INK, label=name)
        used = min(points, key=lambda point: abs(point.threshold - threshold))
        axes.plot(100 * used.coverage, 100 * used.risk, "o", color=INK)
        axes.annotate(
            f"{threshold:.2f}", (100 * used.coverage, 100 * used.risk), textcoords="offset points", xytext=(6, -12)
        )
    axes.set_xlabel("coverage: answerable questions that get an answer (%)")
    axes.set_ylabel("risk: answers that are wrong (%)")
    _finish(figure, axes, file)


def plot_alarms(curves: Mapping[str, Sequence[Point]], file: Path) -> None:
    """Draw the recall of alarms over false alarms, as the classifier alone would give them."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    for (name, points), style in zip(curves.items(), ("-", "--"), strict=False):
        coverage, risk = _percent(points)
        axes.plot(risk, coverage, style, color=INK, label=name)
    axes.set_xlabel("harmless messages that get an alarm (%)")
    axes.set_ylabel("alarming messages that get one (%)")
    axes.set_xlim(0, 30)
    axes.set_ylim(80, 100.5)
    _finish(figure, axes, file)


def _percent(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [100 * point.coverage for point in points], [100 * point.risk for point in points]


def _finish(figure: Figure, axes: Axes, file: Path) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=QUIET, alpha=0.2)
    axes.legend(frameon=False)
    # Without a date and with fixed ids the same figures give the same file.
    with rc_context({"svg.hashsalt": "acumen"}):
        figure.savefig(file, metadata={"Date": None})
