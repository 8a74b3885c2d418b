"""A database of the test's own, for what needs tables and no server."""

from collections.abc import AsyncIterator

import pytest

from idp.config import Config
from idp.storage.database import Database
from idp.storage.migrations.upgrade import upgrade


@pytest.fixture
async def database(config: Config) -> AsyncIterator[Database]:
    """Make an empty database with all tables, where the test's configuration says."""
    database = Database(config.database)
    await upgrade(database.engine)
    yield database
    await database.dispose()
