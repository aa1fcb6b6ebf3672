"""Deleting a conversation because the patient asked for it in the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from acumen.answering.privacy import deleted, not_deleted
from acumen.content.clinic import Clinic
from acumen.errors import AcumenError
from acumen.logs import log_failure, log_problems
from acumen.privacy.reference import reference
from acumen.runtime.local_action import uttered

DELETE = "action_delete_data"


class DeleteAction(Action):
    """Deletes what is stored of the conversation and says so, or says that it could not."""

    def __init__(self, forget: Callable[[str], Awaitable[None]], clinic: Clinic) -> None:
        """Create the action.

        Args:
            forget: deletes a conversation by its sender id, and sees to it that this turn is not stored.
            clinic: whom a patient can turn to.
        """
        self._forget = forget
        self._clinic = clinic

    def name(self) -> str:
        """Name of the action (see parent class for full docstring)."""
        return DELETE

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Runs the action (see parent class for full docstring)."""
        try:
            await self._forget(tracker.sender_id)
            reply = deleted()
        except AcumenError as error:
            log_problems(error)
            reply = not_deleted(self._clinic, reference(tracker.sender_id))
        except Exception as error:
            # Whatever went wrong, the patient must know that the words are still there.
            log_failure("a conversation was not deleted", error)
            reply = not_deleted(self._clinic, reference(tracker.sender_id))
        return [uttered(reply)]
