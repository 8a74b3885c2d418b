"""What the tests of signing share: a configuration, a database, and a clock that they move."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from idp import clock
from idp.config import Config, DatabaseConfig, KeysConfig
from idp.signing import Algorithm, KeySet, KeyState, describe_keys, ensure_keys
from idp.signing.key import SigningKey
from idp.storage.database import Database
from tests.parties.sqlite import database
from tests.signing.keys import Kids, PassTime

__all__ = ["database"]


@pytest.fixture(scope="session")
def keys() -> list[SigningKey]:
    """One key for each algorithm, in the order of Algorithm."""
    return [SigningKey.generate(algorithm) for algorithm in Algorithm]


@pytest.fixture(scope="session")
def key_set(keys: list[SigningKey]) -> KeySet:
    """A key set in which all these keys are active."""
    return KeySet([key.publish(KeyState.ACTIVE) for key in keys], keys)


@pytest.fixture(scope="session")
def key(keys: list[SigningKey]) -> SigningKey:
    """The Ed25519 key among them."""
    return next(key for key in keys if key.algorithm is Algorithm.Ed25519)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Two algorithms, with the keys and the database in a directory of the test's own."""
    return Config(
        database=DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"),
        keys=KeysConfig(directory=str(tmp_path / "keys"), algorithms=("RS256", "Ed25519")),
    )


@pytest.fixture
async def first_keys(config: Config, database: Database) -> Kids:
    """The keys of the first start, by algorithm and state."""
    await database.run(ensure_keys, config)
    return {(row.algorithm, row.state): row.kid for row in await database.run(describe_keys)}


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> PassTime:
    """Move the clock forward."""
    started_at = clock.now()
    passed = [timedelta()]

    def now() -> datetime:
        return started_at + passed[0]

    def pass_time(duration: timedelta) -> None:
        passed[0] += duration

    monkeypatch.setattr(clock, "now", now)
    return pass_time
