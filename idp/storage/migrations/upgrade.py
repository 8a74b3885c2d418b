"""Bring the tables of a database to what this version of the program expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

# Any constant will do, as long as nobody else locks it in the same database.
ADVISORY_LOCK = 0x1D9


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


def configuration(connection: Connection) -> Config:
    """Give Alembic its settings without a file."""
    config = Config()
    config.set_main_option("script_location", "idp:storage/migrations")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    config = configuration(connection)
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return False
    if current is not None and current not in {
        script.revision for script in scripts.walk_revisions()
    }:
        raise NewerDatabase
    command.upgrade(config, "head")
    return True


def _make_file(engine: AsyncEngine) -> None:
    """Make a SQLite file that others on the machine cannot read; its WAL gets the same mode."""
    database = engine.url.database
    if engine.url.get_backend_name() != "sqlite" or not database or database == ":memory:":
        return
    Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(database).touch(mode=0o600)
