"""Hashes, signatures and encryption."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acumen.channels.messaging.keys import Keys

KEYS = Keys("whatsapp", "a secret of the app")
OTHERS = [Keys("whatsapp", "another secret"), Keys("telegram", "a secret of the app")]
TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=200)


@given(TEXTS)
def test_names_say_nothing(number: str):
    """A name stays the same for who has the secret, and is another for everybody else."""
    assert KEYS.sender_id(number) == Keys("whatsapp", "a secret of the app").sender_id(number)
    assert KEYS.sender_id(number).startswith("whatsapp-")
    assert len({keys.sender_id(number) for keys in (KEYS, *OTHERS)}) == 3
    assert KEYS.event(number) not in (other.event(number) for other in OTHERS)
    assert KEYS.event(number) != KEYS.sender_id(number).removeprefix("whatsapp-")


@given(TEXTS, TEXTS)
def test_token_is_short_and_for_one_conversation(sender: str, title: str):
    """A token fits every vendor, and is no good in another conversation, for another title or with another secret."""
    token = KEYS.token(sender, title)

    assert len(token.encode()) <= 64
    assert token not in {KEYS.token(sender + "x", title), KEYS.token(sender, title + "x")}
    assert token not in {other.token(sender, title) for other in OTHERS}


def test_sealed_values_are_opened_by_the_same_secret_only():
    """What is sealed cannot be read, and with another secret it is a fault that can be told."""
    sealed = KEYS.seal({"text": "xylophonist"})

    assert "xylophonist" not in sealed
    assert KEYS.open(sealed) == {"text": "xylophonist"}
    for other in OTHERS:
        with pytest.raises(ValueError, match="another secret"):
            other.open(sealed)
