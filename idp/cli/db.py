"""`idp db`: the tables, and what has expired in them."""

import asyncio
from pathlib import Path

import typer

from idp.cli.command import command, verbs
from idp.cli.running import failures_told, open_database
from idp.cli.settings import load
from idp.config import Config
from idp.storage.database import Database
from idp.storage.migrations.upgrade import upgrade
from idp.upkeep import purge

app = verbs()


@command(app, "upgrade")
def upgrade_tables(config_file: Path | None) -> None:
    """Make or migrate the tables. The server and every other command do it, too."""
    if asyncio.run(_upgrade(load(config_file))):
        typer.echo("Upgraded: the database has the tables of this version now.")
    else:
        typer.echo("There was nothing to do: the database is up to date.")


@command(app, "purge")
def purge_expired(config_file: Path | None) -> None:
    """Remove what has expired. A running server does it itself, every few minutes."""
    count = asyncio.run(_purge(load(config_file)))
    typer.echo(f"Removed {count} expired {'row' if count == 1 else 'rows'}.")


async def _upgrade(config: Config) -> bool:
    database = Database(config.database)
    try:
        with failures_told():
            return await upgrade(database.engine)
    finally:
        await database.dispose()


async def _purge(config: Config) -> int:
    async with open_database(config) as database:
        return await purge(database, config)
