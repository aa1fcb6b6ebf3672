"""Whether Discord's library takes signed bodies, and its numbers for kinds of interactions and answers."""

import contextlib
import json
import sys

from discord_interactions import InteractionResponseFlags, InteractionResponseType, InteractionType, verify_key

question = json.load(sys.stdin)
# It prints why it refuses.
with contextlib.redirect_stdout(sys.stderr):
    taken = [verify_key(body.encode(), given, at, question["key"]) for body, at, given in question["signed"]]
numbers = {
    "ping": InteractionType.PING,
    "command": InteractionType.APPLICATION_COMMAND,
    "pressed": InteractionType.MESSAGE_COMPONENT,
    "pong": InteractionResponseType.PONG,
    "deferred": InteractionResponseType.DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE,
    "ephemeral": InteractionResponseFlags.EPHEMERAL,
}
json.dump({"taken": taken, "numbers": numbers}, sys.stdout)
