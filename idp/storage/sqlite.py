"""SQLite: read where the event loop runs, written by one writer for the process (writer.py).

A statement takes microseconds, and a hop to a thread fifty; what takes long, waiting for the disk
or for another process, is done in a thread. Who only reads waits for no turn: WAL shows them the
last commit while somebody writes.
"""

import asyncio
import sqlite3

from sqlalchemy import URL, Connection, NullPool, Pool, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_

from idp.config import DatabaseConfig
from idp.storage.sqlite_transaction import Reading, Writing, driver_of
from idp.storage.writer import Writer

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
            driver_of(self._writing),
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
            await self._writer.close()
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
        # Each savepoint keeps what it may have to undo: in memory, not in a file of its own.
        cursor.execute("PRAGMA temp_store = MEMORY")
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


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads first and writes later could not get the write lock any more when
    # another process has written in between. In AUTOCOMMIT, it is the writer that begins.
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
