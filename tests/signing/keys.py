"""What tests ask about keys: which there are, which have a file, and which clients see."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from idp.config import Config, KeysConfig
from idp.signing import KeySet, describe_keys
from idp.storage.database import Database

Kids = dict[tuple[str, str], str]
PassTime = Callable[[timedelta], None]

LONG_ENOUGH = timedelta(hours=1, minutes=5)
CLAIMS = {"sub": "a"}


async def kids(database: Database) -> Kids:
    """Give the kid for each algorithm and state, of which there must not be two."""
    rows = await database.run(describe_keys)
    found = {(row.algorithm, row.state): row.kid for row in rows}
    assert len(found) == len(rows)
    return found


async def kids_in_state(database: Database, state: str) -> set[str]:
    """Give the kids of the keys in a state."""
    return {row.kid for row in await database.run(describe_keys) if row.state == state}


def files(config: Config) -> set[str]:
    """Give the kids that have a file."""
    return {path.stem for path in Path(config.keys.directory).iterdir()}


def with_algorithms(config: Config, *algorithms: str) -> Config:
    """Give the same configuration with other algorithms."""
    keys = KeysConfig.model_validate({**config.keys.model_dump(), "algorithms": algorithms})
    return config.model_copy(update={"keys": keys})


def published(key_set: KeySet) -> set[str]:
    """Give the kids that a client sees."""
    return {key["kid"] for key in json.loads(key_set.jwks)["keys"]}
