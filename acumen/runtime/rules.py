"""Rasa's rules, looked up by what was said and done last."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

# The last action and the intent of a state; None where a rule does not ask for one.
Last = tuple[str | None, str | None]


class IndexedRulePolicy(RulePolicy):
    """Predicts what a trained `RulePolicy` does, without a look at each rule three times a turn."""

    def __init__(self, *args: Any, lookup: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, lookup=lookup, **kwargs)
        self._rules: dict[str, str] = self.lookup.get(RULES, {})
        self._by_last: dict[Last, list[str]] = defaultdict(list)
        self._reads_text = False
        for key in self._rules:
            states = self._rule_key_to_state(key)
            self._by_last[_last(states[-1])].append(key)
            self._reads_text |= any(state.get(USER, {}).get(TEXT) for state in states)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        """Predicts the next action (see parent class for full docstring)."""
        if use_text_for_last_user_input and not self._reads_text:
            return None, None, False
        found: tuple[str | None, str | None, bool]
        found = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        return found

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        """Finds the rules that fit the conversation (see parent class for full docstring)."""
        # Before the first action, Rasa takes rules that begin a conversation whatever was said.
        if lookup is self._rules and states and states[-1].get(PREVIOUS_ACTION):
            action, intent = _last(states[-1])
            lasts = {(action, intent), (action, None), (None, intent), (None, None)}
            lookup = {key: lookup[key] for last in lasts for key in self._by_last.get(last, ())}
        possible: set[str] = super()._get_possible_keys(lookup, states)
        return possible


def _last(state: State) -> Last:
    return _asked(state, PREVIOUS_ACTION, ACTION_NAME), _asked(state, USER, INTENT)


def _asked(state: State, part: str, name: str) -> str | None:
    value = state.get(part, {}).get(name)
    return None if not value or value == SHOULD_NOT_BE_SET else str(value)
