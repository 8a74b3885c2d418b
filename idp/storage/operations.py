"""Operations: what is asked of the database often, compiled once for each dialect.

An operation is one round trip. It is declared beside its table, and called with values by name.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ClauseElement, Dialect, Insert, Select, Table
from sqlalchemy.dialects import sqlite

from idp.storage.compiled import Compiled, compile_statement
from idp.storage.transaction import db

T = TypeVar("T")

InsertOf = Callable[[Table], Any]
Build = Callable[[InsertOf], ClauseElement]  # for an INSERT with ON CONFLICT


class _Operation:
    _inserted: Sequence[str] | None = None

    def __init__(self, statement: ClauseElement | Build, *, changes: bool) -> None:
        self._statement = statement
        self._changes = changes
        self._compiled: dict[str, Compiled] = {}

    def compiled_for(self, dialect: Dialect) -> Compiled:
        """Give its form for a database."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            statement = self._statement
            if not isinstance(statement, ClauseElement):
                statement = statement(insert_of(dialect))
            compiled = compile_statement(
                statement, dialect, inserted=self._inserted, changes=self._changes
            )
            self._compiled[dialect.name] = compiled
        return compiled


class Query(_Operation, Generic[T]):
    """Gives rows, each made into something by `make`, which gets the columns in their order.

    `holds` says that what is found is locked until the transaction ends.
    """

    def __init__(
        self, make: Callable[..., T], statement: ClauseElement | Build, *, holds: bool = False
    ) -> None:
        super().__init__(statement, changes=holds or not isinstance(statement, Select))
        self._make = make

    def one(self, **values: Any) -> T | None:
        """Give the first row, if there is any."""
        rows = self._rows(values)
        return self._make(*rows[0]) if rows else None

    def _rows(self, values: dict[str, Any]) -> list[list[Any]]:
        transaction = db()
        compiled = self.compiled_for(transaction.dialect)
        return compiled.rows(transaction.fetch(compiled, compiled.arguments(values)))


class Change(_Operation):
    """Inserts, updates or deletes rows."""

    def __init__(
        self, statement: ClauseElement | Build, *, given: Sequence[str] | None = None
    ) -> None:
        super().__init__(statement, changes=True)
        self._inserted = given

    def now(self, **values: Any) -> int:
        """Do it, and tell how many rows there were."""
        transaction = db()
        compiled = self.compiled_for(transaction.dialect)
        return transaction.change(compiled, compiled.arguments(values))

    def later(self, **values: Any) -> None:
        """Do it by the end of the transaction, maybe in one round trip with other changes."""
        transaction = db()
        compiled = self.compiled_for(transaction.dialect)
        transaction.change_later(compiled, compiled.arguments(values))


def insert_of(dialect: Dialect) -> InsertOf:
    """Give the INSERT that knows ON CONFLICT: both spell it alike, yet each has a class for it."""
    if dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # 25 ms that SQLite need not wait for

        return postgresql.insert
    return sqlite.insert


def inserting(table: Table, *, leaving_out: str | None = None) -> Change:
    """Make the operation that inserts a row; the database fills in what is left out."""
    given = [column.key for column in table.c if column.key != leaving_out]
    return Change(Insert(table).inline(), given=given)


def inserting_unless_exists(table: Table) -> Change:
    """Make the operation that inserts a row, all columns given, unless its key is taken."""
    given = [column.key for column in table.c]
    return Change(lambda insert: insert(table).on_conflict_do_nothing(), given=given)
