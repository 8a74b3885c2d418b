"""What the tables are made of: naming of constraints, and three column types."""

from datetime import UTC as UTC_ZONE
from datetime import datetime

from sqlalchemy import DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Make it UTC; raise ValueError if it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC_ZONE)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it its zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC_ZONE)


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
