"""The two bots as projects: what they are made of, and that a model is trained once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from acumen.channels.website.settings import read_settings
from benchmarks.projects import LIMITS, acumen, labelled_messages, make_ours, make_stock, rasa, trained

PROJECT = Path.cwd()
TRAIN = """
import pathlib
times = pathlib.Path('times')
times.write_text(str(int(times.read_text() if times.exists() else 0) + 1))
pathlib.Path('models').mkdir(exist_ok=True)
pathlib.Path('models/a.tar.gz').write_text('model ' + times.read_text())
print('Epochs: 50%, t_loss=2.1, i_acc=0.5 Epochs: 100%, t_loss=1.2, i_acc=0.975')
"""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stock bot's project."""
    folder = tmp_path_factory.mktemp("stock")
    make_stock(PROJECT, folder, epochs=7)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of two messages."""
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    (folder / "config.yml").write_text("language: en\n")
    (folder / "domain.yml").write_text("intents: [greet]\n")
    (folder / "data/nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n    - well-met, you\n")
    (folder / "data/topics.yml").write_text("greet: {ask: Who?}\n")
    return folder


def train(folder: Path, cache: Path, code: str = TRAIN) -> str:
    """Train or not; the model's content."""
    training = trained(folder, [sys.executable, "-c", code], cache, epochs=3)
    assert (training.messages, training.epochs, training.accuracy) == (2, 3, 0.975)
    assert training.seconds > 0
    return (folder / "models/model.tar.gz").read_text()


def test_the_stock_bot_holds_nothing_of_ours(stock: Path) -> None:
    """No component, channel, store or action of Acumen is named in its settings."""
    files = [stock / name for name in ("config.yml", "endpoints.yml", "credentials.yml", "stock_actions.py")]
    assert all("acumen" not in file.read_text(encoding="utf-8") for file in files)


def test_the_stock_bot_has_rasas_default_configuration(stock: Path) -> None:
    """It is what Rasa fills in where a project says nothing, but for the number of epochs."""
    import rasa.engine.recipes.config_files as files

    yaml = YAML(typ="safe")
    default = yaml.load(Path(files.__path__[0]) / "default_config.yml")
    found = yaml.load(stock / "config.yml")
    components = [*found["pipeline"], *found["policies"]]
    trained_ones = [each for each in components if "epochs" in each]
    assert len(trained_ones) == 4
    for each in trained_ones:
        assert each.pop("epochs") == 7
    for each in [*default["pipeline"], *default["policies"]]:
        each.pop("epochs", None)
    assert found["pipeline"] == default["pipeline"]
    assert found["policies"] == default["policies"]


def test_the_stock_bot_learns_from_the_same_messages(stock: Path) -> None:
    """Every labelled message of ours is one of its own."""
    ours = labelled_messages(PROJECT / "data")
    assert len(ours) > 20_000
    assert labelled_messages(stock / "data") == ours


def test_the_stock_bot_answers_every_intent(stock: Path) -> None:
    """No rule leads to an action that has nothing to say."""
    replies = json.loads((stock / "replies.json").read_text(encoding="utf-8"))
    assert {intent for _, intent in labelled_messages(stock / "data")} | {"nlu_fallback"} <= set(replies)
    assert all(reply["text"].strip() for reply in replies.values())


def test_our_bot_is_the_projects_own_without_limits(tmp_path: Path) -> None:
    """Only the limits of the website channel differ."""
    make_ours(PROJECT, tmp_path)
    for name in ("config.yml", "domain.yml", "endpoints.yml", "data/topics.yml"):
        assert (tmp_path / name).read_bytes() == (PROJECT / name).read_bytes()
    channels = YAML(typ="safe").load(tmp_path / "credentials.yml")
    ours = YAML(typ="safe").load(PROJECT / "credentials.yml")
    assert channels.keys() == ours.keys()
    limits = read_settings(channels["acumen.channels.website.WebsiteChannel"]).limits
    assert limits.messages_per_conversation == LIMITS["messages_per_conversation"]


def test_a_model_is_trained_once(small: Path, tmp_path: Path) -> None:
    """The same project gets the model it had, and another text of the domain makes it no other."""
    assert train(small, tmp_path / "cache") == "model 1"
    (small / "domain.yml").write_text("intents: [greet]\nresponses: {}\n")
    (small / "data/topics.yml").write_text("greet: {ask: Why?}\n")
    assert train(small, tmp_path / "cache") == "model 1"


@pytest.mark.parametrize("name", ["config.yml", "data/nlu.yml"])
def test_a_model_is_trained_anew_where_it_would_differ(small: Path, tmp_path: Path, name: str) -> None:
    """Another message or another component is another model."""
    train(small, tmp_path / "cache")
    (small / name).write_text((small / name).read_text() + "# another\n")
    assert train(small, tmp_path / "cache") == "model 2"


def test_training_that_failed_is_said_and_not_kept(small: Path, tmp_path: Path) -> None:
    """The log is named, and the next run tries again."""
    with pytest.raises(RuntimeError, match=r"training\.log"):
        train(small, tmp_path / "cache", TRAIN + "raise SystemExit(1)")
    assert train(small, tmp_path / "cache") == "model 2"


def test_commands_are_those_of_this_python() -> None:
    """Neither bot runs in another environment."""
    assert rasa("run")[0] == acumen("serve")[0] == sys.executable
