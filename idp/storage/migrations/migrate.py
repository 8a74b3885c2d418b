"""Run the migrations, by Alembic."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Apply the migrations that a database lacks."""
    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> Config:
    """Give Alembic its settings without a file."""
    config = Config()
    config.set_main_option("script_location", "idp:storage/migrations")
    config.attributes["connection"] = connection
    return config
