"""An agent that runs its actions itself and never leaves a message without a reply."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa_sdk.executor import ActionExecutor

from actions.support import assistant
from acumen.answering.reply import plain_text
from acumen.assistant import failure_reply
from acumen.channels.website.forget import forget_in
from acumen.errors import AcumenError, problem
from acumen.logs import log_failure
from acumen.privacy.mask import masked_event
from acumen.runtime.forgetting import DELETE, DeleteAction
from acumen.runtime.graph import TurnGraphRunner
from acumen.runtime.json_logs import log_turn
from acumen.runtime.local_action import LocalAction
from acumen.runtime.metrics import metrics
from acumen.runtime.stages import TurnRecord, broke, current_turn, failed, recorded, stage, waited
from acumen.runtime.stores.local_lock import LocalLockStore
from acumen.runtime.tracing import caller
from acumen.runtime.turns import HomeChannel, turn_thread
from acumen.safety.checking import check_patterns

if TYPE_CHECKING:
    from acumen.runtime.spans import Spans

ENDPOINTS = "endpoints.yml"
WARM_UP = "does it hurt?"
OTHER = "other"
# How many things are made between two looks for garbage among the youngest, and looks until the older ones have a turn.
GARBAGE = (20_000, 20, 50)


class TurnProcessor(MessageProcessor):
    """Rasa's processor with actions in-process and a reply to every message."""

    def __init__(self, *args: Any, executor: ActionExecutor, project: Path, **kwargs: Any) -> None:
        self._executor = executor
        self._project = project
        # Conversations that were deleted in the turn which is running: it must not be stored after all.
        self._forgotten: set[str] = set()
        super().__init__(*args, **kwargs)

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        """Unpacks a model, to be run by our runner (see parent class for full docstring)."""
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = load_predict_graph_runner(
                Path(folder), Path(model_path), LocalModelStorage, TurnGraphRunner
            )
        return Path(model_path).name, metadata, runner

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Handles a message; if nothing came of it, says so (see parent class for full docstring)."""
        waited()
        channel = _Watched(message.output_channel)
        message.output_channel = channel
        try:
            collected: list[dict[str, Any]] | None = await super().handle_message(message)
            if message.sender_id in self._forgotten and hasattr(channel, "forget"):
                await channel.forget()
            return collected
        except Exception as error:
            log_failure("a turn failed", error)
            broke(error)
            return None
        finally:
            self._forgotten.discard(message.sender_id)
            if not channel.used:
                failed()
                reply = failure_reply(self._project)
                await channel.send_response(message.sender_id, {"text": plain_text(reply), "reply": reply.to_dict()})

    async def fetch_tracker_and_update_session(self, *args: Any, **kwargs: Any) -> DialogueStateTracker:
        """Fetches the conversation (see parent class for full docstring)."""
        with stage("load"):
            return await super().fetch_tracker_and_update_session(*args, **kwargs)

    async def parse_message(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Understands a message (see parent class for full docstring)."""
        with stage("nlu"):
            understood: dict[str, Any] = await super().parse_message(*args, **kwargs)
        return understood

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Does nothing: a model is trained with its domain, and Rasa would make an empty one to see that it is not."""

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """Predicts the next action, to be run here (see parent class for full docstring)."""
        with stage("policies"):
            action, prediction = super().predict_next_with_tracker_if_should(tracker)
        if action.name() == DELETE:
            action = DeleteAction(self._forget, assistant().clinic)
        elif isinstance(action, RemoteAction):
            action = LocalAction(action.name(), self._executor, self._project)
        return action, prediction

    async def save_tracker(self, tracker: DialogueStateTracker) -> None:
        """Saves the tracker without what tells who wrote, unless the patient had it deleted (see parent class)."""
        if tracker.sender_id not in self._forgotten:
            said = tracker.latest_message
            if said is not None and said.text:
                # It was understood as it was written; what is kept of it, and what brokers get, is masked.
                kept = masked_event({"event": "user", "text": said.text, "parse_data": said.parse_data})
                said.text, said.parse_data = kept["text"], kept["parse_data"]
            with stage("save"):
                await super().save_tracker(tracker)

    async def _forget(self, sender_id: str) -> None:
        await forget_in(self.tracker_store, sender_id)
        self._forgotten.add(sender_id)


class TurnAgent(Agent):
    """Rasa's agent with the processor above.

    Attributes:
        channels: names of channels that metrics and logs may tell; clients of Rasa's REST channel choose their own.
        spans: takes the turns that are over, where traces are asked for.
    """

    channels: frozenset[str] = frozenset()
    spans: Spans | None = None

    def __init__(self, *args: Any, project: Path, tracker_store: TrackerStore | None = None, **kwargs: Any) -> None:
        super().__init__(*args, tracker_store=tracker_store, **kwargs)
        if tracker_store:
            # Rasa wraps it, to go on in memory where it fails: a turn would then be lost without anybody knowing.
            self.tracker_store = tracker_store
        self._project = project
        self._executor = ActionExecutor()
        self._executor.register_package("actions")
        # A broken article is reported now, not by the first patient's answer.
        assistant()

    async def handle_message(self, message: UserMessage) -> list[dict[str, Any]] | None:
        """Handles a message in the thread for turns (see parent class for full docstring)."""
        message.output_channel = HomeChannel(message.output_channel)
        turn = TurnRecord(message.input_channel if message.input_channel in self.channels else OTHER, caller())
        try:
            with metrics().counted(turn), recorded(turn):
                collected: list[dict[str, Any]] | None = await turn_thread().run(super().handle_message(message))
        finally:
            log_turn(turn)
            if self.spans:
                self.spans.add(turn)
        return collected

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Loads a model (see parent class for full docstring)."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            http_interpreter=self.http_interpreter,
            executor=self._executor,
            project=self._project,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses if self.domain else {}


class _Watched:
    """An output channel that remembers whether anything went out."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self.used = False

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.used = True
        if turn := current_turn():
            turn.note(message)
        await self._channel.send_response(recipient_id, message)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


def load_agent(project: Path, model: Path, endpoints: AvailableEndpoints | None = None) -> TurnAgent:
    """Load the agent of a project with a trained model.

    Args:
        project: the project's folder.
        model: the trained model.
        endpoints: where conversations, locks and texts are; without them, all of it is in memory.

    Raises:
        AcumenError: ACU204 when the model does not load, ACU142 when the safety
            patterns cannot be used, ACU302 to ACU304 for the stores, and every problem of the
            articles, topics and settings.
    """
    check_patterns(project)
    endpoints = endpoints or AvailableEndpoints()
    agent = TurnAgent(
        project=project,
        generator=endpoints.nlg,
        tracker_store=TrackerStore.create(endpoints.tracker_store),
        lock_store=LockStore.create(endpoints.lock_store) if endpoints.lock_store else LocalLockStore(),
    )
    try:
        agent.load_model(model)
    except Exception as error:
        raise AcumenError(problem("ACU204", model=model, detail=error)) from error
    return agent


def load_warm_agent(project: Path, model: Path) -> TurnAgent:
    """Load the agent with the stores of endpoints.yml, and let it read one message.

    What loads late should not keep the first patient waiting. Call it where no event loop runs.

    Raises:
        AcumenError: as `load_agent` does.
    """
    agent = load_agent(project, model, AvailableEndpoints.read_endpoints(str(project / ENDPOINTS)))
    asyncio.run(agent.parse_message(WARM_UP))
    # What is loaded now stays for good: looking through it for garbage would hold up a turn for a third of a second.
    gc.collect()
    gc.freeze()
    # A turn makes thousands of small things and lets go of them: by default they would be looked through each 700.
    gc.set_threshold(*GARBAGE)
    return agent


async def close_locks(agent: Agent) -> None:
    """Let go of the lock store's connections, in the loop where turns run.

    A store of one's own takes part with a method `close()`.
    """
    if hasattr(agent.lock_store, "close"):
        await agent.lock_store.close()


async def connect_broker(agent: Agent, project: Path) -> None:
    """Let the agent publish events to the broker of endpoints.yml, in the running event loop."""
    endpoints = AvailableEndpoints.read_endpoints(str(project / ENDPOINTS))
    loop = asyncio.get_running_loop()
    agent.tracker_store.event_broker = await EventBroker.create(endpoints.event_broker, loop)
