"""What the tests of users share: accounts in a real database, and what they allow a client."""

from collections.abc import Awaitable, Callable

import pytest

from idp import clock
from idp.secret import identifier
from idp.storage.clients import ClientRow, add_client
from idp.storage.database import Database
from idp.storage.grants import Grant, add_grant, find_grant
from idp.storage.users import User
from tests.parties.accounts import alice, checks, config, hasher, recorded
from tests.parties.mailed import ask, run
from tests.parties.sqlite import database

__all__ = ["alice", "ask", "checks", "config", "database", "hasher", "recorded", "run"]

Allow = Callable[..., Awaitable[Grant]]
IsLive = Callable[[Grant], Awaitable[bool]]


@pytest.fixture
async def notes(database: Database) -> str:
    """Add a client that people allow things."""
    now = clock.now()
    row = ClientRow("notes", {}, None, None, None, now, now, None)
    await database.run(add_client, row)
    return row.client_id


@pytest.fixture
def allow(database: Database, alice: User, notes: str) -> Allow:
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
def is_live(database: Database) -> IsLive:
    """Tell whether tokens of a grant are good."""

    async def is_live(grant: Grant) -> bool:
        found = await database.run(find_grant, grant.grant_id)
        return found is not None and found.is_live

    return is_live
