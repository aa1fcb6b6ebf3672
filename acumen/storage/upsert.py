"""Adding a row, or changing the one that is there, in one statement that others cannot get between."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def upsert(connection: Connection, table: sa.Table, row: Mapping[str, Any], *changed: str) -> None:
    """Add `row`; where a row has its primary key already, let these columns of it take that one's values."""
    connection.execute(_statement(connection.dialect.name, table, changed), row)


@cache
def _statement(dialect: str, table: sa.Table, changed: tuple[str, ...]) -> Any:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    values = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)
