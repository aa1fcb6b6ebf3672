"""Messages that were once judged wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from acumen.runtime.conversation import Conversation
from acumen.safety.categories import OUTCOMES

if TYPE_CHECKING:
    from rasa.core.agent import Agent

FILE = Path(__file__).with_name("regressions.yml")
CASES = [(outcome, text) for outcome, texts in YAML(typ="safe").load(FILE).items() for text in texts]


@pytest.mark.model
@pytest.mark.parametrize(("outcome", "text"), CASES, ids=[text[:40] for _, text in CASES])
async def test_what_was_judged_wrongly_is_not_again(agent: Agent, outcome: str, text: str):
    """Each message has its outcome, through the trained model and the real actions."""
    (reply, *_) = await Conversation(agent).say(text)

    assert (reply.outcome if reply.outcome in OUTCOMES else "none") == outcome
