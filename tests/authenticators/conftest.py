"""A database with tables, and a hasher that is quick."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import literal_column, select

from idp.config import Config, DatabaseConfig, PasswordsConfig, RegistrationConfig
from idp.storage.audit_events import audit_events
from idp.storage.database import Database, db
from idp.storage.migrations.upgrade import upgrade
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.users.passwords import Hasher


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"))
    await upgrade(database.engine)
    yield database
    await database.dispose()


@pytest.fixture
def config() -> Config:
    return Config(
        issuer="https://login.example.com",
        passwords=PasswordsConfig(bcrypt_cost=4),
        registration=RegistrationConfig(enabled=True),
    )


@pytest.fixture
def hasher(config: Config) -> Iterator[Hasher]:
    hasher = Hasher(config.passwords)
    yield hasher
    hasher.close()


@pytest.fixture
def recorded(database: Database) -> Callable[[], Awaitable[list[str]]]:
    """The names of the audit events that were written, in their order."""

    def names() -> list[str]:
        return list(db().scalars(select(audit_events.c.name).order_by(literal_column("rowid"))))

    return lambda: database.run(names)


@pytest.fixture
async def alice(database: Database, hasher: Hasher) -> User:
    """A person with an account."""
    return await database.run(
        lambda: add_account(
            hasher, username="alice", email="alice@example.com", name=None, password="her secret"
        )
    )
