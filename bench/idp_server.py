"""`idp serve` with one worker, on a database with few rows or many."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.databases import DATABASES
from bench.people import add_people
from bench.process import HOST, Command, free_port
from bench.rows import fill
from bench.server import Prepared
from idp import paths
from idp.config import load_config
from idp.config.names import variable_of
from idp.config.sources import CONFIG_VARIABLE

IDP = (sys.executable, "-c", "from idp.cli import main; main()")


@contextmanager
def prepared(database_name: str, rows: int, directory: Path) -> Iterator[Prepared]:
    """Make the database, with everybody in it; the settings not given here, the environment may."""
    with DATABASES[database_name](directory) as database:
        settings = _settings(directory, database.settings)
        config = load_config(_config_file(directory), **settings)
        people = asyncio.run(add_people(config))
        if rows:
            fill(config.database, people, rows)
        environment = os.environ | _variables(settings)
        port = config.server.port
        command = Command((*IDP, "serve"), environment, port, paths.READY)
        yield Prepared(command, directory, lambda _: people, database.pid, database.versions)


def _settings(directory: Path, database: Mapping[str, str]) -> dict[str, dict[str, Any] | str]:
    port = free_port()
    return {
        "issuer": f"http://{HOST}:{port}",
        "server": {"host": HOST, "port": port, "workers": 1},
        "database": dict(database),
        "keys": {"directory": str(directory / "keys")},
    }


def _variables(settings: Mapping[str, dict[str, Any] | str]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for name, value in settings.items():
        table = value if isinstance(value, dict) else {}
        variables |= {variable_of((name, key)): str(each) for key, each in table.items()}
    return variables | {variable_of(("issuer",)): str(settings["issuer"])}


def _config_file(directory: Path) -> Path:
    """Give an empty file, so that the one where the benchmark is started does not count."""
    file = directory / "config.toml"
    file.touch()
    return Path(os.environ.get(CONFIG_VARIABLE, file))
