"""Where patients' words are kept: each family of tables says so itself, for whoever deletes them."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa


@dataclass(frozen=True)
class Kept:
    """A table with words of patients, or about them; rows that hang on its own by a foreign key go with these.

    Attributes:
        conversation: the column that names the conversation, by Rasa's sender id.
        used: the column that says when a row was used last, in seconds since 1970.
        which: the rows that hold words; all of them unless it says otherwise.
    """

    conversation: sa.Column
    used: sa.Column
    which: sa.sql.ColumnElement = field(default_factory=sa.true)

    @property
    def table(self) -> sa.Table:
        """The table itself."""
        return self.conversation.table
