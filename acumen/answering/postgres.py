"""Passages in PostgreSQL, for large libraries and several servers: pgvector, and full-text search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from acumen.answering.passages import Array, Hit, Indexed, section_key
from acumen.errors import AcumenError, problem
from acumen.logs import log_failure

# Grows when the tables below, or what stands in them, change.
LAYOUT = "1"
# pgvector looks at so many neighbours at most.
MOST = 1000
SCHEMA = """
CREATE SCHEMA acumen_index;
CREATE TABLE acumen_index.made_with (name text);
CREATE TABLE acumen_index.articles (id text PRIMARY KEY, digest text, passages integer, words integer);
CREATE TABLE acumen_index.passages (
  row bigserial PRIMARY KEY, article text, section text, key text, words text, vector vector({width})
);
CREATE INDEX ON acumen_index.passages (article);
CREATE INDEX ON acumen_index.passages (section);
CREATE INDEX ON acumen_index.passages USING gin (array_to_tsvector(string_to_array(words, ' ')));
CREATE TABLE acumen_index.frequencies (word text PRIMARY KEY, passages integer);
CREATE TABLE acumen_index.conditions (topic text, condition text, article text);
CREATE INDEX ON acumen_index.conditions (topic, condition);
CREATE INDEX ON acumen_index.conditions (article)"""
HIT = "SELECT key, -(vector <#> CAST(:vector AS vector)), words FROM acumen_index.passages"


class PostgresStore:
    """Keeps passages in a schema of its own, `acumen_index`.

    A database that fails while the bot runs is logged, and finds nothing: what topics
    lead to is still answered, with the first passage of its section.
    """

    def __init__(self, address: str, made_with: str = "", width: int = 384) -> None:
        """Open the store; its tables are made when they are not there.

        Args:
            address: as SQLAlchemy writes it, `postgresql://user:password@host/name`.
            made_with: names the encoder; passages encoded by another are forgotten.
            width: of a vector.

        Raises:
            AcumenError: ACU221 when the address is none of PostgreSQL, or the database cannot be used.
        """
        self._made_with, self._width = f"{LAYOUT} {made_with} {width}", width
        self._count = 0
        try:
            if sa.engine.make_url(address).get_backend_name() != "postgresql":
                raise AcumenError(problem("ACU221", detail="the address is none of PostgreSQL"))
            self._engine = sa.create_engine(address, future=True, pool_pre_ping=True)
            with self._writing() as connection:
                self._set_up(connection)
        except (SQLAlchemyError, ImportError) as error:
            raise AcumenError(problem("ACU221", detail=_reason(error))) from error

    def digests(self) -> Mapping[str, str]:
        """See `PassageStore`."""
        with self._engine.begin() as connection:
            return dict(connection.execute(sa.text("SELECT id, digest FROM acumen_index.articles")).all())

    def replace(self, gone: Sequence[str], articles: Sequence[Indexed]) -> None:
        """See `PassageStore`."""
        with self._writing() as connection:
            _forget(connection, [*gone, *(article.id for article in articles)])
            if articles:
                _keep(connection, articles)

    def ready(self) -> None:
        """See `PassageStore`."""
        with self._writing() as connection:
            # Made after the first articles: much faster than growing it with each of them.
            connection.execute(
                sa.text(
                    "CREATE INDEX IF NOT EXISTS neighbours ON acumen_index.passages USING hnsw (vector vector_ip_ops)"
                )
            )
        self._count = self.size()[0]

    def size(self) -> tuple[int, int]:
        """See `PassageStore`."""
        with self._engine.begin() as connection:
            query = "SELECT coalesce(sum(passages), 0), coalesce(sum(words), 0) FROM acumen_index.articles"
            passages, words = connection.execute(sa.text(query)).one()
            return int(passages), int(words)

    def conditions(self, topics: Collection[str]) -> set[str]:
        """See `PassageStore`."""
        found = self._find(
            "SELECT DISTINCT condition FROM acumen_index.conditions WHERE topic = ANY(:topics)", topics=list(topics)
        )
        return {condition for (condition,) in found}

    def nearest(self, vector: Array, limit: int) -> list[Hit]:
        """See `PassageStore`."""
        if limit >= self._count:
            return self._hits("ORDER BY row", vector)
        return self._hits("ORDER BY vector <#> CAST(:vector AS vector) LIMIT :limit", vector, limit=limit)

    def with_words(self, words: Sequence[str], vector: Array, limit: int) -> list[Hit]:
        """See `PassageStore`."""
        asked = " | ".join(f"'{word}'" for word in words)
        text = "array_to_tsvector(string_to_array(words, ' '))"
        where = f"WHERE {text} @@ CAST(:asked AS tsquery) ORDER BY ts_rank({text}, CAST(:asked AS tsquery)) DESC"
        return self._hits(f"{where}, row LIMIT :limit", vector, asked=asked, limit=limit)

    def of(self, sections: Collection[str], vector: Array) -> list[Hit]:
        """See `PassageStore`."""
        return self._hits("WHERE section = ANY(:sections) ORDER BY row", vector, sections=list(sections))

    def frequencies(self, words: Collection[str]) -> Mapping[str, int]:
        """See `PassageStore`."""
        found = self._find(
            "SELECT word, passages FROM acumen_index.frequencies WHERE word = ANY(:words)", words=list(words)
        )
        return {word: int(passages) for word, passages in found}

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _set_up(self, connection: Connection) -> None:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
        there = connection.execute(sa.text("SELECT to_regclass('acumen_index.made_with')")).scalar()
        if there and connection.execute(sa.text("SELECT name FROM acumen_index.made_with")).scalar() == self._made_with:
            return
        connection.execute(sa.text("DROP SCHEMA IF EXISTS acumen_index CASCADE"))
        for statement in SCHEMA.format(width=self._width).split(";\n"):
            connection.execute(sa.text(statement))
        connection.execute(sa.text("INSERT INTO acumen_index.made_with VALUES (:name)"), {"name": self._made_with})

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that no other bot's may run beside."""
        with self._engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('acumen.index'))"))
            yield connection

    def _hits(self, rest: str, vector: Array, **values: Any) -> list[Hit]:
        found = self._find(f"{HIT} {rest}", vector=_text(vector), **values)
        return [_hit(*row) for row in found]

    def _find(self, query: str, **values: Any) -> Sequence[Any]:
        """The rows that a query finds; none where the database fails."""
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.text(f"SET LOCAL hnsw.ef_search = {min(values.get('limit', 40), MOST)}"))
                return list(connection.execute(sa.text(query), values))
        except SQLAlchemyError as error:
            log_failure("ACU221 the index of passages does not answer", error)
            return []


def _hit(key: str, meaning: float, text: str) -> Hit:
    words = text.split()
    return Hit(key, float(meaning), Counter(words), len(words))


def _forget(connection: Connection, names: Sequence[str]) -> None:
    values = {"names": list(names)}
    query = "SELECT words FROM acumen_index.passages WHERE article = ANY(:names)"
    _count(connection, connection.execute(sa.text(query), values).scalars().all(), -1)
    connection.execute(sa.text("DELETE FROM acumen_index.passages WHERE article = ANY(:names)"), values)
    connection.execute(sa.text("DELETE FROM acumen_index.conditions WHERE article = ANY(:names)"), values)
    connection.execute(sa.text("DELETE FROM acumen_index.articles WHERE id = ANY(:names)"), values)


def _keep(connection: Connection, articles: Sequence[Indexed]) -> None:
    passages = [(article.id, passage) for article in articles for passage in article.passages]
    texts = [" ".join(passage.words) for _, passage in passages]
    # One statement for all rows, a list a column.
    connection.execute(
        sa.text(
            "INSERT INTO acumen_index.passages (article, section, key, words, vector) "
            "SELECT article, section, key, words, CAST(vector AS vector) FROM unnest("
            "CAST(:articles AS text[]), CAST(:sections AS text[]), CAST(:keys AS text[]), CAST(:words AS text[]), "
            "CAST(:vectors AS text[])) AS given (article, section, key, words, vector)"
        ),
        {
            "articles": [name for name, _ in passages],
            "sections": [section_key(passage.key) for _, passage in passages],
            "keys": [passage.key for _, passage in passages],
            "words": texts,
            "vectors": [_text(passage.vector) for _, passage in passages],
        },
    )
    _count(connection, texts, 1)
    for article in articles:
        words = sum(len(passage.words) for passage in article.passages)
        connection.execute(
            sa.text("INSERT INTO acumen_index.articles VALUES (:id, :digest, :passages, :words)"),
            {"id": article.id, "digest": article.digest, "passages": len(article.passages), "words": words},
        )
        for topic, condition in sorted(article.conditions):
            connection.execute(
                sa.text("INSERT INTO acumen_index.conditions VALUES (:topic, :condition, :article)"),
                {"topic": topic, "condition": condition, "article": article.id},
            )


def _count(connection: Connection, texts: Iterable[str], change: int) -> None:
    """Count the passages of each word, more or less."""
    found = Counter(word for text in texts for word in set(text.split()))
    rows = [(word, change * count) for word, count in sorted(found.items())]
    if rows:
        words, counts = zip(*rows, strict=True)
        connection.execute(
            sa.text(
                "INSERT INTO acumen_index.frequencies AS known "
                "SELECT * FROM unnest(CAST(:words AS text[]), CAST(:counts AS integer[])) "
                "ON CONFLICT (word) DO UPDATE SET passages = known.passages + excluded.passages"
            ),
            {"words": list(words), "counts": list(counts)},
        )


def _text(vector: Array) -> str:
    """A vector as pgvector reads it."""
    return str(vector.tolist())


def _reason(error: Exception) -> str:
    """The driver's words, without the statement, its values and the address."""
    return str(getattr(error, "orig", None) or type(error).__name__).strip()
