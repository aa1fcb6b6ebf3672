"""The project's own files, as Rasa and the library read them together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.channels.channel import InputChannel
from rasa.core.run import create_http_input_channels
from rasa.core.utils import AvailableEndpoints
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.utils.io import read_yaml_file
from rasa.validator import Validator
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML

from acumen.answering.question import BODY_PART, CONDITION, SUBSTANCE, TECHNIQUE, Memory
from acumen.content.library import Library
from acumen.language.build import LEXICON

# Rasa says so of every domain with slots.
pytestmark = pytest.mark.filterwarnings("ignore:Slot auto-fill has been removed:UserWarning")

PROJECT = Path(__file__).parents[1]
# Labelled messages that the bot is judged by. Turns of dialogues are left out: "tell me more"
# is what everybody says.
JUDGED = [*PROJECT.glob("tests/evaluation/*/*.jsonl")]
FEWEST_MESSAGES = 30


@pytest.fixture(scope="module")
def validator() -> Validator:
    """Rasa's own checks over all that it trains on."""
    importer = TrainingDataImporter.load_from_config(
        str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(PROJECT / "data")]
    )
    return Validator.from_importer(importer)


@pytest.fixture(scope="module")
def domain(validator: Validator) -> Domain:
    """The domain."""
    return validator.domain


@pytest.fixture(scope="module")
def intents(domain: Domain) -> set[str]:
    """The intents that the domain file lists."""
    return set(domain.as_dict()["intents"])


@pytest.fixture(scope="module")
def messages(validator: Validator) -> dict[str, set[str]]:
    """The intents of each training message, whatever its case and spaces."""
    found: dict[str, set[str]] = {}
    for example in validator.intents.intent_examples:
        found.setdefault(normal(example.get("text")), set()).add(example.get("intent"))
    return found


def normal(text: str) -> str:
    """A message as one compares it."""
    return " ".join(text.casefold().split())


def judged(file: Path) -> Iterator[str]:
    """The messages of a labelled file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield from (normal(row[key]) for key in ("question", "message") if key in row)


@pytest.mark.parametrize(
    "check",
    [
        Validator.verify_domain_validity,
        Validator.verify_intents,
        Validator.verify_intents_in_stories,
        Validator.verify_example_repetition_in_intents,
        Validator.verify_utterances_in_stories,
        Validator.verify_actions_in_stories_rules,
        Validator.verify_slot_mappings,
        Validator.verify_story_structure,
    ],
    ids=lambda check: check.__name__,
)
def test_rasa_finds_nothing_wrong(validator: Validator, check):
    """What `rasa data validate` checks holds; a warning of Rasa fails the test as well."""
    assert check(validator)


def test_config_makes_a_graph(validator: Validator):
    """Every component of the pipeline and every policy can be found, and they fit together."""
    config = DefaultV1Recipe().graph_config_for_recipe(validator.config, {})

    assert config.train_schema.nodes
    assert config.predict_schema.nodes


def test_channels_can_be_opened():
    """Every channel that the credentials name exists and takes its settings."""
    channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))

    assert channels
    assert all(isinstance(channel, InputChannel) for channel in channels)


def test_endpoints_name_the_action_server():
    """Stock `rasa run` and `rasa shell` find the custom actions."""
    endpoints = AvailableEndpoints.read_endpoints(str(PROJECT / "endpoints.yml"))

    assert endpoints.action.url.endswith("/webhook")


def test_test_stories_are_valid(domain: Domain):
    """The stories of `rasa test` can be read, and speak of nothing that the domain does not know."""
    file = str(PROJECT / "tests" / "test_stories.yml")

    steps = YAMLStoryReader(domain, file).read_from_parsed_yaml(read_yaml_file(file))

    used = {event.intent_name for step in steps for event in step.events if isinstance(event, UserUttered)}
    assert steps
    assert used - {None} <= set(domain.intents)


def test_domain_actions_are_those_of_the_package(domain: Domain):
    """Every custom action that the domain names is there, and none is left out."""
    executor = ActionExecutor()
    executor.register_package("actions")

    own = {name for name in domain.user_actions if not name.startswith("utter_")}
    assert own == set(executor.actions)


def test_slots_are_what_is_remembered(domain: Domain):
    """The domain has a slot for everything that actions remember, and no other."""
    own = {slot.name for slot in domain.slots} - {"session_started_metadata", "requested_slot"}

    assert own == set(Memory().to_slots())


def test_entities_are_the_kinds_of_the_lexicon(domain: Domain):
    """Domain, lexicon and answering know the same kinds of words."""
    lexicon = YAML(typ="safe").load(PROJECT / LEXICON)

    assert set(domain.entities) == set(lexicon) == {CONDITION, BODY_PART, TECHNIQUE, SUBSTANCE}


def test_intents_are_topics_or_have_a_rule(validator: Validator, intents: set[str], library: Library):
    """Every intent leads somewhere: each has a rule, and each topic is an intent."""
    ruled = {
        event.intent_name
        for step in validator.story_graph.story_steps
        for event in step.events
        if isinstance(event, UserUttered)
    } - {DEFAULT_NLU_FALLBACK_INTENT_NAME}

    assert intents == ruled | set(library.topics)
    assert ruled == intents


def test_every_intent_has_enough_messages(validator: Validator, intents: set[str]):
    """No intent is trained on less than a few dozen messages."""
    counts = {intent: validator.intents.number_of_examples_per_intent.get(intent, 0) for intent in intents}

    assert {intent: count for intent, count in counts.items() if count < FEWEST_MESSAGES} == {}


def test_every_trained_intent_is_in_the_domain(validator: Validator, intents: set[str]):
    """No training message belongs to an intent that nothing answers."""
    assert set(validator.intents.intents) - {DEFAULT_NLU_FALLBACK_INTENT_NAME} <= intents


def test_no_message_is_under_two_intents(messages: dict[str, set[str]]):
    """The same words, whatever their case, never mean two things."""
    assert {text: names for text, names in messages.items() if len(names) > 1} == {}


@pytest.mark.parametrize("file", JUDGED, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_nothing_is_trained_on_what_the_bot_is_judged_by(messages: dict[str, set[str]], file: Path):
    """A training message that is also a judged one would only show that the bot can repeat."""
    assert set(messages) & set(judged(file)) == set()


def test_buttons_ask_what_topics_are_asked_by(domain: Domain, library: Library):
    """A button of small talk says what it sends, and its words are those of a topic."""
    buttons = [
        button for variants in domain.responses.values() for each in variants for button in each.get("buttons", [])
    ]

    assert buttons
    assert all(button["title"] == button["payload"] for button in buttons)
    assert {button["title"] for button in buttons} <= {topic.ask for topic in library.topics.values()}


def test_small_talk_says_nothing_of_the_subject(domain: Domain):
    """Responses hold no figure: what is said about the subject stands in the articles."""
    texts = [each["text"] for variants in domain.responses.values() for each in variants]

    assert not [text for text in texts if any(character.isdigit() for character in text)]
