"""The database: one transaction for each request, for code that knows nothing of async.

`Database.run` calls one plain function inside SQLAlchemy's greenlet bridge. That function and all
that it calls reach the transaction by `db()`. It commits when the function returns and rolls back
when it raises; the audit events that were recorded meanwhile are written whatever happened.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TypeVar

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_

from idp import audit
from idp.config import DatabaseConfig
from idp.storage.audit_events import add_audit_events

T = TypeVar("T")

_db: ContextVar[Session] = ContextVar("db")

SQLITE_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
)
WAL_ATTEMPTS = 100
WAL_PAUSE = 0.05  # seconds


def db() -> Session:
    """Give the transaction that is running."""
    return _db.get()


def rollback() -> None:
    """Undo what this request has written: it will be answered with an error."""
    db().rollback()


def commit() -> None:
    """Keep what was written so far, whatever follows: a revoked grant, a counted failure."""
    db().commit()


def ping() -> None:
    """Ask the database for nothing; raise SQLAlchemyError if it does not answer."""
    db().execute(text("SELECT 1"))


def wait_for(awaitable: Awaitable[T]) -> T:
    """Commit, give the connection back, wait, and go on in a new transaction.

    For what takes long and needs no database, such as hashing a password: SQLite has one
    connection, and nobody else could use it meanwhile.
    """
    db().commit()
    return await_(awaitable)


class Database:
    """An engine, and transactions on it."""

    def __init__(self, config: DatabaseConfig) -> None:
        self.engine = _create_engine(config)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Call a function in a transaction of its own.

        Raises what the function raises, and SQLAlchemyError or OSError if the database fails.
        """
        with audit.collecting() as events:
            async with self._sessions() as session:
                token = _db.set(session.sync_session)
                try:
                    try:
                        result = await session.run_sync(lambda _: function(*args))
                    except BaseException:
                        await session.rollback()
                        await _write(events, session)
                        raise
                    await _write(events, session)
                    return result
                finally:
                    _db.reset(token)

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def _write(events: list[audit.AuditEvent], session: AsyncSession) -> None:
    if events:
        await session.run_sync(lambda db: add_audit_events(db, events))
    await session.commit()


def _create_engine(config: DatabaseConfig) -> AsyncEngine:
    url = make_url(config.async_url)
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url,
            pool_size=config.pool_size,
            max_overflow=0,
            pool_timeout=config.timeout,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"timeout": config.timeout, "command_timeout": config.timeout},
        )
    # SQLite has one writer: more connections only wait for each other, and badly (its busy
    # handler sleeps in growing steps, while a pool of one is a fair queue).
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=config.timeout,
        hide_parameters=True,
        connect_args={"timeout": config.timeout},
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late, and deferred
    cursor = connection.cursor()
    _switch_to_wal(cursor)
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _switch_to_wal(cursor: DBAPICursor) -> None:
    """Let readers go on while somebody writes; the file keeps this mode.

    While several processes open a new file at once, SQLite says that it is locked instead of
    waiting, as it does for everything else.
    """
    for attempt in range(1, WAL_ATTEMPTS + 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == WAL_ATTEMPTS:
                raise
            await_(asyncio.sleep(WAL_PAUSE))
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later could not get the write lock
    # any more when another process has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
