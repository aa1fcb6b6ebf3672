"""What a browser sends when a patient uses the plain form."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from sanic.request import Request

from acumen.channels.website.bodies import MAX_BODY_BYTES, MESSAGE_ID
from acumen.channels.website.refusals import RefusedError

# More than the form has; a body with thousands of fields is none of ours.
MOST_FIELDS = 16


@dataclass(frozen=True)
class FormFields:
    """The fields of the form, none of them believed yet."""

    token: str = ""
    message_id: str = ""
    text: str = ""
    # The suggestion that was pressed.
    say: str = ""
    # What else was pressed: `forget`, `wait`, or `helpful` and `unhelpful` with a reply's id after a colon.
    do: str = ""

    @property
    def message(self) -> str:
        """What the patient says."""
        return self.say or self.text


def read_fields(request: Request) -> FormFields:
    """The fields of a form that was sent.

    Raises:
        RefusedError: `too_large`, or `bad_request` for what our form cannot have sent.
    """
    if len(request.body) > MAX_BODY_BYTES:
        raise RefusedError("too_large")
    try:
        sent = parse_qs(request.body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise RefusedError("bad_request") from error
    # Browsers send line breaks as two characters.
    first = {name: values[0].replace("\r\n", "\n") for name, values in sent.items()}
    fields = FormFields(**{name: first.get(name, "") for name in FormFields.__dataclass_fields__})
    if not MESSAGE_ID.fullmatch(fields.message_id):
        raise RefusedError("bad_request")
    return fields
