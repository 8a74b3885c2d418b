"""What several queries have in common: rows as dataclasses, and inserts that may meet a row."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Executable, Insert, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from idp.storage.database import db

Row = TypeVar("Row")


def fetch_one(row_type: type[Row], statement: Executable) -> Row | None:
    """Run a statement that gives one row or none, and make it the dataclass of its table."""
    row = db().execute(statement).mappings().one_or_none()
    return None if row is None else row_type(**row)


# Building a statement costs more than running it: each is built once, and given values each time.
@cache
def _select_by(table: Table, names: tuple[str, ...]) -> Any:
    return select(table).where(*(table.c[name] == bindparam(name) for name in names))


@cache
def _insert_into(table: Table) -> Insert:
    return insert(table)


def find_one(row_type: type[Row], table: Table, **key: Any) -> Row | None:
    """Find the row with this key, and make it the dataclass of its table."""
    row = db().execute(_select_by(table, tuple(key)), key).one_or_none()
    return None if row is None else row_type(*row)


def add_row(table: Table, row: Any) -> None:
    """Insert the dataclass of a table."""
    db().execute(_insert_into(table), {name: getattr(row, name) for name in row.__slots__})


def fetch_all(row_type: type[Row], statement: Executable) -> list[Row]:
    """Run a statement that gives rows, and make each the dataclass of its table."""
    return [row_type(**row) for row in db().execute(statement).mappings()]


def changed(statement: Executable, parameters: Mapping[str, Any] | None = None) -> bool:
    """Run an INSERT, UPDATE or DELETE and tell whether it found a row to change."""
    return bool(db().execute(statement, parameters).rowcount)  # type: ignore[attr-defined]  # a CursorResult


def insert_unless_exists(table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is taken; tell whether it was inserted."""
    return changed(_insert(table).values(**values).on_conflict_do_nothing())


def upsert(table: Table, values: Mapping[str, Any], *keys: str, **changes: Any) -> Insert:
    """Build an INSERT that changes the row instead if there is one with these keys."""
    statement: Insert = _insert(table).values(**values)
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changes)  # type: ignore[attr-defined, no-any-return]  # of both dialects


def _insert(table: Table) -> Any:
    """The two dialects spell ON CONFLICT alike, yet SQLAlchemy has a class for each."""
    dialect = db().get_bind().dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
