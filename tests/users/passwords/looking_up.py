"""Hashers that look passwords up, and a password that they find."""

from collections.abc import AsyncIterator, Callable

import pytest

from idp.config import PasswordsConfig
from idp.fetch import Fetcher
from idp.storage.database import Database
from idp.users.passwords import BreachedPassword, BreachedPasswords, Hasher
from tests.fetch.servers import fetching

GOOD = "copper lantern under moss"
LEAKED = "a password that leaked"


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """Fetch from loopback."""
    async with fetching() as fetcher:
        yield fetcher


Made = Callable[..., Hasher]


@pytest.fixture
async def make(fetcher: Fetcher) -> AsyncIterator[Made]:
    """Make hashers that look passwords up."""
    made: list[Hasher] = []

    def make(fetcher: Fetcher = fetcher, **settings: object) -> Hasher:
        config = PasswordsConfig.model_validate({"bcrypt_cost": 4} | settings)
        made.append(Hasher(config, BreachedPasswords(config, fetcher)))
        return made[-1]

    yield make
    for hasher in made:
        hasher.close()


async def is_refused(database: Database, hasher: Hasher, password: str) -> bool:
    """Choose a password; tell whether it is refused as breached, or else hashed."""
    try:
        stored = await database.run(hasher.hash, password)
    except BreachedPassword:
        return True
    assert (await database.run(hasher.verify, password, stored)).matches
    return False
