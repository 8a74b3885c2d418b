"""What several queries have in common: rows as dataclasses, and inserts that may meet a row."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Executable, Insert, Table, bindparam, select

from idp.storage.operations import Change, Query, insert_of, inserting
from idp.storage.transaction import db

Row = TypeVar("Row")


def find_one(row_type: Callable[..., Row], table: Table, **key: Any) -> Row | None:
    """Find the row with this key, and make it the dataclass of its table."""
    found: Row | None = _finding(row_type, table, tuple(key)).one(**key)
    return found


def add_row(table: Table, row: Any) -> None:
    """Insert the dataclass of a table; raise IntegrityError if its key is taken."""
    _inserting(table).now(**as_values(row))


def add_row_later(table: Table, row: Any) -> None:
    """Insert the dataclass of a table, whose key is new, by the end of the transaction."""
    _inserting(table).later(**as_values(row))


def as_values(row: Any) -> dict[str, Any]:
    """Give the columns of a row by name, and not what is inside them, as asdict would."""
    return {name: getattr(row, name) for name in row.__slots__}


@cache
def _finding(row_type: Any, table: Table, names: tuple[str, ...]) -> Query[Any]:
    match = (table.c[name] == bindparam(name) for name in names)
    return Query(row_type, select(table).where(*match))


@cache
def _inserting(table: Table) -> Change:
    return inserting(table)


def fetch_one(row_type: type[Row], statement: Executable) -> Row | None:
    """Run any statement that gives one row or none, and make it the dataclass of its table."""
    row = db().execute(statement).mappings().one_or_none()
    return None if row is None else row_type(**row)


def fetch_all(row_type: type[Row], statement: Executable) -> list[Row]:
    """Run any statement that gives rows, and make each the dataclass of its table."""
    return [row_type(**row) for row in db().execute(statement).mappings()]


def changed(statement: Executable, parameters: Mapping[str, Any] | None = None) -> bool:
    """Run any INSERT, UPDATE or DELETE and tell whether it found a row to change."""
    return bool(db().execute(statement, parameters).rowcount)


def insert_unless_exists(table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is taken; tell whether it was inserted."""
    insert = insert_of(db().dialect)
    return changed(insert(table).values(**values).on_conflict_do_nothing())


def upsert(table: Table, values: Mapping[str, Any], *keys: str, **changes: Any) -> Insert:
    """Build an INSERT that changes the row instead if there is one with these keys."""
    statement: Insert = insert_of(db().dialect)(table).values(**values)
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changes)  # type: ignore[attr-defined, no-any-return]  # of both dialects
