"""What may go wrong with a database, in SQLAlchemy's words whatever driver it came from."""

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError


class QueueFull(SQLAlchemyError):
    """So many requests wait for the database that one more would wait too long."""


def from_driver(error: Exception, sql: str, *, is_conflict: bool) -> DBAPIError:
    """Say it as SQLAlchemy would, without the values."""
    kind = IntegrityError if is_conflict else OperationalError
    return kind(sql, None, error, hide_parameters=True)
