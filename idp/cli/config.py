"""`idp config`: the settings, before anybody relies on them."""

import os
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import typer
from pydantic_settings import SettingsConfigDict

from idp.cli.command import command, verbs
from idp.cli.doubts import doubt_settings
from idp.cli.output import print_table, warn
from idp.cli.settings import load, refuse_missing_files
from idp.config import Config
from idp.config.loading import Settings
from idp.config.names import is_secret, key_of
from idp.config.sources import SECRETS_VARIABLE, TextSource, find_file, origin_in

app = verbs()


@command(app, "check")
def check(config_file: Path | None) -> None:
    """Check all settings. Says where they come from, and all that is wrong."""
    config = load(config_file)
    refuse_missing_files(config)
    file = find_file(config_file, os.environ)
    typer.echo(f"File: {file or 'none, so that every setting has its default'}")
    if overrides := list(_overrides(config, file)):
        typer.echo("Set elsewhere:")
        print_table(("  SETTING", "VALUE", "FROM"), overrides)
    for sentence in doubt_settings(config):
        warn(sentence)
    typer.echo("The settings are valid.")


def _overrides(config: Config, file: Path | None) -> Iterator[tuple[str, str, str]]:
    """List the settings that come from the environment or from secret files."""

    class Here(Settings):
        model_config = SettingsConfigDict(
            toml_file=file, secrets_dir=os.environ.get(SECRETS_VARIABLE) or None
        )

    Here()
    origins: dict[tuple[str, ...], str] = {}
    for source in Here.sources:
        if isinstance(source, TextSource):
            for path in _paths(source()):
                origins.setdefault(path, origin_in(source, path))
    for path, origin in origins.items():
        yield f"  {key_of(path)}", _show(config, path), origin


def _paths(settings: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from ((name, key) for key in value)
        else:
            yield (name,)


def _show(config: Config, path: tuple[str, ...]) -> str:
    if is_secret(path):
        return "(not shown)"
    value: Any = reduce(
        lambda at, name: at[name] if isinstance(at, dict) else getattr(at, name), path, config
    )
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)
