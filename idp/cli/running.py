"""The database of a command: made or migrated first, closed at the end."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from idp.cli.refusal import Unavailable
from idp.config import Config
from idp.fetch import Fetcher
from idp.signing.files import KeyFileError
from idp.storage.database import Database
from idp.storage.migrations.upgrade import NewerDatabase, upgrade

T = TypeVar("T")

TOO_OLD = (
    "The database was made by a newer version of idp: install that version, or set database.url"
    " to another database."
)


def run(config: Config, function: Callable[[], T]) -> T:
    """Call a function in a transaction. Raises Unavailable, and what the function raises."""

    async def run() -> T:
        async with open_database(config) as database:
            return await database.run(function)

    return asyncio.run(run())


def run_fetching(config: Config, function: Callable[[Fetcher], T]) -> T:
    """Do the same with what reads the addresses that clients name."""

    async def run() -> T:
        async with open_database(config) as database, aclosing(Fetcher(config.fetch)) as fetcher:
            return await database.run(function, fetcher)

    return asyncio.run(run())


@asynccontextmanager
async def open_database(config: Config) -> AsyncIterator[Database]:
    """Give the database, with its tables as they must be. Raises Unavailable."""
    database = Database(config.database)
    try:
        with failures_told():
            await upgrade(database.engine)
            yield database
    finally:
        await database.dispose()


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn the failures of the database and of key files into sentences."""
    try:
        yield
    except NewerDatabase as error:
        raise Unavailable(TOO_OLD) from error
    except KeyFileError as error:
        raise Unavailable(f"{error}.") from error
    except (SQLAlchemyError, OSError) as error:
        sentence = f"The database cannot be used ({_reason(error)}): check database.url."
        raise Unavailable(sentence) from error


def _reason(error: Exception) -> str:
    """Say what the driver said, without SQL and its values."""
    if isinstance(error, ConnectionError) and error.errno:
        return os.strerror(error.errno).lower()
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}" if str(error) else "it does not answer in time"
    if not isinstance(error, DBAPIError):
        return "it does not answer in time"
    first_line = str(error.orig).partition("\n")[0]
    return re.sub(r"^<class '[\w.]+'>: ", "", first_line).rstrip(".") or "it gives no reason"
