"""The intent classifier, trained on a few messages with the real encoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from acumen.nlu.intent_classifier import NOT_UNDERSTOOD, QUESTIONS, SAFETY_SCORES, QuestionIntentClassifier
from acumen.nlu.safety_context import TOLD
from acumen.safety.assess import THRESHOLDS

EXAMPLES = {
    "does_it_hurt": ["does it hurt", "is it painful", "do the needles hurt", "will i feel pain"],
    "how_many_sessions": ["how many sessions", "how many visits do i need", "how often must i come back"],
    "cost": ["what does it cost", "how much is it", "what is the price", "is it expensive"],
    "emergency_heart": ["crushing chest pain", "i think this is a heart attack", "pain in my chest and left arm"],
    "emergency_stroke": ["his face is drooping", "her speech is slurred", "one side of my body went weak"],
    "crisis_suicidal": ["i want to die", "i want to kill myself", "i want to end my life"],
}
BARE_REPLIES = {
    "affirm": ["yes", "yes please", "yes, that one", "yeah"],
    "deny": ["no", "no thanks", "no, not that one", "nope"],
    "complain": ["no, that is wrong", "that is not what i asked", "no, you got me wrong"],
    "what_is_dry_needling": ["what is dry needling", "what does dry needling mean", "explain dry needling"],
    "cost": EXAMPLES["cost"],
}
TOPICS = {"does_it_hurt", "how_many_sessions", "cost"}

Create = Callable[..., QuestionIntentClassifier]


@pytest.fixture
def training_data(spacy_nlp: SpacyNLP, spacy_model: SpacyModel) -> TrainingData:
    """A few messages of each intent, with their docs."""
    messages = [Message({TEXT: text, INTENT: intent}) for intent, texts in EXAMPLES.items() for text in texts]
    return spacy_nlp.process_training_data(TrainingData(messages), spacy_model)


@pytest.fixture
def arguments(
    model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
) -> Callable[..., tuple[Any, ...]]:
    """What `create` and `load` are called with."""

    def make(**config: Any) -> tuple[Any, ...]:
        config = {**QuestionIntentClassifier.get_default_config(), **config}
        return config, model_storage, resource, execution_context

    return make


@pytest.fixture
def trained(
    arguments: Callable[..., tuple[Any, ...]], training_data: TrainingData, spacy_model: SpacyModel
) -> QuestionIntentClassifier:
    """The component after training."""
    component = QuestionIntentClassifier.create(*arguments())
    component.train(training_data, spacy_model)
    return component


@pytest.fixture
def parse(
    trained: QuestionIntentClassifier, message: Callable[[str], Message], spacy_model: SpacyModel
) -> Callable[[str], Message]:
    """Parses a text with the trained component."""
    return lambda text: trained.process([message(text)], spacy_model)[0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("do the needles hurt?", "does_it_hurt"),
        ("what is the price of it", "cost"),
        ("how many visits are needed", "how_many_sessions"),
    ],
)
def test_intent_of_a_message(parse: Callable[[str], Message], text: str, intent: str):
    """The likeliest intent is the message's, at the head of a ranking that falls."""
    parsed = parse(text)
    ranking = parsed.get(INTENT_RANKING_KEY)

    assert parsed.get(INTENT)["name"] == intent
    assert ranking[0] == parsed.get(INTENT)
    chances = [each["confidence"] for each in ranking]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("text", ["crushing pain in my chest", "i want to die", "does it hurt"])
def test_safety_intents_are_scored_apart(parse: Callable[[str], Message], text: str):
    """Rankings hold topics only; each safety outcome that was trained has its own score."""
    parsed = parse(text)
    rankings = [parsed.get(INTENT_RANKING_KEY), *(question["ranking"] for question in parsed.get(QUESTIONS))]

    assert all({each["name"] for each in ranking} == TOPICS for ranking in map(positive, rankings))
    assert set(parsed.get(SAFETY_SCORES)) == {"emergency", "crisis"}


def positive(ranking: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What of a ranking has any chance."""
    return [each for each in ranking if each["confidence"] > 0]


@pytest.mark.parametrize(
    ("text", "outcome", "category"),
    [
        ("crushing chest pain", "emergency", "emergency_heart"),
        ("his face is drooping", "emergency", "emergency_stroke"),
        ("i want to kill myself", "crisis", "crisis_suicidal"),
    ],
)
def test_safety_score_of_a_message(parse: Callable[[str], Message], text: str, outcome: str, category: str):
    """What must not wait scores high, with the category that speaks most for it."""
    scores = parse(text).get(SAFETY_SCORES)

    assert scores[outcome]["category"] == category
    assert scores[outcome]["score"] > 0.5
    assert scores[outcome]["score"] > max(each["score"] for name, each in scores.items() if name != outcome)


def test_a_red_flag_counts_in_any_part(parse: Callable[[str], Message]):
    """One alarming sentence among ordinary ones is enough for an alarm."""
    hidden = "What does it cost? How many visits do I need? My chest has a crushing pain. Is it expensive?"

    found = parse(hidden).get(SAFETY_SCORES)["emergency"]

    assert found["category"] == "emergency_heart"
    assert found["score"] >= THRESHOLDS["emergency"]


@pytest.mark.parametrize(("told", "low"), [("", True), ("what does it cost", True), ("crushing chest pain", False)])
def test_what_is_taken_back_raises_no_score(
    trained: QuestionIntentClassifier,
    message: Callable[[str], Message],
    spacy_model: SpacyModel,
    told: str,
    low: bool,
):
    """No safety score is higher than for what a message tells; its category and its ranking stay."""
    whole, less = message("crushing chest pain"), message("crushing chest pain")
    less.set(TOLD, told)

    trained.process([whole, less], spacy_model)

    before, after = whole.get(SAFETY_SCORES)["emergency"], less.get(SAFETY_SCORES)["emergency"]
    assert after["score"] == before["score"] if not low else after["score"] < 0.2 < before["score"]
    assert (after["category"], after["share"]) == (before["category"], before["share"])
    assert less.get(INTENT_RANKING_KEY) == whole.get(INTENT_RANKING_KEY)


def test_every_question_has_its_ranking(parse: Callable[[str], Message]):
    """Each question of a message is ranked by its own words."""
    questions = parse("does it hurt? what does it cost? how many sessions?").get(QUESTIONS)

    assert [question["text"] for question in questions] == ["does it hurt?", "what does it cost?", "how many sessions?"]
    assert [question["ranking"][0]["name"] for question in questions] == ["does_it_hurt", "cost", "how_many_sessions"]


def test_one_question_is_ranked_as_the_message_is(parse: Callable[[str], Message]):
    """Where a message asks one thing, its ranking is that of its question."""
    parsed = parse("Hello there. What does it cost?")

    (question,) = parsed.get(QUESTIONS)
    assert question["text"] == "What does it cost?"
    assert question["ranking"] == parsed.get(INTENT_RANKING_KEY)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_message_without_words(parse: Callable[[str], Message], text: str):
    """A message without words is nobody's intent, and asks nothing."""
    parsed = parse(text)

    assert parsed.get(INTENT)["name"] == NOT_UNDERSTOOD["name"]
    assert (parsed.get(QUESTIONS), parsed.get(SAFETY_SCORES)) == ([], {})


def test_message_without_a_doc(trained: QuestionIntentClassifier, spacy_model: SpacyModel):
    """A message that the language pipeline never saw does not break the component."""
    (parsed,) = trained.process([Message({TEXT: "does it hurt"})], spacy_model)

    assert parsed.get(INTENT)["name"] == NOT_UNDERSTOOD["name"]


def test_results_are_part_of_the_parse_data(parse: Callable[[str], Message]):
    """What was found reaches the actions, as it is marked for output."""
    output = parse("does it hurt").as_dict(only_output_properties=True)

    assert {INTENT, INTENT_RANKING_KEY, QUESTIONS, SAFETY_SCORES} <= set(output)


def test_ranking_is_as_long_as_configured(
    arguments: Callable[..., tuple[Any, ...]],
    training_data: TrainingData,
    spacy_model: SpacyModel,
    message: Callable[[str], Message],
):
    """No ranking names more intents than configured."""
    component = QuestionIntentClassifier.create(*arguments(ranking_length=2))
    component.train(training_data, spacy_model)

    (parsed,) = component.process([message("does it hurt? what does it cost?")], spacy_model)

    assert len(parsed.get(INTENT_RANKING_KEY)) == 2
    assert all(len(question["ranking"]) == 2 for question in parsed.get(QUESTIONS))


def test_a_loaded_component_is_the_trained_one(
    trained: QuestionIntentClassifier,
    arguments: Callable[..., tuple[Any, ...]],
    message: Callable[[str], Message],
    spacy_model: SpacyModel,
):
    """Training persists all that parsing needs."""
    loaded = QuestionIntentClassifier.load(*arguments())

    for text in ("does it hurt? how much is it?", "crushing chest pain", ""):
        (before,) = trained.process([message(text)], spacy_model)
        (after,) = loaded.process([message(text)], spacy_model)
        assert after.as_dict(only_output_properties=True) == before.as_dict(only_output_properties=True)


def test_training_is_repeatable(
    trained: QuestionIntentClassifier,
    arguments: Callable[..., tuple[Any, ...]],
    training_data: TrainingData,
    message: Callable[[str], Message],
    spacy_model: SpacyModel,
):
    """The same messages make the same model, so that a result can be traced to its data."""
    (before,) = trained.process([message("does it hurt?")], spacy_model)
    again = QuestionIntentClassifier.create(*arguments())
    again.train(training_data, spacy_model)
    (after,) = again.process([message("does it hurt?")], spacy_model)

    assert after.get(INTENT_RANKING_KEY) == before.get(INTENT_RANKING_KEY)


def test_two_intents_are_enough(
    arguments: Callable[..., tuple[Any, ...]],
    spacy_nlp: SpacyNLP,
    spacy_model: SpacyModel,
    message: Callable[[str], Message],
):
    """A model of only two intents tells them apart too."""
    messages = [
        Message({TEXT: text, INTENT: intent}) for intent in ("cost", "does_it_hurt") for text in EXAMPLES[intent]
    ]
    component = QuestionIntentClassifier.create(*arguments())
    component.train(spacy_nlp.process_training_data(TrainingData(messages), spacy_model), spacy_model)

    parsed = component.process([message("what is the price"), message("is it painful")], spacy_model)

    assert [each.get(INTENT)["name"] for each in parsed] == ["cost", "does_it_hurt"]
    assert all(each.get(INTENT)["confidence"] > 0.5 for each in parsed)


@pytest.fixture
def parse_reply(
    arguments: Callable[..., tuple[Any, ...]],
    spacy_nlp: SpacyNLP,
    spacy_model: SpacyModel,
    message: Callable[[str], Message],
) -> Callable[[str], Message]:
    """Parses a text with a component that knows what it is to say yes or no."""
    messages = [Message({TEXT: text, INTENT: intent}) for intent, texts in BARE_REPLIES.items() for text in texts]
    component = QuestionIntentClassifier.create(*arguments())
    component.train(spacy_nlp.process_training_data(TrainingData(messages), spacy_model), spacy_model)
    return lambda text: component.process([message(text)], spacy_model)[0]


@pytest.mark.parametrize(("text", "intent"), [("no", "deny"), ("no, thanks", "deny"), ("yes, please", "affirm")])
def test_a_bare_reply(parse_reply: Callable[[str], Message], text: str, intent: str):
    """A yes or a no by itself is what it says."""
    assert parse_reply(text).get(INTENT)["name"] == intent


@pytest.mark.parametrize(
    "text",
    ["no, dry needling", "no, I meant dry needling", "nope, dry needling please", "yes, that dry needling one"],
)
def test_a_reply_that_names_something_is_a_question_about_it(parse_reply: Callable[[str], Message], text: str):
    """A yes or a no that names a technique is no bare reply, neither as a message nor as a question in it."""
    parsed = parse_reply(text)
    rankings = [parsed.get(INTENT_RANKING_KEY), *(question["ranking"] for question in parsed.get(QUESTIONS))]

    assert parsed.get(INTENT)["name"] == "what_is_dry_needling"
    assert all({each["name"] for each in positive(ranking)} <= {"what_is_dry_needling", "cost"} for ranking in rankings)


def test_a_message_that_cannot_be_classified(
    trained: QuestionIntentClassifier,
    spacy_model: SpacyModel,
    message: Callable[[str], Message],
    monkeypatch: pytest.MonkeyPatch,
):
    """A failure ends neither the turn nor the search for red flags, and shows as a message not understood."""
    monkeypatch.setattr(QuestionIntentClassifier, "_classify", lambda *_: 1 / 0)

    (parsed,) = trained.process([message("does it hurt")], spacy_model)

    assert parsed.get(INTENT)["name"] == "nlu_fallback"
    assert parsed.get(QUESTIONS) is None
    assert parsed.get(SAFETY_SCORES) is None
