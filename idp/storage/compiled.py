"""A statement as one database's driver takes it: SQL, and what becomes of values and rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Dialect, Select, UpdateBase

Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL with the values it wants, in their order, and the columns it gives.

    `changes` says that it writes, or locks what it reads.
    """

    sql: str
    values: tuple[tuple[str, Convert], ...]
    constants: Mapping[str, Any]
    columns: tuple[tuple[int, Callable[[Any], Any]], ...]
    changes: bool

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Put values into the order and the form that the driver wants."""
        given = {**self.constants, **values} if self.constants else values
        return [
            given[name] if convert is None else convert(given[name])
            for name, convert in self.values
        ]

    def rows(self, fetched: Iterable[Sequence[Any]]) -> list[list[Any]]:
        """Turn what the driver gives into what the columns hold."""
        rows = [list(row) for row in fetched]
        for row in rows:
            for index, convert in self.columns:
                row[index] = convert(row[index])
        return rows


def compile_statement(
    statement: ClauseElement, dialect: Dialect, *, inserted: Sequence[str] | None, changes: bool
) -> Compiled:
    """Compile a statement for a database; `inserted` names the columns of an INSERT."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=inserted)
    return Compiled(
        sql=compiled.string,
        values=tuple(
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup
        ),
        constants={name: value for name, value in compiled.params.items() if value is not None},
        columns=tuple(_conversions(statement, dialect)),
        changes=changes,
    )


def _conversions(
    statement: ClauseElement, dialect: Dialect
) -> Iterable[tuple[int, Callable[[Any], Any]]]:
    if not isinstance(statement, Select | UpdateBase):
        return
    for index, column in enumerate(statement.exported_columns):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            yield index, convert
