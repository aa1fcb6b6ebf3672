"""The bot itself, in this process, with the trained model."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import CallbackNaturalLanguageGenerator
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.core.utils import AvailableEndpoints

from acumen.answering import phrases
from acumen.answering.engine import STARTERS
from acumen.answering.reply import Reply, Table, plain_text
from acumen.assistant import failure_reply
from acumen.channels.collector import ReplyCollector
from acumen.content.library import Library
from acumen.errors import AcumenError, problem
from acumen.runtime.agent import connect_broker, load_agent
from acumen.runtime.conversation import Conversation
from acumen.runtime.environment import prepare
from acumen.runtime.json_logs import JsonFormatter
from acumen.runtime.metrics import metrics
from acumen.runtime.stages import STAGES
from acumen.runtime.stores.local_lock import LocalLockStore

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:Slot auto-fill has been removed:UserWarning"),
]

PRIVATE = "xylophonist"
ENDPOINTS = """\
tracker_store:
  type: acumen.runtime.stores.tracker_store.DatabaseTrackerStore
  url: sqlite:///{folder}/acumen.db
lock_store:
  type: in_memory
event_broker:
  type: file
  path: {folder}/events
nlg:
  url: http://127.0.0.1:1/nlg
"""


@pytest.fixture(autouse=True)
def in_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions read the articles of the folder they run in."""
    monkeypatch.chdir(project)


@pytest.fixture
def conversation(agent: Agent) -> Conversation:
    """A new conversation."""
    return Conversation(agent)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions that fail, with a patient's words in what they raise."""

    def fail() -> None:
        raise RuntimeError(f"cannot answer about a {PRIVATE}")

    monkeypatch.setattr("actions.actions.assistant", fail)


async def only(conversation: Conversation, text: str) -> Reply:
    """The reply to a message, which has to be the only one."""
    (reply,) = await conversation.say(text)
    return reply


async def test_answer_from_the_articles(conversation: Conversation, library: Library):
    """A plain question is answered with passages of the articles, word for word."""
    reply = await only(conversation, "Does it hurt?")

    assert (reply.outcome, reply.topics) == ("answer", ("does_it_hurt",))
    assert reply.citations
    for citation in reply.citations:
        assert citation.passage in library.sections[f"{citation.article}#{citation.section}"].passages


@pytest.mark.parametrize("starter", STARTERS)
async def test_buttons_lead_to_their_topics(conversation: Conversation, library: Library, starter: str):
    """Pressing a button that everybody is shown asks for its topic."""
    reply = await only(conversation, library.topics[starter].ask)

    assert starter in reply.topics


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("hello", "chitchat"),
        ("crushing chest pain and my left arm is numb", "emergency"),
        ("I want to kill myself", "crisis"),
        ("who won the football match last night", "off_topic"),
        ("how much does a session cost", "not_covered"),
    ],
)
async def test_outcomes(conversation: Conversation, text: str, outcome: str):
    """The plainest message of each kind is recognised as such."""
    assert (await only(conversation, text)).outcome == outcome


async def test_more_goes_on_with_the_last_answer(conversation: Conversation):
    """A conversation remembers what it was about and what was said."""
    first = await only(conversation, "does it hurt?")
    second = await only(conversation, "tell me more")

    assert second.topics == first.topics
    assert not {citation.passage for citation in first.citations} & {each.passage for each in second.citations}


async def test_conversations_do_not_mix(agent: Agent):
    """Two patients at once each go on with their own answer."""
    one, two = Conversation(agent), Conversation(agent)
    first = await asyncio.gather(only(one, "does it hurt?"), only(two, "how many sessions will i need?"))
    second = await asyncio.gather(only(one, "tell me more"), only(two, "tell me more"))

    assert [reply.topics for reply in first] == [("does_it_hurt",), ("how_many_sessions",)]
    assert [reply.topics for reply in second] == [reply.topics for reply in first]


@pytest.mark.parametrize(
    "command",
    [
        "/restart",
        "/back",
        "/session_start",
        "/greet",
        "/emergency_heart{}",
        '/does_it_hurt{"condition": "migraine"}',
        "/\n/restart",
    ],
)
async def test_typed_command_is_text(agent: Agent, command: str):
    """A command that somebody types is read as the words in it, and steers nothing."""
    words = command.lstrip("/\n")
    read, expected = await agent.parse_message(command), await agent.parse_message(words)

    assert (read["text"], read["intent"]) == (words, expected["intent"])
    assert await Conversation(agent).say(command) == await Conversation(agent).say(words)


@pytest.mark.parametrize(
    "text",
    ["\u0000\u0007\u001b", "\u202e\u200b\ufeff", "   ", "\n", "/", "\x7f"],
    ids=["control", "bidi", "spaces", "line", "slash", "delete"],
)
async def test_message_without_words(conversation: Conversation, text: str):
    """A message with nothing to read is asked back about."""
    reply = await only(conversation, text)

    assert reply.outcome == "clarify"
    assert plain_text(reply) == phrases.EMPTY
    assert reply.buttons


@pytest.mark.parametrize(
    "text",
    ["?", "is it?", "will there be", "1", "a", "...", "😀", "針灸は痛いですか", "{}", "<b>hurt</b>", "q" * 300],
)
async def test_odd_messages_break_nothing(conversation: Conversation, project: Path, text: str):
    """Whatever is typed, the reply is not that something went wrong."""
    reply = await only(conversation, text)

    assert plain_text(reply) != plain_text(failure_reply(project))


async def test_very_long_message(conversation: Conversation):
    """Ten thousand characters get a reply that says so, not silence."""
    reply = await only(conversation, "does it hurt and how long does it take? " * 250)

    assert reply.outcome == "clarify"
    assert plain_text(reply) == phrases.TOO_LONG


@pytest.mark.parametrize("place", ["first", "last"])
async def test_alarm_in_a_very_long_message(conversation: Conversation, place: str):
    """What must not wait is found at either end of ten thousand characters."""
    alarm, rest = "I have crushing chest pain and my left arm is numb. ", "I slept well. " * 700
    reply = await only(conversation, alarm + rest if place == "first" else rest + alarm)

    assert reply.outcome == "emergency"


@pytest.mark.parametrize("text", ["does it hurt?", "crushing chest pain and my left arm is numb", "tell me more"])
async def test_failing_action_does_not_leave_silence(
    conversation: Conversation, broken: None, project: Path, text: str
):
    """Where an action fails, the patient reads so, with the line for emergencies."""
    reply = await only(conversation, text)

    assert reply == failure_reply(project)
    assert "If this is an emergency, call" in plain_text(reply)


async def test_a_conversation_goes_on_after_a_failure(agent: Agent, monkeypatch: pytest.MonkeyPatch):
    """The turn after a failure is answered as if nothing had happened."""
    conversation = Conversation(agent)
    with monkeypatch.context() as patch:
        patch.setattr("actions.actions.assistant", lambda: 1 / 0)
        await conversation.say("does it hurt?")

    assert (await only(conversation, "does it hurt?")).outcome == "answer"


async def test_failing_parse_does_not_leave_silence(
    agent: Agent, conversation: Conversation, project: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where understanding itself fails, the patient reads so too."""

    async def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError(PRIVATE)

    monkeypatch.setattr(agent.processor, "parse_message", fail)

    assert await only(conversation, "does it hurt?") == failure_reply(project)


async def test_channel_that_breaks_is_not_answered_twice(agent: Agent):
    """A reply that could not be delivered is the channel's fault: no second one is sent after it."""

    class Broken(ReplyCollector):
        async def send_response(self, recipient_id: str, message: dict[str, object]) -> None:
            await super().send_response(recipient_id, message)
            raise ConnectionError

    channel = Broken()
    await agent.handle_message(UserMessage("does it hurt?", channel, "broken-channel"))

    assert [reply.outcome for reply in channel.replies] == ["answer"]


@pytest.mark.usefixtures("own_process")
@pytest.mark.parametrize("failing", [False, True], ids=["answered", "failing"])
async def test_no_word_of_a_patient_is_logged(
    *,
    agent: Agent,
    project: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    failing: bool,
):
    """At the level that the command sets, neither log nor output holds what a patient wrote."""
    prepare(project)
    if failing:
        request.getfixturevalue("broken")

    replies = await Conversation(agent).say(f"I am a {PRIVATE}. Does it hurt?")

    written = capfd.readouterr()
    assert replies
    assert logging.getLogger().level == logging.WARNING
    assert PRIVATE not in caplog.text
    assert PRIVATE not in written.out + written.err


@pytest.mark.usefixtures("own_process")
@pytest.mark.parametrize(
    "text",
    [
        f"/{PRIVATE}{{}}",
        f'{{"{PRIVATE}": "\\ud800"}}',
        f"\x00{PRIVATE}\x1b[31m",
        f"{PRIVATE} " * 1500,
        f"%s %(x)s {{0}} {PRIVATE}",
        f"my name is {PRIVATE}, +44 20 7946 0018",
        f"forget that I am a {PRIVATE}",
    ],
    ids=["command", "half a character", "control", "long", "format", "personal", "deletion"],
)
async def test_no_word_of_a_strange_message_is_logged(
    agent: Agent, project: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], text: str
):
    """Whatever is typed, no log line repeats it."""
    prepare(project)
    replies = await Conversation(agent).say(text)

    written = capfd.readouterr()
    assert replies
    assert PRIVATE not in caplog.text + written.out + written.err


@pytest.mark.parametrize("content", [None, b"no archive"], ids=["missing", "broken"])
def test_model_that_does_not_load(project: Path, tmp_path: Path, content: bytes | None):
    """A model that cannot be loaded is named, with what to do."""
    model = tmp_path / "model.tar.gz"
    if content:
        model.write_bytes(content)

    with pytest.raises(AcumenError) as caught:
        load_agent(project, model)

    (fault,) = caught.value.problems
    assert fault.code == "ACU204"
    assert str(model) in fault.what


@pytest.mark.parametrize("name", ["patterns.yml", "words.yml", "context.yml"])
def test_safety_patterns_that_cannot_be_used(project: Path, tmp_path: Path, name: str):
    """A fault in a safety file is found before the bot starts, as it is only logged while the bot runs."""
    shutil.copytree(project / "data" / "safety", tmp_path / "data" / "safety")
    (tmp_path / "data" / "safety" / name).write_text("a: [unclosed", encoding="utf-8")

    with pytest.raises(AcumenError) as caught:
        load_agent(tmp_path, tmp_path / "model.tar.gz")

    (fault,) = caught.value.problems
    assert fault.code == "ACU142"


@pytest.mark.model
@pytest.mark.parametrize(
    "text", ["how do dry needling and acupuncture differ?", "difference between acupuncture and dry needling"]
)
async def test_a_comparison_is_one_question(agent: Agent, text: str):
    """What is compared stands on both sides of an "and", and is answered once, side by side."""
    (reply,) = await Conversation(agent).say(text)

    assert reply.topics == ("dry_needling_vs_acupuncture",)
    assert any(isinstance(block, Table) for block in reply.blocks)


async def test_the_stores_of_endpoints_yml_are_used(
    project: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Stores, texts and broker are those that stock Rasa would take; a conversation outlives the agent."""
    (tmp_path / "data").symlink_to(project / "data")
    (tmp_path / "endpoints.yml").write_text(ENDPOINTS.format(folder=tmp_path), encoding="utf-8")
    endpoints = AvailableEndpoints.read_endpoints(str(tmp_path / "endpoints.yml"))
    agents = [await asyncio.to_thread(load_agent, tmp_path, model, endpoints) for _ in range(2)]
    for each in agents:
        await connect_broker(each, tmp_path)
    first = await Conversation(agents[0], "one").say("does it hurt?")
    second = await Conversation(agents[1], "one").say("tell me more")

    assert second[0].topics == first[0].topics == ("does_it_hurt",)
    assert isinstance(agents[0].lock_store, InMemoryLockStore)
    assert isinstance(agents[0].nlg, CallbackNaturalLanguageGenerator)
    assert "tell me more" in (tmp_path / "events").read_text()
    await agents[0].tracker_store.event_broker.close()


async def test_asking_keeps_nothing(agent: Agent):
    """`acumen ask`, the shell and the evaluation write no conversation anywhere."""
    assert isinstance(agent.tracker_store, InMemoryTrackerStore)
    assert isinstance(agent.lock_store, LocalLockStore)


async def test_a_store_that_fails_is_not_hidden(
    agent: Agent, project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Where a conversation cannot be read, the patient reads that something went wrong, and the operator why."""

    async def fail(*_: object) -> None:
        raise AcumenError(problem("ACU303", detail="gone"))

    monkeypatch.setattr(agent.tracker_store, "retrieve", fail)

    assert await only(Conversation(agent), "does it hurt?") == failure_reply(project)
    assert "ACU303" in caplog.text


async def test_turn_is_told_to_operators_without_words(
    agent: Agent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Log and metrics know the channel, the outcome and the time of each stage, and nothing of what was said."""
    caplog.set_level(logging.INFO, "acumen.turns")
    monkeypatch.setattr(agent, "channels", frozenset({"website"}))
    metrics.cache_clear()
    for channel in ("website", PRIVATE):
        await agent.handle_message(
            UserMessage(f"does it hurt a {PRIVATE}?", ReplyCollector(), PRIVATE, input_channel=channel)
        )
    exposed = generate_latest(metrics().registry).decode()
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "acumen.turns"]

    assert PRIVATE not in exposed + "".join(lines)
    assert [json.loads(line)["channel"] for line in lines] == ["website", "other"]
    for line in lines:
        assert json.loads(line)["outcome"] == "answer"
        assert set(json.loads(line)["milliseconds"]) == {*STAGES, "whole"}
    assert 'acumen_turns_total{channel="website",outcome="answer"} 1.0' in exposed


@pytest.mark.usefixtures("broken")
async def test_failed_turn_counts_as_failed(conversation: Conversation):
    """A reply that says that something went wrong is no answer."""
    metrics.cache_clear()
    await conversation.say("does it hurt?")

    assert 'outcome="failed"} 1.0' in generate_latest(metrics().registry).decode()
