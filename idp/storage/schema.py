"""What the tables are made of: naming of constraints, and three column types."""

from collections.abc import Callable
from datetime import UTC as UTC_ZONE
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator

LENGTH_WITHOUT_ZONE = len("2026-11-25 12:00:00.000000")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# For tables whose rows are short and found by a key of their own: SQLite then keeps the rows in the
# index of that key, and each insert has one place less to write to.
SHORT_ROWS: dict[str, Any] = {"sqlite_with_rowid": False}


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite would forget the zone.

    A request has twenty of them, so that for SQLite they are written and read the shortest way, in
    the form that SQLAlchemy has for it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Give what makes a value UTC; it raises ValueError if that has no zone."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """Give what gives a value its zone; PostgreSQL has kept it."""
        return _from_text if dialect.name == "sqlite" else None


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return value if value.tzinfo is UTC_ZONE else value.astimezone(UTC_ZONE)


def _to_text(value: datetime | None) -> str | None:
    utc = _to_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:LENGTH_WITHOUT_ZONE]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class Words(TypeDecorator[frozenset[str]]):
    """A set of words without order, such as a scope, kept as one sorted text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:
        """Write the words in a fixed order."""
        return None if value is None else " ".join(sorted(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str] | None:
        """Read the words."""
        return None if value is None else frozenset(value.split())


class Digest(TypeDecorator[bytes]):
    """The SHA-256 of a secret."""

    impl = LargeBinary(32)
    cache_ok = True
