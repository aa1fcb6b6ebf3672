"""The evaluation report: one page of Markdown."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Template

from acumen.answering.decide import Thresholds
from acumen.answering.reply import Reply
from acumen.evaluation.asking import Asked
from acumen.evaluation.figures import GOALS, Figures

WORST = 10


@dataclass(frozen=True)
class Report:
    """What the page shows.

    Attributes:
        figures: set of messages -> its figures.
        variants: part of safety -> its figures on the held-out messages.
        thresholds: what is used, and what the calibration set would choose.
    """

    figures: Mapping[str, Figures]
    variants: Mapping[str, Figures]
    confusions: Sequence[tuple[str, str, int]]
    thresholds: Thresholds
    best_threshold: float
    answers: Sequence[Reply]
    seconds: Sequence[float]

    def render(self, template: str) -> str:
        """Fill in the page's template."""
        return Template(template).substitute(
            figures=_figures(self.figures),
            variants=_variants(self.variants),
            confusions=_confusions(self.confusions),
            answer=f"{self.thresholds.answer:.2f}",
            clarify=f"{self.thresholds.clarify:.2f}",
            single_word=f"{self.thresholds.single_word:.2f}",
            best=f"{self.best_threshold:.2f}",
            reading=_reading(self.answers),
            p50=f"{1000 * statistics.median(self.seconds):.0f}",
            p95=f"{1000 * statistics.quantiles(self.seconds, n=20)[-1]:.0f}",
        )


def confusions(asked: Iterable[Asked]) -> list[tuple[str, str, int]]:
    """The topics most often taken for another: (asked, understood, times)."""
    pairs = Counter(
        (each.message.topic, each.parse["intent"]["name"])
        for each in asked
        if each.message.label in ("answerable", "partly")
        and not all(each.held.values())
        and each.message.topic not in each.reply.topics
    )
    return [(topic, taken_for, times) for (topic, taken_for), times in pairs.most_common(WORST)]


def _figures(sets: Mapping[str, Figures]) -> str:
    lines = [f"| | aim | {' | '.join(sets)} |", "|---|---|" + "---|" * len(sets)]
    for name, goal in GOALS.items():
        cells = []
        for figures in sets.values():
            figure = figures.get(name)
            low, high = figure.interval if figure else (0, 0)
            cells.append(
                f"**{figure.percent:.1f}** ({low:.0f}–{high:.0f}), {figure.right}/{figure.of}" if figure else ""
            )
        if any(cells):
            lines.append(f"| {name} | {goal or ''} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _variants(variants: Mapping[str, Figures]) -> str:
    names = [name for name in GOALS if any(name in figures for figures in variants.values())]
    lines = [f"| | {' | '.join(variants)} |", "|---|" + "---|" * len(variants)]
    lines += [
        f"| {name} | {' | '.join(f'{figures[name].percent:.1f}' for figures in variants.values())} |" for name in names
    ]
    return "\n".join(lines)


def _confusions(pairs: Sequence[tuple[str, str, int]]) -> str:
    rows = [f"| `{topic}` | `{taken_for}` | {times} |" for topic, taken_for, times in pairs]
    return "\n".join(["| asked | understood | times |", "|---|---|---|", *rows])


def _reading(answers: Sequence[Reply]) -> str:
    import textstat

    said = [" ".join(citation.passage for citation in reply.citations) for reply in answers]
    grade = statistics.median(textstat.flesch_kincaid_grade(text) for text in said)
    words = statistics.median(len(text.split()) for text in said)
    return f"median grade {grade:.1f} (Flesch-Kincaid), {words:.0f} words"
