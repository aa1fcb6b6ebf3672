"""Made-up articles, as many as are wanted, the same for the same seed.

    uv run python benchmarks/library.py build/large/articles --articles 500

Nothing in them is true: they are there to be counted, read and searched. Each is
about one complaint of one kind of people, by an author of its own, in five to eight
sections of two to four passages. Every other section names a topic of `data/topics.yml`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

SITES = (
    "neck",
    "shoulder",
    "elbow",
    "wrist",
    "hand",
    "hip",
    "knee",
    "ankle",
    "foot",
    "jaw",
    "back",
    "calf",
    "thigh",
    "heel",
    "thumb",
    "forearm",
    "rib",
    "chest",
)
SIDES = (
    "left",
    "right",
    "upper",
    "lower",
    "inner",
    "outer",
    "front",
    "rear",
)
TROUBLES = [
    "ache",
    "stiffness",
    "cramp",
    "numbness",
    "tingling",
    "soreness",
    "weakness",
    "tension",
    "swelling",
    "burning",
    "twitching",
    "tightness",
]
PEOPLE = (
    "runners",
    "swimmers",
    "nurses",
    "drivers",
    "violinists",
    "gardeners",
    "dancers",
    "cyclists",
    "teachers",
    "cooks",
    "carpenters",
    "climbers",
    "rowers",
    "knitters",
    "painters",
    "farmers",
    "typists",
    "barbers",
    "sailors",
    "tailors",
)
TIMES = [
    "in the morning",
    "at night",
    "after work",
    "in winter",
    "after rest",
    "on stairs",
    "while sitting",
    "after a meal",
    "on long walks",
]
HELPS = (
    "warmth",
    "stretching",
    "rest",
    "walking",
    "breathing",
    "swimming",
    "massage",
    "posture",
    "sleep",
    "pacing",
)
FIRST = (
    "Ada",
    "Ben",
    "Cleo",
    "Dan",
    "Eva",
    "Finn",
    "Gia",
    "Hugo",
    "Ida",
    "Jon",
    "Kay",
    "Leo",
    "Mia",
    "Nils",
    "Ola",
    "Pia",
    "Quinn",
    "Rosa",
    "Sam",
    "Tess",
)
LAST = (
    "Abbot",
    "Birch",
    "Croft",
    "Dale",
    "Ebury",
    "Frost",
    "Glenn",
    "Heath",
    "Irwin",
    "Jarrow",
    "Kirk",
    "Lomas",
    "Moss",
    "Nash",
    "Orme",
    "Pratt",
)
TOPICS = (
    "how_many_sessions",
    "does_it_hurt",
    "what_to_expect",
    "session_length",
    "after_session",
    "muscle_tension",
)
HEADINGS = (
    "How many sessions for {trouble}?",
    "Does needling the {place} hurt?",
    "What happens when the {place} is needled?",
    "How long does a session for {people} take?",
    "Can the {place} feel worse afterwards?",
    "What else eases {trouble} of the {place}?",
    "Why do {people} get {trouble} {time}?",
    "When do {people} come back for the {place}?",
)
PASSAGES = (
    "{author} suggests {low} to {high} sessions for {people} with {trouble} of the {place}.",
    "Most {people} feel a dull pull near the {place}, says {author}. It fades within {high} minutes.",
    "{author} places {low} needles around the {place} and leaves them for {high} minutes.",
    "In {author}'s practice, {trouble} {time} was less after {low} weeks for {high} of every twenty {people}.",
    "{people} who add {help} notice {trouble} of the {place} less {time}, the article says.",
    "Some {people} feel {trouble} {time} for {low} days after a session on the {place}, {author} writes.",
    "{author} asks {people} about {help} first, as the {place} is seldom alone in {trouble}.",
    "Note number {number}: {help} {time} is what {author} names for the {place} before anything else.",
)


def made_up_articles(articles: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """Names and texts of made-up articles."""
    for number in range(articles):
        # Each by itself, so that the first of many are the same as few.
        yield f"made-up-{number:05}", _article(number, random.Random(f"{seed} {number}"))  # noqa: S311


def write_library(folder: Path, articles: int, seed: int = 0) -> None:
    """Write made-up articles into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made_up_articles(articles, seed):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def _article(number: int, chance: random.Random) -> str:
    about = {
        "author": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "place": f"{chance.choice(SIDES)} {chance.choice(SITES)}",
        "trouble": chance.choice(TROUBLES),
        "people": chance.choice(PEOPLE),
    }
    title = "{trouble} of the {place} in {people}".format(**about)
    lines = [
        f"---\ntitle: {title} ({number})\nsource:\n  title: Notes on {title}\n  author: {about['author']}",
        "reviewed: 2026-01-02\nreview_by: 2027-01-02\n---",
    ]
    for place, heading in enumerate(chance.sample(HEADINGS, chance.randint(5, 8))):
        topic = TOPICS[HEADINGS.index(heading)] if HEADINGS.index(heading) < len(TOPICS) and place % 2 == 0 else ""
        attributes = f' topics="{topic}"' if topic else ""
        lines.append(f"\n{{#part-{place}{attributes}}}\n## {_fill(heading, about, chance)}")
        lines += [f"\n{_fill(each, about, chance)}" for each in chance.sample(PASSAGES, chance.randint(2, 4))]
    return "\n".join(lines) + "\n"


def _fill(text: str, about: dict[str, str], chance: random.Random) -> str:
    low = chance.randint(2, 9)
    filled = text.format(
        **about,
        low=low,
        high=low + chance.randint(1, 9),
        time=chance.choice(TIMES),
        help=chance.choice(HELPS),
        number=chance.randint(1, 10_000_000),
    )
    return filled[0].upper() + filled[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write made-up articles.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    write_library(arguments.folder, arguments.articles, arguments.seed)


if __name__ == "__main__":
    main()
