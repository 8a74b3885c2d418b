"""The configuration of a command, or a refusal that says all that is wrong with it."""

from pathlib import Path
from typing import Any

from idp.cli.refusal import Refused
from idp.config import Config, ConfigError, load_config


def load(config_file: Path | None, **overrides: Any) -> Config:
    """Read the configuration. Raises Refused."""
    try:
        return load_config(config_file, **overrides)
    except ConfigError as error:
        raise Refused(error.problems) from error


def refuse_missing_templates(config: Config) -> None:
    """Raise Refused if there are to be templates of one's own, and are none."""
    directory = config.templates.directory
    if directory and not Path(directory).is_dir():
        raise Refused(f"templates.directory: {directory} is not a directory.")
