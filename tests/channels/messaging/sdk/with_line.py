"""LINE's library: whether it takes signed bodies, what it reads in them, and what it makes of our requests."""

import json
import sys

from linebot.v3 import SignatureValidator, WebhookParser
from linebot.v3.messaging import PushMessageRequest, TextMessage

question = json.load(sys.stdin)
validator, parser = SignatureValidator(question["secret"]), WebhookParser(question["secret"])
read = [
    [event.message.text, event.source.user_id, event.webhook_event_id, event.timestamp]
    for body, signature in question["good"]
    for event in parser.parse(body, signature)
]
pushed = [
    PushMessageRequest(to=each["to"], messages=[TextMessage.from_dict(message) for message in each["messages"]])
    for each in question["pushed"]
]
answer = {
    "taken": [validator.validate(*each) for each in question["signed"]],
    "read": read,
    "pushed": [[message.to_dict() for message in each.messages] for each in pushed],
}
json.dump(answer, sys.stdout)
