"""Adding a row, or changing the one that is there, in one statement that others cannot get between."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def upsert(connection: Connection, table: sa.Table, row: dict[str, Any], changes: dict[str, Any]) -> None:
    """Add `row`; where a row has its primary key already, make `changes` to that one."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes))
