"""Migrations: they make what the code declares, once, however many processes start at once."""

from pathlib import Path

import anyio
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from idp.config import DatabaseConfig
from idp.storage.database import Database, db
from idp.storage.migrations.migrate import configuration
from idp.storage.migrations.upgrade import VERSIONS, NewerDatabase, upgrade
from idp.storage.tables import metadata
from tests.conftest import Configure, Prepared


async def test_tables_are_what_the_code_declares(configure: Configure) -> None:
    """Nothing is left to migrate after all migrations have run."""
    database = Database(configure().database)

    async with database.engine.connect() as connection:
        differences = await connection.run_sync(_compare)

    await database.dispose()
    assert differences == []


async def test_second_start_changes_nothing(configure: Configure) -> None:
    """A database that is up to date is left alone."""
    database = Database(configure().database)

    was_migrated = await upgrade(database.engine)

    await database.dispose()
    assert was_migrated is False


def test_files_begin_with_their_numbers() -> None:
    """The newest migration is found by the names of files, without running any."""
    scripts = ScriptDirectory(str(VERSIONS.parent)).walk_revisions()  # the newest first

    numbers = sorted((path.name[:4] for path in VERSIONS.glob("*.py")), reverse=True)

    assert numbers == [script.revision for script in scripts]


async def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    """One of several processes makes the tables while the others wait for it."""
    config = DatabaseConfig(url=f"sqlite:///{tmp_path}/var/idp.db")
    databases = [Database(config) for _ in range(3)]
    results: list[bool] = []

    async def start(database: Database) -> None:
        results.append(await upgrade(database.engine))

    async with anyio.create_task_group() as tasks:
        for database in databases:
            tasks.start_soon(start, database)

    for database in databases:
        await database.dispose()
    assert sorted(results) == [False, False, True]


async def test_newer_database_is_refused(configure: Configure) -> None:
    """A program does not touch a database that a newer version has migrated."""
    database = Database(configure().database)
    newest = max(path.name[:4] for path in VERSIONS.glob("*.py"))
    await database.run(set_version, "9999")

    with pytest.raises(NewerDatabase):
        await upgrade(database.engine)

    await database.run(set_version, newest)
    await database.dispose()


def set_version(number: str) -> None:
    """Write down another version than the database has."""
    db().execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})


async def test_tables_can_be_removed_and_made_again(tmp_path: Path) -> None:
    """All migrations can be undone."""
    database = Database(DatabaseConfig(url=f"sqlite:///{tmp_path}/idp.db"))
    await upgrade(database.engine)

    async with database.engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(configuration(c), "base"))

    assert await upgrade(database.engine) is True
    await database.dispose()


def test_prepared_databases_differ(prepared: Prepared, database_kind: str) -> None:
    """The suite really runs on both kinds of database."""
    assert prepared.url.startswith(database_kind)


def _compare(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_others_on_the_machine_cannot_read_a_new_file(tmp_path: Path) -> None:
    """A SQLite file holds email addresses and hashes of passwords."""
    database = Database(DatabaseConfig(url=f"sqlite:///{tmp_path}/var/idp.db"))

    await upgrade(database.engine)

    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "var").iterdir()}
    await database.dispose()
    assert modes
    assert set(modes.values()) == {0}
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0
