"""What WhatsApp and Messenger share."""

from __future__ import annotations

import pytest

from acumen.channels.messaging.messenger import Messenger
from acumen.channels.messaging.meta import MetaAdapter
from acumen.channels.messaging.settings import Settings
from acumen.channels.messaging.whatsapp import WhatsApp
from acumen.errors import AcumenError

KEYS = {"app_secret": "app secret", "verify_token": "verify token", "access_token": "token", "identifier": "1067"}


@pytest.mark.parametrize("kind", [Messenger, WhatsApp])
@pytest.mark.parametrize(
    ("status", "body", "verdict", "reason"),
    [
        (200, b'{"error": {"code": 100}}', "sent", ""),
        (400, b'{"error": {"code": 190}}', "later", "status 400, code 190"),
        (400, b'{"error": {"code": 100, "error_subcode": 2018001}}', "dead", "status 400, code 100, code 2018001"),
        (400, b'{"error": {"code": 4}}', "later", "status 400, code 4"),
        (400, b'{"error": "text"}', "dead", "status 400"),
        (400, b"[]", "dead", "status 400"),
        (503, b"", "later", "status 503"),
    ],
)
def test_judge(kind: type[MetaAdapter], status: int, body: bytes, verdict: str, reason: str):
    """Meta's codes tell what passes, and stand in the reason; none of its words do."""
    found = kind(**KEYS).judge(status, {}, body)

    assert (found.kind, found.reason) == (verdict, reason)


def test_settings_want_the_id():
    """The id of a page or number is digits."""
    settings = Settings("messenger", {"page_id": "My Clinic"})
    Messenger.from_settings(settings)

    with pytest.raises(AcumenError, match="digits only"):
        settings.check()
