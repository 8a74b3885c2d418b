"""Transactions on SQLite: a part of the writer's batch, or a look at the last commit."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.util import await_

from idp.storage.compiled import Compiled
from idp.storage.errors import from_driver
from idp.storage.transaction import Transaction
from idp.storage.writer import Batch, HalfWritten, Writer

T = TypeVar("T")


class ReaderWrites(BaseException):
    """What was called to read wants to write: it must be called again, as a writer.

    No Exception, so that nothing on its way takes it for a failure.
    """


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
    """What reads beside the writer, and sees one moment as long as a request takes.

    All requests share it, one after the other: none of them waits for anything.
    """

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self._connection = connection
        self._sqlite = driver_of(connection)
        self._sqlite.execute("PRAGMA query_only = ON")

    def fetch(self, compiled: Compiled, arguments: Sequence[Any]) -> list[Any]:
        """Run an operation that gives rows."""
        if compiled.changes:
            raise ReaderWrites
        try:
            self._begin()
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
        self._begin()
        return self._connection

    def commit(self) -> None:
        """Do nothing: nothing was written."""

    rollback = finish = commit

    def wait_for(self, awaitable: Awaitable[T]) -> T:
        """Ask to be called as a writer, who can wait."""
        raise ReaderWrites

    def close(self) -> None:
        """Let go of that moment."""
        if self._sqlite.in_transaction:
            self._sqlite.execute("ROLLBACK")

    def _begin(self) -> None:
        # Each statement would take the lock of a reader anew, which costs as much as it does.
        if not self._sqlite.in_transaction:
            self._sqlite.execute("BEGIN")


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Give the connection of the standard library that SQLAlchemy holds."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _told(error: sqlite3.Error, sql: str) -> DBAPIError:
    is_conflict = isinstance(error, sqlite3.IntegrityError)
    return from_driver(IntegrityError if is_conflict else OperationalError, error, sql)
