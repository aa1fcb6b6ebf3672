"""The database, the locks, and the disk below them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.shared.exceptions import RasaException
from rasa.shared.utils.io import read_config_file
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from acumen.errors import AcumenError, Problem, problem
from acumen.runtime.stores import postgres_lock, redis_lock
from acumen.runtime.stores.tracker_store import DatabaseTrackerStore
from acumen.storage.database import Database, database_url, reason

ENDPOINTS = "endpoints.yml"
FEW_MEGABYTES = 500
REDIS_SECONDS = 3


def database(project: Path) -> Iterator[str | Problem]:
    """The database answers, and tables can be made in it.

    Raises:
        AcumenError: ACU302 or ACU303.
    """
    opened = Database(database_url())
    try:
        with opened.transaction() as connection:
            if not opened.is_sqlite:
                may = connection.scalar(sa.text("SELECT has_schema_privilege(current_schema(), 'CREATE')"))
                if not may:
                    raise AcumenError(problem("ACU303", detail="its user may not make tables"))
            there = len(sa.inspect(connection).get_table_names())
    except SQLAlchemyError as error:
        raise AcumenError(problem("ACU303", detail=reason(error))) from error
    finally:
        opened.close()
    yield f"{opened.engine.dialect.name} answers, with {there} tables"


def conversations(project: Path) -> Iterator[str | Problem]:
    """Conversations are kept where `acumen privacy`, insights and other servers find them.

    Raises:
        AcumenError: ACU345 when endpoints.yml cannot be read.
    """
    kind = (_endpoints(project).get("tracker_store") or {}).get("type")
    if kind == f"{DatabaseTrackerStore.__module__}.{DatabaseTrackerStore.__name__}":
        yield "in the database"
    else:
        yield problem("ACU346", store=kind or "Rasa's memory")


def locks(project: Path) -> Iterator[str | Problem]:
    """Where several servers can share conversations, they share locks, and the server of the locks answers.

    Raises:
        AcumenError: ACU345 when endpoints.yml cannot be read, ACU308 when Redis does not answer, ACU304 for an address.
    """
    settings = _endpoints(project).get("lock_store")
    if not settings:
        if make_url(database_url()).get_backend_name() == "sqlite":
            yield "within the one process"
        else:
            yield problem("ACU347")
        return
    kind = str(settings.get("type", ""))
    if kind == f"{redis_lock.__name__}.RedisLockStore":
        _ask_redis(str(settings.get("url") or redis_lock.DEFAULT_URL))
    elif kind != f"{postgres_lock.__name__}.PostgresLockStore":
        yield problem("ACU347")
        return
    yield kind.rpartition(".")[2]


def disk(project: Path) -> Iterator[str | Problem]:
    """There is room for the model, what was made of the articles, and SQLite's file."""
    free = shutil.disk_usage(project).free // 1024**2
    yield problem("ACU348", free=free, folder=project) if free < FEW_MEGABYTES else f"{free} MB are free"


def _endpoints(project: Path) -> dict[str, Any]:
    file = project / ENDPOINTS
    try:
        return dict(read_config_file(file)) if file.exists() else {}
    except RasaException as error:
        raise AcumenError(problem("ACU345", file=file, detail=type(error).__name__)) from error


def _ask_redis(url: str) -> None:
    import redis

    try:
        settings = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
        with redis.Redis.from_url(url, **settings) as client:
            client.ping()
    except ValueError as error:
        raise AcumenError(problem("ACU304", part="lock_store", detail="`url` is no address of a Redis")) from error
    except (redis.RedisError, OSError) as error:
        raise AcumenError(problem("ACU308", detail=type(error).__name__)) from error
