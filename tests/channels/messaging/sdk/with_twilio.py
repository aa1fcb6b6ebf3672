"""Signatures by Twilio's library: those that it makes, and whether it takes ours."""

import json
import sys

from twilio.request_validator import RequestValidator

question = json.load(sys.stdin)
validator = RequestValidator(question["token"])
answer = {
    "made": [validator.compute_signature(url, values) for url, values in question["requests"]],
    "taken": [validator.validate(*each) for each in question["signed"]],
}
json.dump(answer, sys.stdout)
