"""From questions that stayed open to the draft of a topic: every file it has to stand in, in one step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acumen.errors import AcumenError, problem
from acumen.insights import yaml_lines
from acumen.insights.grouping import normal
from acumen.insights.training_files import TrainingFiles, replace_all
from acumen.safety.categories import is_safety_intent

ANSWERED_RULE, GAP_RULE = 0, 1
# An intent is trained on at least so many messages; a test of the project counts them.
FEWEST_MESSAGES = 30
MOST_MESSAGES = 200
LONGEST_MESSAGE = 400
# Intents that Rasa has a use for.
RESERVED = frozenset({"restart", "back", "out_of_scope", "session_start", "nlu_fallback"})
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
STUB = """
{{#{anchor} topics="{name}"}}
## {ask}

<!-- Write the answer here, a paragraph or more; until then Acumen does not start. -->
"""


@dataclass(frozen=True)
class Draft:
    """A topic to be: without an `ask`, its first question is the one on the button."""

    name: str
    ask: str
    questions: tuple[str, ...]
    # One of the two: which article gets a section, or what the articles leave open.
    article: str | None = None
    gap: str | None = None


@dataclass(frozen=True)
class Added:
    """What was added: the files, and how many messages there are to train on."""

    draft: Draft
    files: tuple[Path, ...]
    messages: int

    def told(self) -> list[str]:
        """What was done and what comes next, a line each."""
        name, article = self.draft.name, self.draft.article
        missing = max(FEWEST_MESSAGES - self.messages, 0)
        steps = [f"see that `ask` of {name} in data/topics.yml is a question as a patient would put it"]
        steps += [f"write the section {anchor_of(name)} in data/articles/{article}.md"] if article else []
        steps += [
            "read the messages in data/nlu/clinic.yml, and take out those that do not belong, or tell of a person"
        ]
        steps += [f"write {missing} more of them"] if missing else []
        steps += ["add a story to tests/test_stories.yml", "run `acumen check`, then `acumen train`"]
        messages = "1 message" if self.messages == 1 else f"{self.messages} messages"
        added = [f"Added the topic {name}, with {messages}, to:", *(f"  {file}" for file in self.files)]
        return [*added, "Next:", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))]


def anchor_of(name: str) -> str:
    """The anchor of a topic's section."""
    return name.replace("_", "-")


def read_questions(file: Path) -> list[str]:
    """The questions of a file, one a line.

    Raises:
        AcumenError: ACU506 when it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AcumenError(problem("ACU506", source=file)) from error


def check_name(files: TrainingFiles, name: str) -> None:
    """Let a name pass that a new topic may have.

    Raises:
        AcumenError: ACU504 for one that cannot name a topic, ACU505 for one that is taken.
    """
    if not _NAME.fullmatch(name) or name in RESERVED or is_safety_intent(name):
        raise AcumenError(problem("ACU504", name=name))
    for file, names in files.names().items():
        if name in names:
            raise AcumenError(problem("ACU505", name=name, file=file))


def add_topic(files: TrainingFiles, draft: Draft, source: str) -> Added:
    """Add a draft to topics, domain, rules and messages, and a section to its article; all of them or none.

    Raises:
        AcumenError: ACU504 and ACU505 as `check_name`, and ACU505 for a question that is another topic's; ACU506 when
            `source` holds no question that is new, ACU507 for an article that is not there, ACU508 for a file that is
            written in a way that cannot be added to, ACU502 for one that cannot be written.
    """
    project = files.project
    check_name(files, draft.name)
    messages = _new_messages(draft.questions, files.messages())
    if not messages:
        raise AcumenError(problem("ACU506", source=source))
    draft = Draft(draft.name, _ask(draft.ask or messages[0]), tuple(messages), draft.article, draft.gap)
    topics = files.topics()
    if draft.ask in {entry.get("ask") for entry in topics.values()}:
        raise AcumenError(problem("ACU505", name=draft.ask, file=files.topics_file.relative_to(project)))
    neighbours = files.intents_of_rule(_rule(draft))
    changes: dict[Path, Callable[[str], str]] = {
        files.topics_file: lambda text: _with_topic(text, draft),
        files.domain_file: lambda text: _with_intent(text, draft, neighbours),
        files.rules_file: lambda text: _with_rule(text, draft),
        files.messages_file: lambda text: _with_messages(text, draft),
    }
    if draft.article is not None:
        changes[_article(project, draft)] = lambda text: _with_section(text, draft)
    replace_all({file: _changed(file.relative_to(project), file, change) for file, change in changes.items()})
    return Added(draft, tuple(file.relative_to(project) for file in changes), len(messages))


def _changed(shown: Path, file: Path, change: Callable[[str], str]) -> str:
    try:
        return change(file.read_text(encoding="utf-8") if file.exists() else "")
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        detail = str(error) if type(error) is ValueError else "it is written in another way"
        raise AcumenError(problem("ACU508", file=shown, detail=detail)) from error


def _new_messages(questions: Iterable[str], known: set[str]) -> list[str]:
    """The questions as training messages, without those that mean something already."""
    messages: dict[str, str] = {}
    for question in questions:
        # Square brackets mark entities in training messages, and a slash would begin a command.
        text = " ".join(re.sub(r"[\[\]]", "", question).split()).lstrip("/- ")
        key = normal(text)
        if key and key not in known and len(text) <= LONGEST_MESSAGE:
            messages.setdefault(key, text)
    return list(messages.values())[:MOST_MESSAGES]


def _ask(question: str) -> str:
    text = " ".join(question.split())
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else "?")


def _with_topic(text: str, draft: Draft) -> str:
    entry = {"ask": draft.ask} | ({"gap": draft.gap} if draft.gap is not None else {})
    # What JSON writes, YAML reads.
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    added = "".join([f"{draft.name}:\n", *(f"  {line}\n" for line in lines)])
    expected = {**yaml_lines.load(text), draft.name: entry}
    return yaml_lines.append(text, added, lambda content: dict(content) == expected)


def _with_intent(text: str, draft: Draft, neighbours: set[str]) -> str:
    """The domain with the intent below those of the same rule, or last where none of them is found."""
    intents = yaml_lines.load(text)["intents"]
    near = [index for index, name in enumerate(intents) if isinstance(name, str) and name in neighbours]
    index = near[-1] if near else len(intents) - 1
    return yaml_lines.add_item(text, lambda content: content["intents"], index, draft.name, draft.name)


def _with_rule(text: str, draft: Draft) -> str:
    def intents(content: Any) -> Any:
        return content["rules"][_rule(draft)]["steps"][0]["or"]

    index = len(intents(yaml_lines.load(text))) - 1
    return yaml_lines.add_item(text, intents, index, f"intent: {draft.name}", {"intent": draft.name})


def _rule(draft: Draft) -> int:
    return GAP_RULE if draft.article is None else ANSWERED_RULE


def _with_messages(text: str, draft: Draft) -> str:
    text = text or 'version: "3.1"\n\nnlu:\n'
    before: Any = yaml_lines.load(text)["nlu"] or []
    dash = " " * (before.lc.item(0)[1] - 2 if before else 2)
    lines = [f"{dash}- intent: {draft.name}", f"{dash}  examples: |"]
    lines += [f"{dash}    - {message}" for message in draft.questions]
    expected = "".join(f"- {message}\n" for message in draft.questions)

    def holds(content: Any) -> bool:
        added = content["nlu"][-1]
        return len(content["nlu"]) == len(before) + 1 and added == {"intent": draft.name, "examples": expected}

    return yaml_lines.append(text, "\n".join(lines) + "\n", holds)


def _article(project: Path, draft: Draft) -> Path:
    file = next((project / "data" / "articles").glob(f"**/{_glob_safe(draft.article or '')}.md"), None)
    if file is None:
        raise AcumenError(problem("ACU507", article=draft.article))
    return file


def _glob_safe(name: str) -> str:
    """A file's name that stands for itself in a pattern, and leads to no other folder."""
    return re.sub(r"([*?[])", r"[\1]", Path(name).name)


def _with_section(text: str, draft: Draft) -> str:
    anchor = anchor_of(draft.name)
    if re.search(rf"\{{\s*#{re.escape(anchor)}[\s}}]", text):
        raise ValueError(f"it has a section {anchor} already")
    return text.rstrip("\n") + "\n" + STUB.format(anchor=anchor, name=draft.name, ask=draft.ask)
