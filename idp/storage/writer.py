"""The one writer of SQLite in this process, whose transaction many requests share (group commit).

A request joins the batch that is open, or opens one; a batch is a transaction. It is open for the
rest of this turn of the event loop, so all whose requests have come meanwhile join it, and write
one after the other, each behind a savepoint of its own. Then comes one COMMIT for all, in a thread
if it waits for the disk, and everybody in the batch goes on to answer. Who comes meanwhile waits
for the next batch. Nobody is answered before the COMMIT of their batch has returned.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from idp.storage.errors import QueueFull

# Between two batches, at most so many requests write before the loop looks after other things.
BATCH = 32
CHANGES_BETWEEN_CHECKPOINTS = 2000
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class HalfWritten(RuntimeError):
    """A request has waited for something in the middle of a batch, other than by `wait_for`.

    Half of it would have been committed with the others, so that nothing is.
    """


class Batch:
    """The requests whose writes are committed together."""

    def __init__(self) -> None:
        self._members: list[asyncio.Future[None]] = []
        self._inside = 0

    def enter(self) -> asyncio.Future[None]:
        """Join, and get what is done when the batch is committed, and raises if it cannot be."""
        member = asyncio.get_running_loop().create_future()
        self._members.append(member)
        self._inside += 1
        return member

    def leave(self) -> None:
        """Have written all: it may be committed."""
        self._inside -= 1

    @property
    def is_whole(self) -> bool:
        """Whether nobody is in the middle of writing."""
        return self._inside == 0

    def settle(self, error: BaseException | None) -> None:
        """Tell everybody how it went."""
        for member in self._members:
            if member.done():
                continue  # its request was cancelled
            if error is None:
                member.set_result(None)
            else:
                member.set_exception(error)


class Writer:
    """The writing connection, and who waits for it."""

    def __init__(
        self, connection: sqlite3.Connection, *, is_durable: bool, timeout: int, queue: int
    ) -> None:
        self.connection = connection
        self._is_durable = is_durable
        self._timeout = timeout
        self._queue = queue
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.batch: Batch | None = None  # that is open
        self._is_busy = False  # a thread has the connection
        self._work: asyncio.Future[None] | None = None  # of the thread
        self._changes = 0
        self._checkpointed = 0
        self._thread = ThreadPoolExecutor(1, "sqlite")
        # The loop must never wait for another process: only the thread does.
        connection.execute("PRAGMA busy_timeout = 0")
        if not is_durable:
            # A checkpoint waits for the disk even then, so that it is no part of a COMMIT.
            connection.execute("PRAGMA wal_autocheckpoint = 0")

    def open_batch(self) -> Batch | None:
        """Give the batch that is open, or open one; None if one must wait for that."""
        if self.batch is None and not self._is_busy:
            self._begin()
        return self.batch

    async def wait(self) -> None:
        """Wait for a turn; raise QueueFull if too many do already, and what BEGIN raises."""
        if len(self._waiting) >= self._queue:
            raise QueueFull
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled() and self.batch is None and not self._is_busy:
                self._next_turn()  # it came, and nobody would pass it on
            raise

    def abandon(self, error: BaseException) -> None:
        """Give up the batch that is open: SQLite has undone all of it, after an error."""
        batch, self.batch = self.batch, None
        if batch is not None:
            batch.settle(error)
            self._next_turn()

    async def close(self) -> None:
        """Let the thread go, when it is done and who waits for it was told."""
        if self._work is not None:
            await asyncio.wait([self._work])
        self._thread.shutdown()

    def _begin(self) -> None:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in LOCKED:
                self._next_turn(error)
                raise
            self._in_thread(self._begin_patiently, self._begun)
        else:
            self._open()

    def _begin_patiently(self) -> None:
        """Wait, in the thread, until another process lets go of the database."""
        self.connection.execute(f"PRAGMA busy_timeout = {self._timeout * 1000}")
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        finally:
            self.connection.execute("PRAGMA busy_timeout = 0")

    def _begun(self, error: BaseException | None) -> None:
        self._next_turn(error)
        if error is None:
            self._open()  # after them, so that they find it open

    def _open(self) -> None:
        self.batch = Batch()
        self._changes = self.connection.total_changes
        asyncio.get_running_loop().call_soon(self._close, self.batch)

    def _close(self, batch: Batch) -> None:
        """Commit what has come together."""
        if self.batch is not batch:
            return  # it was abandoned
        self.batch = None
        commit = self._commit if batch.is_whole else self._refuse
        has_changes = self.connection.total_changes != self._changes
        if has_changes and self._is_durable:
            self._in_thread(commit, lambda error: self._closed(batch, error))
            return
        try:
            commit()
        except Exception as error:  # whatever it is, somebody waits for it
            self._closed(batch, error)
        else:
            self._closed(batch, None)

    def _commit(self) -> None:
        try:
            self.connection.execute("COMMIT")
        except sqlite3.Error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def _refuse(self) -> None:
        self.connection.execute("ROLLBACK")
        raise HalfWritten

    def _closed(self, batch: Batch, error: BaseException | None) -> None:
        batch.settle(error)
        changes = self.connection.total_changes
        if self._is_durable or changes - self._checkpointed < CHANGES_BETWEEN_CHECKPOINTS:
            self._next_turn()
            return
        self._checkpointed = changes
        # If somebody reads just then, it is done the next time.
        self._in_thread(self._checkpoint, lambda _error: self._next_turn())

    def _checkpoint(self) -> None:
        self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _next_turn(self, error: BaseException | None = None) -> None:
        """Let those who wait go on, some at a time; or tell them all that they cannot."""
        turns = BATCH if error is None else len(self._waiting)
        while turns and self._waiting:
            turn = self._waiting.popleft()
            if turn.done():
                continue  # its request was cancelled, and is no turn
            turns -= 1
            if error is None:
                turn.set_result(None)
            else:
                turn.set_exception(error)

    def _in_thread(
        self, function: Callable[[], None], then: Callable[[BaseException | None], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self._is_busy = True

        def done(future: asyncio.Future[None]) -> None:
            self._is_busy = False
            then(future.exception())

        self._work = loop.run_in_executor(self._thread, function)
        self._work.add_done_callback(done)
