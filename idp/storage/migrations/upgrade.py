"""Bring the tables of a database to what this version of the program expects."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from idp.storage.locks import Lock, taking

VERSIONS = Path(__file__).with_name("versions")
VERSION_TABLE = "alembic_version"


class NewerDatabase(Exception):
    """The database was made by a newer version of the program."""


async def upgrade(engine: AsyncEngine) -> bool:
    """Make the tables, or migrate them; tell whether there was anything to do.

    Several processes may start at once: one migrates, the others wait and then find it done.
    Raises NewerDatabase if the program is older than the database.
    """
    _make_file(engine)
    async with engine.begin() as connection:
        return await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(taking(Lock.SCHEMA))
    current, known = _stored_version(connection), _known_versions()
    if current == known[-1]:
        return False
    if current is not None and current not in known:
        raise NewerDatabase
    # Alembic takes 70 ms and 10 MB, and hardly ever is there anything to migrate.
    from idp.storage.migrations.migrate import migrate

    migrate(connection)
    return True


def _stored_version(connection: Connection) -> str | None:
    """Read what the last migration was, where Alembic keeps it; None if there was none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608  # a constant
    return version


def _known_versions() -> list[str]:
    """List all migrations, the newest last: their files begin with their numbers."""
    return sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def _make_file(engine: AsyncEngine) -> None:
    """Make a SQLite file that others on the machine cannot read; its WAL gets the same mode."""
    database = engine.url.database
    if engine.url.get_backend_name() != "sqlite" or not database or database == ":memory:":
        return
    Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(database).touch(mode=0o600)
