"""How long a text is, as vendors count."""

from __future__ import annotations

import math

# What an SMS holds in 7 bits a character; those of the second line take two places.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
# Of a message in several parts each part is shorter, as it says which part it is.
GSM_ALONE, GSM_PART = 160, 153
UCS2_ALONE, UCS2_PART = 70, 67


def utf16_units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf8_bytes(text: str) -> int:
    """Length in bytes of UTF-8."""
    return len(text.encode())


def sms_segments(text: str) -> int:
    """The number of SMS that carry a text: of 7-bit characters where all are, else of 16-bit ones."""
    if all(character in GSM_BASIC or character in GSM_EXTENDED for character in text):
        length, alone, part = len(text) + sum(character in GSM_EXTENDED for character in text), GSM_ALONE, GSM_PART
    else:
        length, alone, part = utf16_units(text), UCS2_ALONE, UCS2_PART
    return 1 if length <= alone else math.ceil(length / part)
