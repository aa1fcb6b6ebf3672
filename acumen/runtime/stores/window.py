"""The part of a conversation that a turn needs, so that a long conversation costs no more than a short one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    ReminderScheduled,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker


@dataclass(frozen=True)
class Window:
    """Where the events of a turn begin, and what those before have left behind.

    Attributes:
        cut: how many of the tracker's events fall away.
        state: events that stand for them: slots, the active loop, a pause, reminders that are still to come.
    """

    cut: int
    state: list[Event]


def next_window(tracker: DialogueStateTracker, first_new: int, turns: int) -> Window | None:
    """How the window moves on with the new events of a tracker, or None where it stays.

    It moves to a session that begins, as Rasa's own stores do, and otherwise, so as not to move with
    each turn, back to `turns` when there are twice as many.

    Args:
        tracker: what a turn was given, and what it added.
        first_new: the index of the first added event.
        turns: how many turns are always in the window.
    """
    events = list(tracker.events)
    for index in range(len(events) - 1, first_new - 1, -1):
        if isinstance(events[index], SessionStarted):
            return Window(index - _is_action(events, index - 1, ACTION_SESSION_START_NAME), [])
    said = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= 2 * turns:
        return None
    cut = said[-turns]
    cut -= _is_action(events, cut - 1, ACTION_LISTEN_NAME)
    return Window(cut, _state_after(tracker, events[:cut]))


def _is_action(events: list[Event], index: int, name: str) -> bool:
    event = events[index] if index >= 0 else None
    return isinstance(event, ActionExecuted) and event.action_name == name


def _state_after(tracker: DialogueStateTracker, events: list[Event]) -> list[Event]:
    """Events that bring a new tracker to where these have brought it."""
    before = DialogueStateTracker.from_events(tracker.sender_id, events, tracker.slots.values())
    at = events[-1].timestamp
    changed = [slot for slot in before.slots.values() if slot.value != slot.initial_value]
    state: list[Event] = [SlotSet(slot.name, slot.value, at) for slot in changed]
    if before.active_loop_name:
        state.append(ActiveLoop(before.active_loop_name, at))
    if before.is_paused():
        state.append(ConversationPaused(at))
    return state + [event for event in before.applied_events() if _is_still_to_come(event)]


def _is_still_to_come(event: Event) -> bool:
    # Rasa drops a reminder that it does not find in the conversation when its time has come.
    if not isinstance(event, ReminderScheduled):
        return False
    due = event.trigger_date_time
    return bool((due if due.tzinfo else due.replace(tzinfo=UTC)) > datetime.now(UTC))
