"""The plots of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from acumen.evaluation.curves import Point
from acumen.evaluation.plots import plot_alarms, plot_risk_coverage

Plot = Callable[[Path, list[Point]], None]

POINTS = [Point(step / 10, coverage=1 - step / 10, risk=0.3 - step / 40) for step in range(10)]


def plot_risk(file: Path, points: list[Point]) -> None:
    """Plot risk over coverage for two sets, with a threshold in use."""
    plot_risk_coverage({"held out": points, "calibration": points[1:]}, 0.25, file)


def plot_both_alarms(file: Path, points: list[Point]) -> None:
    """Plot alarms for two sets."""
    plot_alarms({"held out": points, "calibration": points[1:]}, file)


@pytest.fixture(params=[plot_risk, plot_both_alarms], ids=["risk over coverage", "alarms"])
def plot(request: pytest.FixtureRequest) -> Plot:
    """Each of the plots."""
    return request.param


def test_an_image_is_written(plot: Plot, tmp_path: Path):
    """A plot is an SVG image."""
    plot(tmp_path / "plot.svg", POINTS)

    assert ElementTree.parse(tmp_path / "plot.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_the_same_figures_make_the_same_file(plot: Plot, tmp_path: Path):
    """Measuring again changes no image where no figure changed."""
    plot(tmp_path / "one.svg", POINTS)
    plot(tmp_path / "two.svg", POINTS)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_other_figures_make_another_image(plot: Plot, tmp_path: Path):
    """What is drawn are the figures."""
    plot(tmp_path / "one.svg", POINTS)
    plot(tmp_path / "two.svg", [replace(point, risk=point.risk / 2) for point in POINTS])

    assert (tmp_path / "one.svg").read_bytes() != (tmp_path / "two.svg").read_bytes()
