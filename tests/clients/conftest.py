"""What the tests of clients share: the settings, and a real database."""

from pathlib import Path

import pytest

from idp.config import Config, DatabaseConfig, KeysConfig
from tests.parties.sqlite import database

__all__ = ["database"]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings with a scope of their own, and a database that nobody else has."""
    return Config(
        database=DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"),
        keys=KeysConfig(algorithms=("RS256", "ES256")),
        scopes={"orders:read": "See your orders"},
    )
