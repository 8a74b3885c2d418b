"""A database with tables, and a hasher that is quick."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import literal_column, select

from idp import clock
from idp.config import Config, DatabaseConfig, PasswordsConfig, RegistrationConfig
from idp.secret import identifier
from idp.storage.audit_events import audit_events
from idp.storage.clients import ClientRow, add_client
from idp.storage.database import Database, db
from idp.storage.grants import Grant, add_grant, find_grant
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


@pytest.fixture
async def notes(database: Database) -> str:
    """A client that people allow things."""
    now = clock.now()
    row = ClientRow("notes", {}, None, None, None, now, now, None)
    await database.run(add_client, row)
    return row.client_id


@pytest.fixture
def allow(database: Database, alice: User, notes: str) -> Callable[..., Awaitable[Grant]]:
    """Let Alice allow the client something, in a login session or in none."""

    async def allow(*scope: str, sid: str | None = None) -> Grant:
        grant = Grant(
            grant_id=identifier(),
            client_id=notes,
            user_id=alice.user_id,
            sid=sid,
            scope=frozenset(scope),
            auth_time=clock.now(),
            amr=["pwd"],
            created_at=clock.now(),
            expires_at=clock.in_seconds(3600),
        )
        await database.run(add_grant, grant)
        return grant

    return allow


@pytest.fixture
def is_live(database: Database) -> Callable[[Grant], Awaitable[bool]]:
    """Whether tokens of a grant are good."""

    async def is_live(grant: Grant) -> bool:
        found = await database.run(find_grant, grant.grant_id)
        return found is not None and found.is_live

    return is_live
