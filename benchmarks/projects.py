"""The two bots as projects in folders of their own, with a trained model each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.plain_replies import as_json, plain_replies

STOCK = Path(__file__).parent / "stock"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
TRAINING = "training.json"
DEFAULT_EPOCHS = 100
LAST_ACCURACY = re.compile(r"\bi_acc=([0-9.]+)")
# Nobody types as fast as the benchmark does.
LIMITS = {"messages_per_conversation": 1_000_000, "requests_per_address": 1_000_000}


@dataclass(frozen=True)
class Training:
    """How a model was trained.

    Attributes:
        seconds: from the command's start to its end.
        cpu: processor seconds it took.
        messages: labelled messages it learned from.
        epochs: of each neural network; None where there is none.
        accuracy: of DIET on its own training messages, from 0 to 1, after the last epoch.
    """

    seconds: float
    cpu: float
    messages: int
    epochs: int | None = None
    accuracy: float | None = None


def make_ours(source: Path, folder: Path) -> None:
    """Copy the project to `folder`, with limits that the benchmark does not meet."""
    for name in ("config.yml", "domain.yml", "endpoints.yml"):
        shutil.copy(source / name, folder / name)
    shutil.copytree(source / "data", folder / "data")
    shutil.copytree(source / "models/acumen_en", folder / "models/acumen_en")
    yaml = YAML()
    credentials = yaml.load(source / "credentials.yml")
    credentials["acumen.channels.website.WebsiteChannel"]["limits"] = LIMITS
    yaml.dump(credentials, folder / "credentials.yml")


def make_stock(source: Path, folder: Path, epochs: int) -> None:
    """Write the stock bot to `folder`: Rasa's defaults, our messages, rules and domain, plain actions."""
    data = source / "data"
    for name in ("endpoints.yml", "credentials.yml", "stock_actions.py"):
        shutil.copy(STOCK / name, folder / name)
    shutil.copy(source / "domain.yml", folder / "domain.yml")
    shutil.copytree(data / "nlu", folder / "data/nlu")
    shutil.copytree(data / "rules", folder / "data/rules")
    shutil.copy(STOCK / "stories.yml", folder / "data/stories.yml")
    (folder / "data/safety").mkdir()
    for file in sorted((data / "safety").glob("*.yml")):
        # The other files there are patterns and replies, which stock Rasa knows nothing of.
        if _is_rasa_data(file):
            shutil.copy(file, folder / "data/safety" / file.name)
    config = (STOCK / "config.yml").read_text(encoding="utf-8")
    default = f"epochs: {DEFAULT_EPOCHS}\n"
    (folder / "config.yml").write_text(config.replace(default, f"epochs: {epochs}\n"), encoding="utf-8")
    intents = YAML(typ="safe").load(folder / "domain.yml")["intents"]
    replies = as_json(plain_replies(data, intents))
    (folder / "replies.json").write_text(json.dumps(replies, indent=1, ensure_ascii=False), encoding="utf-8")


def trained(folder: Path, command: Sequence[str], cache: Path, epochs: int | None = None) -> Training:
    """Put a model into the project in `folder`: the one that was trained on the same files before, or a new one.

    Args:
        folder: the project.
        command: what trains it; the model is then in `models/`.
        cache: where models are kept between runs.
        epochs: of its neural networks, to be noted.

    Raises:
        RuntimeError: when training fails.
    """
    kept = cache / _digest(folder)
    if not (kept / TRAINING).exists():
        _train(folder, command, kept, epochs)
    (folder / "models").mkdir(exist_ok=True)
    # A model has to be newer than what it was trained on, so its date is not copied.
    shutil.copyfile(next(kept.glob("*.tar.gz")), folder / "models/model.tar.gz")
    return Training(**json.loads((kept / TRAINING).read_text(encoding="utf-8")))


def _train(folder: Path, command: Sequence[str], kept: Path, epochs: int | None) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    log, started, used = kept / "training.log", time.perf_counter(), _children()
    with log.open("wb") as output:
        status = subprocess.run(  # noqa: S603
            command, cwd=folder, env={**os.environ, **QUIET}, stdout=output, stderr=output, check=False
        ).returncode
    models = sorted((folder / "models").glob("*.tar.gz"), key=lambda file: file.stat().st_mtime_ns)
    if status or not models:
        raise RuntimeError(f"training failed; see {log}")
    accuracies = LAST_ACCURACY.findall(log.read_text(encoding="utf-8", errors="replace"))
    training = Training(
        seconds=time.perf_counter() - started,
        cpu=_children() - used,
        messages=len(labelled_messages(folder / "data")),
        epochs=epochs,
        accuracy=float(accuracies[-1]) if accuracies else None,
    )
    shutil.copy(models[-1], kept)
    # Written last: without it, the folder counts as empty.
    (kept / TRAINING).write_text(json.dumps(asdict(training)), encoding="utf-8")


def labelled_messages(data: Path) -> list[tuple[str, str]]:
    """All messages of a folder of Rasa's training data, each with its intent."""
    found = []
    for file in sorted(data.glob("**/*.yml")):
        if _is_rasa_data(file):
            for entry in YAML(typ="safe").load(file).get("nlu", ()):
                found += [(line.removeprefix("- "), entry["intent"]) for line in entry["examples"].splitlines()]
    return found


def rasa(*arguments: str) -> list[str]:
    """A stock Rasa command."""
    return [sys.executable, "-m", "rasa", *arguments]


def acumen(*arguments: str) -> list[str]:
    """A command of ours."""
    return [sys.executable, "-m", "acumen.cli", *arguments]


def _digest(folder: Path) -> str:
    """The hash of what a model learns from; answers, actions and the domain's texts are left out."""
    digest = hashlib.sha256()
    for file in _learned_from(folder):
        digest.update(f"{file.relative_to(folder)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _learned_from(folder: Path) -> Iterable[Path]:
    yield folder / "config.yml"
    yield from sorted((folder / "models").glob("*/provenance.json"))
    yield from sorted(file for file in (folder / "data").glob("**/*.yml") if _is_rasa_data(file))


def _is_rasa_data(file: Path) -> bool:
    return bool(re.search(r"^(nlu|rules|stories):", file.read_text(encoding="utf-8"), re.MULTILINE))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
