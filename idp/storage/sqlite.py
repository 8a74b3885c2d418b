"""SQLite: read where the event loop runs, written by one writer for the process (writer.py).

A statement takes microseconds, and a hop to a thread fifty; what takes long, waiting for the disk
or for another process, is done in a thread. Who only reads waits for no turn: WAL shows them the
last commit while somebody writes.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, NullPool, Pool, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_

from idp.config import DatabaseConfig
from idp.storage.compiled import Compiled
from idp.storage.errors import from_driver
from idp.storage.transaction import Transaction
from idp.storage.writer import Batch, HalfWritten, Writer

T = TypeVar("T")

WAL_ATTEMPTS = 100
WAL_PAUSE = 0.05  # seconds
STATEMENTS_KEPT = 256  # prepared, for each connection


class InLoopSQLite(SQLiteDialect_pysqlite):
    """The driver of the standard library, which SQLAlchemy's asyncio engine calls as it is."""

    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """Pool nothing: who needs a connection for long holds it."""
        return NullPool


registry.register("sqlite.inloop", __name__, "InLoopSQLite")


class ReaderWrites(BaseException):
    """What was called to read wants to write: it must be called again, as a writer.

    No Exception, so that nothing on its way takes it for a failure.
    """


class SQLite:
    """The connections of a process: one that writes, one that only reads."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._config = config
        self.engine = create_async_engine(
            config.async_url,
            hide_parameters=True,
            connect_args={
                "timeout": config.timeout,
                "check_same_thread": False,  # the writer's COMMIT is called in its thread
                "cached_statements": STATEMENTS_KEPT,
            },
        )
        event.listen(self.engine.sync_engine, "connect", self._prepare)
        event.listen(self.engine.sync_engine, "begin", _begin_immediate)
        self._opening = asyncio.Lock()
        self._connections: list[AsyncConnection] = []
        self._writer: Writer
        self._writing: Connection
        self._reader: Reading

    async def open(self) -> None:
        """Connect, if that was not done."""
        async with self._opening:
            if self._connections:
                return
            plain = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            writing, reading = await plain.connect(), await plain.connect()
            self._connections = [writing, reading]
        self._writing = writing.sync_connection  # type: ignore[assignment]  # it is connected
        self._reader = Reading(reading.sync_connection)  # type: ignore[arg-type]  # it is connected
        self._writer = Writer(
            _driver_of(self._writing),
            is_durable=self._config.synchronous == "FULL",
            timeout=self._config.timeout,
            queue=self._config.queue,
        )

    @property
    def is_open(self) -> bool:
        """Whether it is connected."""
        return bool(self._connections)

    def begin(self) -> "Writing":
        """Begin a transaction; nothing happens before its first statement."""
        return Writing(self._writer, self._writing)

    def reading(self) -> "Reading":
        """Give what everybody reads by who does not write."""
        return self._reader

    async def dispose(self) -> None:
        """Close all connections."""
        if self._connections:
            self._writer.close()
        for connection in self._connections:
            await connection.close()
        self._connections = []
        await self.engine.dispose()

    def _prepare(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would be deferred
        cursor = connection.cursor()
        _switch_to_wal(cursor)
        cursor.execute(f"PRAGMA synchronous = {self._config.synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()


class Writing(Transaction):
    """One request's part of a batch."""

    def __init__(self, writer: Writer, connection: Connection) -> None:
        self.dialect = connection.dialect
        self._writer = writer
        self._connection = connection
        self._sqlite = writer.connection
        self._batch: Batch | None = None
        self._committed: asyncio.Future[None] | None = None
        self._has_savepoint = False

    def fetch(self, compiled: Compiled, arguments: Sequence[Any]) -> list[Any]:
        """Run an operation that gives rows."""
        self._enter(changes=compiled.changes)
        return self._run(compiled.sql, arguments).fetchall()

    def change(self, compiled: Compiled, arguments: Sequence[Any]) -> int:
        """Run an operation that changes rows, and tell how many."""
        self._enter(changes=True)
        return self._run(compiled.sql, arguments).rowcount

    def change_later(self, compiled: Compiled, arguments: Sequence[Any]) -> None:
        """Run it now: there is no round trip to save."""
        self.change(compiled, arguments)

    def connection(self, *, changes: bool) -> Connection:
        """Give the connection for a statement that is no operation."""
        self._enter(changes=changes)
        return self._connection

    def commit(self) -> None:
        """Keep what was written so far, in the batch."""
        if self._has_savepoint:
            self._has_savepoint = False
            self._run("RELEASE request")

    def rollback(self) -> None:
        """Undo what was written since the last commit."""
        if self._has_savepoint:
            self._run("ROLLBACK TO request")
            self.commit()

    def finish(self) -> None:
        """Commit, and wait until the batch is on the disk."""
        self.commit()
        committed = self._leave()
        if committed is None:
            return
        try:
            await_(committed)
        except sqlite3.Error as error:
            raise _told(error, "COMMIT") from error

    def wait_for(self, awaitable: Awaitable[T]) -> T:
        """Finish, let others have the database, and wait."""
        self.finish()
        return await_(awaitable)

    def close(self) -> None:
        """Undo what was not committed; the batch goes on without this request."""
        self.rollback()
        self._forget()

    def _enter(self, *, changes: bool) -> None:
        if self._batch is None:
            self._batch = self._open_batch()
            self._committed = self._batch.enter()
        if changes and not self._has_savepoint:
            self._run("SAVEPOINT request")
            self._has_savepoint = True

    def _open_batch(self) -> Batch:
        try:
            while (batch := self._writer.open_batch()) is None:
                await_(self._writer.wait())
        except sqlite3.Error as error:
            raise _told(error, "BEGIN") from error
        return batch

    def _forget(self) -> None:
        self._has_savepoint = False
        if (committed := self._leave()) is not None:
            committed.cancel()

    def _leave(self) -> asyncio.Future[None] | None:
        if self._batch is not None:
            self._batch.leave()
        committed, self._batch, self._committed = self._committed, None, None
        return committed

    def _run(self, sql: str, arguments: Sequence[Any] = ()) -> sqlite3.Cursor:
        if self._writer.batch is not self._batch:
            self._forget()
            raise HalfWritten
        try:
            return self._sqlite.execute(sql, arguments)
        except sqlite3.Error as error:
            if not self._sqlite.in_transaction:  # SQLite has undone all of it (lang_transaction §3)
                self._forget()
                self._writer.abandon(error)
            raise _told(error, sql) from error


class Reading(Transaction):
    """What reads beside the writer; each statement sees the last commit."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self._connection = connection
        self._sqlite = _driver_of(connection)
        self._sqlite.execute("PRAGMA query_only = ON")

    def fetch(self, compiled: Compiled, arguments: Sequence[Any]) -> list[Any]:
        """Run an operation that gives rows."""
        if compiled.changes:
            raise ReaderWrites
        try:
            return self._sqlite.execute(compiled.sql, arguments).fetchall()
        except sqlite3.Error as error:
            raise _told(error, compiled.sql) from error

    def change(self, compiled: Compiled, arguments: Sequence[Any]) -> int:
        """Ask to be called as a writer."""
        raise ReaderWrites

    def change_later(self, compiled: Compiled, arguments: Sequence[Any]) -> None:
        """Ask to be called as a writer."""
        raise ReaderWrites

    def connection(self, *, changes: bool) -> Connection:
        """Give the connection for a statement that is no operation."""
        if changes:
            raise ReaderWrites
        return self._connection

    def commit(self) -> None:
        """Do nothing: nothing was written."""

    rollback = finish = close = commit

    def wait_for(self, awaitable: Awaitable[T]) -> T:
        """Ask to be called as a writer, who can wait."""
        raise ReaderWrites


def _told(error: sqlite3.Error, sql: str) -> DBAPIError:
    return from_driver(error, sql, is_conflict=isinstance(error, sqlite3.IntegrityError))


def _driver_of(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


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


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads first and writes later could not get the write lock any more when
    # another process has written in between. In AUTOCOMMIT, it is the writer that begins.
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
