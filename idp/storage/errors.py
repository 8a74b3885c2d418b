"""What may go wrong with a database, in SQLAlchemy's words whatever driver it came from."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError


class QueueFull(SQLAlchemyError):
    """So many requests wait for the database that one more would wait too long."""


def from_driver(kind: type[DBAPIError], error: Exception, sql: str) -> DBAPIError:
    """Say it as SQLAlchemy would, without the values."""
    return kind(sql, None, error, hide_parameters=True)
