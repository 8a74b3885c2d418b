"""Rows of several tables that belong together, read in one round trip."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, select

from idp.storage.operations import Query

RowType = Callable[..., Any]


def together(
    match: ColumnElement[bool], *parts: tuple[RowType, Table], hold: Table | None = None
) -> Query[Any]:
    """Make the operation that finds a row of each table, of which the next is named before it.

    It gives a tuple of dataclasses, in the order of `parts`. The row of the table `hold` is locked
    until the transaction ends.
    """
    tables = [table for _, table in parts]
    # Tables may have columns of the same name.
    columns = [
        column.label(f"{table.name}_{column.name}") for table in tables for column in table.c
    ]
    source: FromClause = tables[0]
    for number, table in enumerate(tables[1:], start=1):
        source = source.join(table, _names(table, tables[:number]))
    statement = select(*columns).select_from(source).where(match)
    if hold is not None:
        statement = statement.with_for_update(of=hold)
    ends = pairwise(accumulate((len(table.c) for table in tables), initial=0))
    slices = [(row_type, *bounds) for (row_type, _), bounds in zip(parts, ends, strict=True)]

    def make(*row: Any) -> tuple[Any, ...]:
        return tuple(row_type(*row[begin:end]) for row_type, begin, end in slices)

    return Query(make, statement, holds=hold is not None)


def _names(table: Table, others: Sequence[Table]) -> ColumnElement[bool]:
    """Find who has a column for the key of a table: it has the same name everywhere."""
    (key,) = table.primary_key.columns
    return next(other.c[key.name] for other in others if key.name in other.c) == key
