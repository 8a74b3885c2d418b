"""A transaction, as the queries see it, whatever the database and whoever commits it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable, ScalarResult, Select

from idp.storage.compiled import Compiled

T = TypeVar("T")


class Transaction(ABC):
    """What one request reads and writes; it is opened by the first of its statements.

    Operations (operations.py) are compiled once and take the shortest way to the driver: all that
    is asked often is one. The rest may say anything to `execute`, which has the comfort of
    SQLAlchemy and costs ten times as much.
    """

    dialect: Dialect
    has_deliveries = False  # something was added that has to be sent once it is committed

    @abstractmethod
    def fetch(self, compiled: Compiled, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run an operation that gives rows."""

    @abstractmethod
    def change(self, compiled: Compiled, arguments: Sequence[Any]) -> int:
        """Run an operation that changes rows, and tell how many."""

    @abstractmethod
    def change_later(self, compiled: Compiled, arguments: Sequence[Any]) -> None:
        """Run an operation by the end of the transaction: nobody waits for what it finds."""

    @abstractmethod
    def connection(self, *, changes: bool) -> Connection:
        """Give the connection for a statement that is no operation."""

    @abstractmethod
    def commit(self) -> None:
        """Keep what was written so far, whatever follows."""

    @abstractmethod
    def rollback(self) -> None:
        """Undo what was written since the last commit."""

    @abstractmethod
    def finish(self) -> None:
        """Commit, and return when that is as durable as the database makes it."""

    @abstractmethod
    def wait_for(self, awaitable: Awaitable[T]) -> T:
        """Finish, let others have the database, and wait."""

    @abstractmethod
    def close(self) -> None:
        """Give back what the transaction holds, and undo what was not committed."""

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run any statement."""
        changes = not isinstance(statement, Select)
        return self.connection(changes=changes).execute(statement, parameters)

    def hold(self, statement: Select[Any]) -> CursorResult[Any]:
        """Find rows FOR UPDATE: they stay locked until this transaction ends."""
        return self.connection(changes=True).execute(statement.with_for_update())

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        """Run any statement that gives one value or none."""
        return self.execute(statement, parameters).scalar()

    def scalars(self, statement: Executable, parameters: Any = None) -> ScalarResult[Any]:
        """Run any statement that gives rows of one value."""
        return self.execute(statement, parameters).scalars()


_current: ContextVar[Transaction] = ContextVar("transaction")

begin = _current.set
end = _current.reset


def db() -> Transaction:
    """Give the transaction that is running."""
    return _current.get()
