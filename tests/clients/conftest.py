"""What the tests of clients share: the settings, and a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from idp.config import Config, DatabaseConfig, KeysConfig
from idp.storage.database import Database
from idp.storage.migrations.upgrade import upgrade


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings with a scope of their own, and a database that nobody else has."""
    return Config(
        database=DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"),
        keys=KeysConfig(algorithms=("RS256", "ES256")),
        scopes={"orders:read": "See your orders"},
    )


@pytest.fixture
async def database(config: Config) -> AsyncIterator[Database]:
    """A database with all tables."""
    database = Database(config.database)
    await upgrade(database.engine)
    yield database
    await database.dispose()
