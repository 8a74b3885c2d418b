"""Where settings come from: what pydantic-settings reads, and the little that it does not."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    TomlConfigSettingsSource,
)

from idp.config import names
from idp.config.errors import ConfigError

CONFIG_VARIABLE = "IDP_CONFIG"
SECRETS_VARIABLE = "IDP_SECRETS_DIR"

# Kubernetes puts such variables into every container beside a service called "idp" or "idp-...":
# names like these, and IDP_PORT with a URL.
SERVICE_LINK = re.compile(r"idp_(\w+_)?(service_(host|port)|port_\d+_(tcp|udp|sctp))(_\w+)?")
SERVICE_URL = re.compile(r"(tcp|udp|sctp)://\S+")


class TextSource(EnvSettingsSource):
    """Settings as text, each under the name of its variable."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """Leave what is not JSON to the model, which reads lists with commas and says what fits."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value

    def __call__(self) -> dict[str, Any]:
        """Hand on the misspelt too, for the model to refuse: pydantic-settings passes over them."""
        unknown = {
            name[len(names.PREFIX) :]: value
            for name, value in sorted(self.env_vars.items())
            if not names.is_setting(path := names.path_of(name)) and path[:1] not in names.TABLES
        }
        return super().__call__() | unknown


class Variables(TextSource):
    """Variables like IDP_SERVER__PORT."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, case_sensitive=False)
        ours = _ours(self.env_vars)
        self.env_vars = {name: value for name, value in ours if not _names_file(name)}


class NamedFiles(TextSource):
    """The files that variables like IDP_DATABASE__URL_FILE name."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, case_sensitive=False)
        files = [(name, Path(value)) for name, value in _ours(self.env_vars) if _names_file(name)]
        self.env_vars = {name.removesuffix("_file"): _read(file).strip() for name, file in files}


class SecretFiles(TextSource, NestedSecretsSettingsSource):
    """The files of IDP_SECRETS_DIR that are named like variables: idp_database__url."""

    def validate_secrets_path(self, path: Path) -> None:
        """Insist on a directory, where pydantic-settings would only warn."""
        if not path.is_dir():
            raise ConfigError([f"{SECRETS_VARIABLE}: {self.secrets_dir} is not a directory."])

    @classmethod
    def load_secrets(cls, path: Path) -> dict[str, str]:
        """Read our files only, as others may not be text; and links, wherever they lead.

        pydantic-settings passes over a link out of the directory: a pepper would silently be gone.
        """
        files = (file for file in path.iterdir() if file.name.upper().startswith(names.PREFIX))
        return {file.name: _read(file).strip() for file in files}


def find_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Choose the settings file: the caller's, IDP_CONFIG's, or config.toml if there is one."""
    named = path or environ.get(CONFIG_VARIABLE)
    file = Path(named or "config.toml")
    if not named and not file.is_file():
        return None
    _check_file(file)
    return file


def origin_in(source: PydanticBaseSettingsSource, path: names.Path) -> str:
    """Name the variable or the file in which a source has a setting; the caller has no name."""
    if isinstance(source, TomlConfigSettingsSource):
        return str(source.toml_file_path)
    if not isinstance(source, TextSource):
        return ""
    own, table = names.variable_of(path), names.variable_of(path[:1])
    below = (name for name in sorted(source.env_vars) if name.startswith(own.lower()))
    variable = next(below, table).upper()  # a variable may hold a whole table, as JSON
    match source:
        case SecretFiles():
            return f"{source.secrets_dir}/{variable.lower()}"
        case NamedFiles():
            return f"{variable}_FILE"
        case _:
            return variable


def _ours(variables: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for name, value in variables.items():
        is_link = SERVICE_LINK.fullmatch(name) or SERVICE_URL.fullmatch(value or "")
        is_special = name.upper() in (CONFIG_VARIABLE, SECRETS_VARIABLE)
        if name.upper().startswith(names.PREFIX) and not is_link and not is_special:
            yield name, value or ""


def _names_file(variable: str) -> bool:
    stem = variable.removesuffix("_file")
    is_setting = names.is_setting(names.path_of(variable))
    return stem != variable and names.is_setting(names.path_of(stem)) and not is_setting


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        problem = "does not exist"
    except UnicodeDecodeError:
        problem = "is not UTF-8 text"
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    raise ConfigError([f"{path} {problem}."])


def _check_file(path: Path) -> None:
    """Complain in sentences; pydantic-settings would take a file that is not there for empty."""
    text = _read(path)
    if not path.is_file():
        raise ConfigError([f"{path} is not a regular file."])
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).removesuffix(")").partition(" (at ")
        line = re.search(r"\d+", place)
        number = line[0] if line else len(text.splitlines())  # or "end of document"
        raise ConfigError([f"{path}, line {number}: {message}."]) from None
