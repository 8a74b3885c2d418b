"""A person with an account, whose password is hashed quickly, and what is recorded of them."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import bcrypt
import pytest
from sqlalchemy import literal_column, select

from idp.config import Config, DatabaseConfig, PasswordsConfig, RegistrationConfig
from idp.storage.audit_events import audit_events
from idp.storage.database import Database, db
from idp.storage.users import User
from idp.users.accounts import add_account
from idp.users.passwords import Hasher

Recorded = Callable[[], Awaitable[list[str]]]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Give settings of a service at which people may register."""
    return Config(
        issuer="https://login.example.com",
        database=DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"),
        passwords=PasswordsConfig(bcrypt_cost=4),
        registration=RegistrationConfig(mode="open", verify_email=False),
    )


@pytest.fixture
def hasher(config: Config) -> Iterator[Hasher]:
    """Give a hasher with threads of its own."""
    hasher = Hasher(config.passwords)
    yield hasher
    hasher.close()


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """List the hashes that bcrypt was asked to compare with."""
    seen: list[bytes] = []
    real = bcrypt.checkpw

    def checkpw(password: bytes, hashed: bytes) -> bool:
        seen.append(hashed)
        return real(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", checkpw)
    return seen


@pytest.fixture
async def alice(database: Database, hasher: Hasher) -> User:
    """Add a person."""
    return await database.run(
        lambda: add_account(
            hasher, username="alice", email="alice@example.com", name=None, password="her secret"
        )
    )


@pytest.fixture
def recorded(database: Database) -> Recorded:
    """List the names of the audit events that were written, in their order."""

    def names() -> list[str]:
        return list(db().scalars(select(audit_events.c.name).order_by(literal_column("rowid"))))

    return lambda: database.run(names)
