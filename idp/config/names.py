"""The names of settings: `server.port` in a file, `IDP_SERVER__PORT` in the environment."""

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from idp.config.model import Config

Path = tuple[str, ...]

PREFIX = "IDP_"
SCOPES: Path = ("scopes",)
SOFTWARE_STATEMENTS: Path = ("client_registration", "software_statements")
RESOURCES: Path = ("resources",)
AUTHORIZATION_DETAILS_TYPES: Path = ("authorization_details_types",)
TRUSTED_ISSUERS: Path = ("trusted_issuers",)
TABLES_OF_TABLES = (RESOURCES, AUTHORIZATION_DETAILS_TYPES, TRUSTED_ISSUERS)
# Whose keys are the operator's own
OPEN_TABLES = (SCOPES, SOFTWARE_STATEMENTS, *TABLES_OF_TABLES)


def _walk(model: type[BaseModel], path: Path = ()) -> Iterator[tuple[Path, FieldInfo]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _walk(kind, (*path, name))
        else:
            yield (*path, name), field


SETTINGS: dict[Path, FieldInfo] = dict(_walk(Config))
TABLES: frozenset[Path] = frozenset(path[:1] for path in SETTINGS if len(path) > 1) | {*OPEN_TABLES}


def is_setting(path: Path) -> bool:
    """Tell whether there is a setting of that name; what an operator declares is one of its own."""
    return path[:-1] in OPEN_TABLES or (path in SETTINGS and path not in TABLES)


def is_secret(path: Path) -> bool:
    """Tell whether the value must not be shown."""
    return path in SETTINGS and not SETTINGS[path].repr


def key_of(path: Path) -> str:
    """Name a setting as config.toml does."""
    return ".".join(path)


def variable_of(path: Path) -> str:
    """Name a setting as the environment does."""
    return PREFIX + "__".join(path).upper()


def path_of(variable: str) -> Path:
    """Read the name of an environment variable or of a secret file."""
    return tuple(variable[len(PREFIX) :].lower().split("__"))


def nearest(path: Path) -> Path | None:
    """Find the name that was probably meant."""
    same_word = [known for known in SETTINGS if known[-1] == path[-1].lower()]
    if len(path) == 1 and same_word:  # its table was left out, and the first are the best known
        return same_word[0]
    names = {key_of(known): known for known in (*SETTINGS, *TABLES)}
    close = get_close_matches(key_of(path).lower(), names, n=1, cutoff=0.6)
    if close:
        return names[close[0]]
    return same_word[0] if len(same_word) == 1 else None
