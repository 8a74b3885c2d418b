"""The database: one transaction for each request, for code that knows nothing of async.

`Database.run` calls one plain function inside SQLAlchemy's greenlet bridge. That function and all
that it calls reach the transaction by `db()`. It commits when the function returns and rolls back
when it raises; the audit events that were recorded meanwhile are written whatever happened. Nobody
sees the result before it is durable. How that is done is for sqlite.py and postgresql.py to know.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from idp import audit
from idp.config import DatabaseConfig
from idp.storage.audit_events import add_audit_event
from idp.storage.sqlite import SQLite
from idp.storage.sqlite_transaction import ReaderWrites
from idp.storage.transaction import Transaction, begin, db, end

if TYPE_CHECKING:
    from idp.storage.postgresql import PostgreSQL

T = TypeVar("T")


def rollback() -> None:
    """Undo what this request has written: it will be answered with an error."""
    db().rollback()


def commit() -> None:
    """Keep what was written so far, whatever follows: a revoked grant, a counted failure."""
    db().commit()


def ping() -> None:
    """Ask the database for nothing; raise SQLAlchemyError if it does not answer."""
    db().scalar(text("SELECT 1"))


def wait_for(awaitable: Awaitable[T]) -> T:
    """Commit, let others have the database, wait, and go on in a new transaction.

    For what takes long and needs no database, such as hashing a password.
    """
    return db().wait_for(awaitable)


class Database:
    """A database, and transactions on it."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._sqlite = SQLite(config) if config.is_sqlite else None
        self._store = self._sqlite or _postgresql(config)
        self.deliveries_added = asyncio.Event()

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for who makes tables."""
        return self._store.engine

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Call a function in a transaction of its own.

        Raises what the function raises, and SQLAlchemyError or OSError if the database fails.
        """
        if not self._store.is_open:
            await self._store.open()
        transaction = self._store.begin()
        result: T = await greenlet_spawn(_run, transaction, function, args)
        if transaction.has_deliveries:
            self.deliveries_added.set()
        return result

    async def read(self, function: Callable[..., T], *args: object) -> T:
        """Call a function that will hardly ever write: it need not wait for those who do.

        If it does want to write, it is called once more, as `run` does.
        """
        if self._sqlite is None:
            return await self.run(function, *args)
        if not self._sqlite.is_open:
            await self._sqlite.open()
        try:
            return _run(self._sqlite.reading(), function, args)
        except ReaderWrites:
            return await self.run(function, *args)

    async def dispose(self) -> None:
        """Close all connections."""
        await self._store.dispose()


def _postgresql(config: DatabaseConfig) -> "PostgreSQL":
    from idp.storage.postgresql import PostgreSQL  # with a driver that others need not load

    return PostgreSQL(config)


def _run(transaction: Transaction, function: Callable[..., T], args: Sequence[object]) -> T:
    token = begin(transaction)
    try:
        with audit.collecting() as events:
            try:
                result = function(*args)
            except BaseException:
                transaction.rollback()
                _finish(transaction, events)
                raise
            _finish(transaction, events)
            return result
    finally:
        transaction.close()
        end(token)


def _finish(transaction: Transaction, events: Sequence[audit.AuditEvent]) -> None:
    for event in events:
        add_audit_event(event)
    transaction.finish()
