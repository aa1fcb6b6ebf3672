"""Signatures by Slack's library, those that it makes and whether it takes ours, and its limits for our messages."""

import json
import sys

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock
from slack_sdk.signature import SignatureVerifier

question = json.load(sys.stdin)


class Clock:
    """A clock that stands still."""

    def now(self):
        """The time of the question."""
        return question["now"]


verifier = SignatureVerifier(question["secret"], Clock())
blocks = [[Block.parse(block) for block in message] for message in question["messages"]]
for message in blocks:
    for block in message:
        block.validate_json()
answer = {
    "made": [verifier.generate_signature(timestamp=at, body=body) for at, body in question["requests"]],
    "taken": [verifier.is_valid(body, at, signature) for body, at, signature in question["signed"]],
    "blocks": [[block.to_dict() for block in message] for message in blocks],
    "limits": {
        "text": SectionBlock.text_max_length,
        "buttons": ActionsBlock.elements_max_length,
        "title": ButtonElement.text_max_length,
        "value": ButtonElement.value_max_length,
    },
}
json.dump(answer, sys.stdout)
