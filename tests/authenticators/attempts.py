"""Attempts to sign in, with few allowed."""

import pytest

from idp.authenticators import password as authenticator
from idp.authenticators.proof import InvalidCredentials
from idp.config import ThrottleConfig
from idp.storage.database import Database
from idp.storage.users import User
from idp.users.passwords import Hasher

CONFIG = ThrottleConfig(
    account_failures=5, account_failures_everywhere=8, address_failures=12, window=300
)
HERE = "192.0.2.1"
RIGHT = "her secret"


async def verify(
    database: Database, hasher: Hasher, username: str, password: str, address: str = HERE
) -> User:
    """Try a password."""
    return await database.run(authenticator.verify, hasher, CONFIG, username, password, address)


async def fail(database: Database, hasher: Hasher, username: str = "alice", *, times: int) -> None:
    """Try a wrong password."""
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            await verify(database, hasher, username, "wrong")
