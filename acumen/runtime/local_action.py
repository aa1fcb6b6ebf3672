"""Running custom actions in the bot's own process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa_sdk.executor import ActionExecutor

from acumen.answering.reply import Reply, plain_text
from acumen.assistant import failure_reply
from acumen.logs import log_failure
from acumen.runtime.stages import broke, failed, stage
from acumen.runtime.stores.events import from_values


class LocalAction(RemoteAction):
    """A custom action without the HTTP hop.

    The executor returns what our own code made, so the check of the action
    server's answer against its schema, over half of a stock turn, is left out. An
    action that fails says so, with the line for emergencies.
    """

    def __init__(self, name: str, executor: ActionExecutor, project: Path) -> None:
        super().__init__(name, None)
        self._executor = executor
        self._project = project

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Runs the action (see parent class for full docstring)."""
        try:
            with stage("action"):
                return await self._execute(output_channel, nlg, tracker)
        except Exception as error:
            # Rasa would log the exception's message and say nothing to the patient.
            log_failure(f"action {self.name()} failed", error)
            broke(error)
            failed()
            return [uttered(failure_reply(self._project))]

    async def _execute(
        self, output_channel: OutputChannel, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker
    ) -> list[Event]:
        call = {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": tracker.current_state(EventVerbosity.AFTER_RESTART),
            "domain": {},
        }
        result: dict[str, Any] = await self._executor.run(call) or {}
        uttered = await self._utter_responses(result.get("responses", []), output_channel, nlg, tracker)
        events: list[Event] = [*uttered, *from_values(result.get("events", []))]
        return events


def uttered(reply: Reply) -> Event:
    """A reply as the bot's event, which Rasa hands to the channel and keeps."""
    return BotUttered(plain_text(reply), metadata={"reply": reply.to_dict()})
