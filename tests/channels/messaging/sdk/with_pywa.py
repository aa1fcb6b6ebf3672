"""Whether pywa, a library for Meta's Cloud API, takes signed bodies."""

import json
import sys

from pywa.utils import webhook_updates_validator

question = json.load(sys.stdin)
json.dump(
    [webhook_updates_validator(question["secret"], body.encode(), given) for body, given in question["signed"]],
    sys.stdout,
)
