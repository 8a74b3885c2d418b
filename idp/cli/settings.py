"""The configuration of a command, or a refusal that says all that is wrong with it."""

import json
import ssl
from pathlib import Path
from typing import Any

from idp.cli.refusal import Refused
from idp.config import Config, ConfigError, load_config
from idp.users.passwords.breached import UnusableFile, check_file


def load(config_file: Path | None, **overrides: Any) -> Config:
    """Read the configuration. Raises Refused."""
    try:
        return load_config(config_file, **overrides)
    except ConfigError as error:
        raise Refused(error.problems) from error


def refuse_missing_files(config: Config) -> None:
    """Raise Refused if the settings name files, and there are none, or not such ones."""
    directory = config.templates.directory
    if directory and not Path(directory).is_dir():
        raise Refused(f"templates.directory: {directory} is not a directory.")
    if config.passwords.breached_file:
        _refuse_unusable_list(config.passwords.breached_file)
    if config.fetch.ca_file:
        _refuse_unreadable_authorities(config.fetch.ca_file)
    for issuer, trusted in config.trusted_issuers.items():
        if not trusted.jwks.startswith("https://"):
            _refuse_unreadable_keys(f"trusted_issuers.{issuer}.jwks", trusted.jwks)


def _refuse_unusable_list(file: str) -> None:
    try:
        check_file(file)
    except UnusableFile as error:
        raise Refused(f"passwords.breached_file: {file} {error}.") from error


def _refuse_unreadable_authorities(file: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError as error:
        raise Refused(f"fetch.ca_file: {file} has no certificate in the form of PEM.") from error
    except OSError as error:
        raise Refused(f"fetch.ca_file: {file} cannot be read ({error.strerror}).") from error


def _refuse_unreadable_keys(setting: str, file: str) -> None:
    try:
        document = json.loads(Path(file).read_bytes())
    except OSError as error:
        raise Refused(f"{setting}: {file} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise Refused(f"{setting}: {file} has no JWK Set.") from error
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise Refused(f"{setting}: {file} has no JWK Set.")
