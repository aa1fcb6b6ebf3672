"""Running a trained model's graph for one turn after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema, SchemaNode
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

from acumen.runtime.rules import IndexedRulePolicy

# Components that others stand in for, which do the same with what was trained.
STAND_INS: Mapping[type, type] = {RulePolicy: IndexedRulePolicy}


class TurnGraphRunner(GraphRunner):
    """Runs the components in an order that is worked out once; Rasa's runner plans each turn anew."""

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._order = cache(self._ordered)

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> TurnGraphRunner:
        """Creates the runner, and loads the components (see parent class for full docstring)."""
        nodes = {
            name: GraphNode.from_schema_node(name, _stood_in_for(node), model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Runs the graph (see parent class for full docstring)."""
        wanted = tuple(targets or self._schema.target_names)
        outputs: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in self._order(wanted):
            if name not in outputs:
                # Of what is missing, a node is given the name: it knows what to say of it.
                needs = self._schema.nodes[name].needs.values()
                outputs[name] = self._nodes[name](*(outputs.get(need, need) for need in needs))
        return {name: outputs[name][1] for name in wanted}

    def _ordered(self, targets: tuple[str, ...]) -> list[str]:
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: node.needs.values() for name, node in nodes.items()}
        return [name for name in TopologicalSorter(needs).static_order() if name in nodes]


def _stood_in_for(node: SchemaNode) -> SchemaNode:
    return replace(node, uses=STAND_INS.get(node.uses, node.uses))
