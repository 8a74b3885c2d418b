"""PostgreSQL: a transaction for each request that needs one, in as few round trips as it can be.

A request that only reads takes no transaction. Changes that nobody waits for are sent together, as
one statement, with the last of them or before the next question. The server makes one flush of
many commits itself, so there is no writer here: each connection commits for its own request.
"""

import re
from collections.abc import Awaitable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    DisconnectionError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import await_

from idp.config import DatabaseConfig
from idp.storage.compiled import Compiled
from idp.storage.errors import from_driver
from idp.storage.transaction import Transaction

T = TypeVar("T")

STATEMENTS_KEPT = 256  # prepared, for each connection
MOST_TOGETHER = 16
VALUE = re.compile(r"\$(\d+)")


class PostgreSQL:
    """The connections of a process."""

    is_open = True  # each transaction opens what it needs

    def __init__(self, config: DatabaseConfig) -> None:
        self.engine = create_async_engine(
            config.async_url,
            pool_size=config.pool_size,
            max_overflow=0,
            pool_timeout=config.timeout,
            hide_parameters=True,
            connect_args={
                "timeout": config.timeout,
                "command_timeout": config.timeout,
                "statement_cache_size": STATEMENTS_KEPT,
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)

    async def open(self) -> None:
        """Do nothing: each transaction opens what it needs."""

    def begin(self) -> "PostgreSQLTransaction":
        """Begin a transaction; nothing happens before its first statement."""
        return PostgreSQLTransaction(self.engine.sync_engine)

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


class PostgreSQLTransaction(Transaction):
    """One request's transaction, on a connection that it has from its first statement on."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self._pooled: Any = None
        self._asyncpg: Any = None
        self._is_begun = False
        self._later: list[tuple[str, Sequence[Any]]] = []

    def fetch(self, compiled: Compiled, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run an operation that gives rows."""
        self._enter(changes=compiled.changes)
        rows: Sequence[Sequence[Any]] = self._run(self._asyncpg.fetch, compiled.sql, *arguments)
        return rows

    def change(self, compiled: Compiled, arguments: Sequence[Any]) -> int:
        """Run an operation that changes rows, and tell how many."""
        self._enter(changes=True)
        tag: str = self._run(self._asyncpg.execute, compiled.sql, *arguments)
        return int(tag.rpartition(" ")[2])  # "UPDATE 1", "INSERT 0 1"

    def change_later(self, compiled: Compiled, arguments: Sequence[Any]) -> None:
        """Keep it, to be sent with others."""
        self._later.append((compiled.sql, arguments))

    def connection(self, *, changes: bool) -> Connection:
        """Give the connection for a statement that is no operation."""
        self._enter(changes=changes)
        return Connection(self._engine, self._pooled)

    def commit(self) -> None:
        """Keep what was written so far. One statement alone is a transaction anyway."""
        self._send_later()
        if self._is_begun:
            self._run(self._asyncpg.execute, "COMMIT")
            self._is_begun = False

    def rollback(self) -> None:
        """Undo what was written since the last commit."""
        self._later.clear()
        if self._pooled is not None and self._asyncpg.is_closed():
            self.close()  # the server has undone it; what follows has another connection
        elif self._is_begun:
            self._run(self._asyncpg.execute, "ROLLBACK")
            self._is_begun = False

    def finish(self) -> None:
        """Commit, and give the connection back."""
        self.commit()
        self.close()

    def wait_for(self, awaitable: Awaitable[T]) -> T:
        """Finish, and wait."""
        self.finish()
        return await_(awaitable)

    def close(self) -> None:
        """Give the connection back; the server undoes what is left when a connection is closed."""
        self._later.clear()
        pooled, self._pooled = self._pooled, None
        if pooled is None:
            return
        is_left_open, self._is_begun = self._is_begun, False
        if pooled.is_valid:  # SQLAlchemy gives it up by itself if a request is cancelled
            if is_left_open or self._asyncpg.is_closed():
                pooled.invalidate()
            else:
                pooled.dbapi_connection.autocommit = False
        pooled.close()

    def _enter(self, *, changes: bool) -> None:
        if self._later:  # what follows may ask for it
            self._begin()
            self._send_later()
        if changes:
            self._begin()
        else:
            self._open()

    def _open(self) -> None:
        if self._pooled is None:
            self._pooled = self._engine.raw_connection()  # half as dear as a Connection
            self._asyncpg = self._pooled.driver_connection
            self._pooled.dbapi_connection.autocommit = True  # SQLAlchemy is to begin nothing

    def _begin(self) -> None:
        self._open()
        if not self._is_begun:
            self._run(self._asyncpg.execute, "BEGIN")
            self._is_begun = True

    def _send_later(self) -> None:
        if not self._later:
            return
        self._open()
        if len(self._later) > MOST_TOGETHER:
            self._begin()
        while self._later:
            together, self._later = self._later[:MOST_TOGETHER], self._later[MOST_TOGETHER:]
            sql = _join(tuple(sql for sql, _ in together))
            self._run(
                self._asyncpg.execute, sql, *(each for _, given in together for each in given)
            )

    def _run(self, call: Any, sql: str, *arguments: Any) -> Any:
        try:
            return await_(call(sql, *arguments))
        except asyncpg.IntegrityConstraintViolationError as error:
            raise from_driver(IntegrityError, error, sql) from error
        except asyncpg.SyntaxOrAccessError as error:
            raise from_driver(ProgrammingError, error, sql) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise from_driver(OperationalError, error, sql) from error


def _refuse_closed(
    connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Let the pool make another one: the server may have restarted. This asks nobody."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


@lru_cache(maxsize=STATEMENTS_KEPT)
def _join(statements: tuple[str, ...]) -> str:
    """Make one statement of several changes, which happen together or not at all.

    Foreign keys are checked when all of it is done (PostgreSQL: Data-Modifying Statements in WITH).
    """
    parts, count = [], 0
    for sql in statements:
        parts.append(_number_from(count, sql))
        count += max((int(number) for number in VALUE.findall(sql)), default=0)
    *first, last = parts
    named = ", ".join(f"change_{number} AS ({sql})" for number, sql in enumerate(first))
    return f"WITH {named} {last}" if named else last


def _number_from(count: int, sql: str) -> str:
    return VALUE.sub(lambda match: f"${int(match[1]) + count}", sql)
