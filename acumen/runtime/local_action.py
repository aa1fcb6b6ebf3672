"""Running custom actions in the bot's own process."""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa_sdk.executor import ActionExecutor


class LocalAction(RemoteAction):
    """A custom action without the HTTP hop.

    The executor returns what our own code made, so the check of the action
    server's answer against its schema, over half of a stock turn, is left out.
    """

    def __init__(self, name: str, executor: ActionExecutor) -> None:
        super().__init__(name, None)
        self._executor = executor

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Runs the action (see parent class for full docstring)."""
        call = {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": tracker.current_state(EventVerbosity.AFTER_RESTART),
            "domain": {},
        }
        result: dict[str, Any] = await self._executor.run(call) or {}
        uttered = await self._utter_responses(result.get("responses", []), output_channel, nlg, tracker)
        events: list[Event] = [*uttered, *deserialise_events(result.get("events", []))]
        return events
