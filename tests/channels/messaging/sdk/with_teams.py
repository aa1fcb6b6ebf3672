"""Whether Microsoft's library for Teams takes tokens; the keys are handed to it, as there is no Microsoft here."""

import asyncio
import json
import sys

import jwt
from microsoft_teams.apps.auth.token_validator import TokenValidator

question = json.load(sys.stdin)
validator = TokenValidator.for_service(question["app_id"])
validator._jwks_client.fetch_data = lambda: question["keys"]


def takes(token):
    try:
        asyncio.run(validator.validate_token(token, question["service"]))
    except jwt.InvalidTokenError:
        return False
    return True


json.dump([takes(token) for token in question["tokens"]], sys.stdout)
