"""The runner of a trained model's graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from acumen.runtime.graph import TurnGraphRunner
from acumen.runtime.rules import IndexedRulePolicy


class Adder(GraphComponent):
    """Adds a number of its own."""

    def __init__(self, own: int) -> None:
        self.own = own
        self.runs = 0

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Adder:
        """Creates the component (see parent class for full docstring)."""
        return cls(config["own"])

    def add(self, first: int, second: int = 0) -> int:
        """The sum; there is none with a negative number."""
        if first < 0:
            raise ValueError(first)
        self.runs += 1
        return first + second + self.own


def node(own: int, **needs: str) -> SchemaNode:
    """A node that adds `own` to what it needs."""
    return SchemaNode(needs, Adder, "create", "add", {"own": own}, eager=True)


SCHEMA = GraphSchema(
    {
        "last": node(100, first="left", second="right"),
        "left": node(1, first="given"),
        "right": node(10, first="left"),
        "beside": node(1000, first="given"),
        "lost": node(1, first="nowhere"),
    }
)


@pytest.fixture(params=[TurnGraphRunner, DaskGraphRunner], ids=["ours", "stock"])
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Our runner, and Rasa's, which must do the same."""
    return request.param.create(SCHEMA, LocalModelStorage.create(tmp_path), ExecutionContext(SCHEMA))


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["last"], {"last": 116}),
        (["left", "beside"], {"left": 3, "beside": 1002}),
        (["last", "left"], {"last": 116, "left": 3}),
    ],
)
def test_targets_are_worked_out(runner: Any, targets: list[str], expected: dict[str, int]) -> None:
    """Each node is given what it needs, and each target has its output; so it is the second time."""
    assert runner.run({"given": 2}, targets) == expected
    assert runner.run({"given": 2}, targets) == expected


def test_missing_input_is_named(runner: Any) -> None:
    """A node that needs what nobody gives says so."""
    with pytest.raises(GraphRunError, match="nowhere"):
        runner.run({"given": 2}, ["lost"])


def test_failure_is_passed_on(runner: Any) -> None:
    """A component that fails ends the run."""
    with pytest.raises(GraphComponentException):
        runner.run({"given": -1}, ["left"])


def test_only_what_is_needed_runs(tmp_path: Path) -> None:
    """A component runs once where two need it, and not at all where none does."""
    made: list[Adder] = []

    class Counted(Adder):
        def __init__(self, own: int) -> None:
            super().__init__(own)
            made.append(self)

    nodes = {name: replace(each, uses=Counted) for name, each in SCHEMA.nodes.items() if name != "lost"}
    schema = GraphSchema(nodes)
    runner = TurnGraphRunner.create(schema, LocalModelStorage.create(tmp_path), ExecutionContext(schema))
    runner.run({"given": 1}, ["last"])

    assert {each.own: each.runs for each in made} == {100: 1, 1: 1, 10: 1, 1000: 0}


def test_rules_are_looked_up(tmp_path: Path) -> None:
    """A trained `RulePolicy` is run by the policy that stands in for it; the schema stays as it was trained."""
    rules = SchemaNode({}, RulePolicy, "create", "__repr__", RulePolicy.get_default_config(), eager=True)
    schema = GraphSchema({"rules": rules})
    runner = TurnGraphRunner.create(schema, LocalModelStorage.create(tmp_path), ExecutionContext(schema))

    assert IndexedRulePolicy.__name__ in runner.run(targets=["rules"])["rules"]
    assert schema.nodes["rules"].uses is RulePolicy
