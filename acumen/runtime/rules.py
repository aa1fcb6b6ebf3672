"""Rasa's rules, looked up by what was said and done last."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import ACTIVE_LOOP, PREVIOUS_ACTION, SHOULD_NOT_BE_SET, SLOTS, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
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
        for key in self._rules:
            self._by_last[_last(self._rule_key_to_state(key)[-1])].append(key)
        states = [state for key in self._rules for state in self._rule_key_to_state(key)]
        self._reads_text = any(state.get(USER, {}).get(TEXT) for state in states)
        self._reads_memory = any(SLOTS in state or ACTIVE_LOOP in state for state in states)
        self._longest = max((len(self._rule_key_to_state(key)) for key in self._rules), default=0)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        """Predicts the next action (see parent class for full docstring)."""
        if use_text_for_last_user_input and not self._reads_text:
            return None, None, False
        found: tuple[str | None, str | None, bool]
        found = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        return found

    def _prediction_states(self, tracker: DialogueStateTracker, *args: Any, **kwargs: Any) -> list[State]:
        """Makes states of the conversation, as far back as rules look (see parent class for full docstring)."""
        states: list[State] = super()._prediction_states(self._recent(tracker), *args, **kwargs)
        return states

    def _recent(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        if self._reads_memory or tracker.active_loop_name:
            return tracker
        events = tracker.applied_events()
        done = [index for index, event in enumerate(events) if isinstance(event, ActionExecuted)]
        if len(done) <= self._longest:
            return tracker
        recent = tracker.init_copy()
        for event in events[done[-self._longest - 1] :]:
            recent.update(event)
        return recent

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
